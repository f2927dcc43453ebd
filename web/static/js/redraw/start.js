// Starts the studio: the live map below, the draft over it, and the tools that change the draft.

import { Overlay } from "../overlay.js";
import { find, findAll, notify, page, say } from "../page.js";
import { CountyTiles } from "../tiles.js";
import { Board } from "./board.js";
import { Draft } from "./draft.js";
import { Ground } from "./ground.js";
import { bindKeys } from "./keys.js";
import { LEVELS } from "./picking.js";
import { Side } from "./side.js";
import { Studio } from "./studio.js";
import { Swipe } from "./swipe.js";

document.addEventListener("DOMContentLoaded", () => start(window.countyMap));

function start(map) {
  for (const [name, level] of [["draft", 410], ["marks", 450], ["sketch", 470]]) {
    map.createPane(name).style.zIndex = level;
    map.getPane(name).style.pointerEvents = "none";
  }
  map.getContainer().setAttribute("role", "application");
  map.getContainer().setAttribute("aria-label", find(".map-area").getAttribute("aria-label"));
  map.doubleClickZoom.disable();
  map.boxZoom.disable();
  const [west, south, east, north] = page.bounds;
  const county = L.latLngBounds([south, west], [north, east]);
  const view = { metric: "load", tiers: new Set(["total", "sub", "branch", "group", "micro", "special"]), show: new Set(), kinds: new Set(Object.keys(page.kinds)) };
  const tiles = new CountyTiles(page.version, view, { bounds: county.pad(0.05) });
  const draft = new Draft(page.redraw);
  const board = new Board(map, county.getCenter());
  const ground = new Ground(map, { tiles, draft, board });
  goToStart(map, county, draft);
  tiles.addTo(map);
  const names = new Overlay((context) => ground.draw(context)).addTo(map);
  tiles.on("decoded tileunload", () => names.refresh());
  tiles.on("outdated", () => notify(say("outdated"), 0));
  board.showDraft(draft.map);
  const studio = new Studio({ map, tiles, board, draft, ground });
  studio.swipe = new Swipe(map, [board]);
  studio.side = new Side(studio);
  draft.addEventListener("changed", () => names.refresh());
  studio.addEventListener("chosen", () => names.refresh());
  L.control.scale({ imperial: false, position: "bottomleft", maxWidth: 110 }).addTo(map);
  bindMap(map, studio);
  bindButtons(map, studio, { county, ground, names });
  bindKeys(studio);
  new ResizeObserver(() => map.invalidateSize({ animate: false, pan: false })).observe(map.getContainer());
  map.on("moveend", () => remember(map));
  document.documentElement.dataset.ready = "true";
  window.county = { map, tiles };
  window.studio = studio;
}

// The view of the address, else the changed ground, else the county.
function goToStart(map, county, draft) {
  const [zoom, lat, lon] = location.hash.slice(1).split("/").map(Number);
  if (Number.isFinite(lon)) return map.setView([lat, lon], zoom, { animate: false });
  const changed = L.geoJSON({ type: "FeatureCollection", features: draft.map.after.features.filter(({ properties }) => properties.change !== "derived") });
  const bounds = changed.getLayers().length ? changed.getBounds().pad(0.6) : county;
  map.fitBounds(bounds, { animate: false, maxZoom: 16 });
}

function remember(map) {
  const { lat, lng } = map.getCenter();
  history.replaceState(null, "", `#${map.getZoom()}/${lat.toFixed(5)}/${lng.toFixed(5)}`);
}

function bindMap(map, studio) {
  map.on("click", ({ latlng, originalEvent }) => studio.click(latlng, { adds: originalEvent.shiftKey || originalEvent.ctrlKey, straight: originalEvent.altKey }));
  map.on("dblclick", () => studio.finish());
  let waiting = 0;
  let last = null;
  map.on("mousemove", ({ latlng, originalEvent }) => {
    last = [latlng, { straight: originalEvent.altKey }];
    waiting ||= requestAnimationFrame(() => {
      waiting = 0;
      studio.move(...last);
    });
  });
  // Handles are taken before Leaflet begins to drag the map.
  map.getContainer().addEventListener("pointerdown", (event) => holdHandle(event, map, studio), { capture: true });
}

function holdHandle(event, map, studio) {
  if (event.button !== 0 && event.button !== 2) return;
  const at = (one) => map.mouseEventToLatLng(one);
  const { lng, lat } = at(event);
  if (!studio.tool.grab([lng, lat], { remove: event.altKey || event.button === 2, alone: event.shiftKey })) return;
  map.dragging.disable();
  const follow = (one) => studio.tool.drag(studio.placeAt(at(one)).place);
  const end = () => {
    document.removeEventListener("pointermove", follow);
    studio.tool.release();
    setTimeout(() => map.dragging.enable(), 0);
  };
  document.addEventListener("pointermove", follow);
  document.addEventListener("pointerup", end, { once: true });
}

function bindButtons(map, studio, { county, ground, names }) {
  for (const button of findAll("[data-pick-tool]")) button.addEventListener("click", () => studio.setTool(button.dataset.pickTool));
  for (const input of findAll('input[name="level"]')) input.addEventListener("change", () => studio.setLevel(LEVELS.find(({ tier }) => tier === input.value)));
  find("[data-undo]").addEventListener("click", () => studio.undo());
  find("[data-redo]").addEventListener("click", () => studio.redo());
  find("[data-keys-button]").addEventListener("click", () => find("[data-keys-dialog]").showModal());
  find("[data-keys-close]").addEventListener("click", () => find("[data-keys-dialog]").close());
  const acts = { in: () => map.zoomIn(), out: () => map.zoomOut(), home: () => map.fitBounds(county, { animate: false }) };
  for (const [name, act] of Object.entries(acts)) find(`[data-tool="${name}"]`).addEventListener("click", act);
  find("[data-doors-button]").addEventListener("click", (event) => {
    ground.showsHouseholds = !ground.showsHouseholds;
    event.currentTarget.setAttribute("aria-pressed", String(ground.showsHouseholds));
    names.refresh();
  });
  document.addEventListener("contextmenu", (event) => event.target.closest("#county_map") && studio.tool.edge && event.preventDefault());
}
