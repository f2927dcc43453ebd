// Starts the map page: makes the map's parts and ties them together.

import { gridInAddress, noteView, viewInAddress } from "./address.js";
import { bindAssign } from "./assign.js";
import { Choice } from "./choice.js";
import { bindDrawer, isDrawerOpen, isTreeShown, setDrawer } from "./drawer.js";
import { keepFresh } from "./fresh.js";
import { bindSwitches, readView } from "./layers.js";
import { Overlay } from "./overlay.js";
import { find, isNarrow, page } from "./page.js";
import { bindSheet, isPanelOpen } from "./panel.js";
import { bindPointer } from "./pointer.js";
import { bindReveal } from "./reveal.js";
import { bindRules } from "./rule.js";
import { HOUSEHOLDS_FROM, Scene } from "./scene.js";
import { bindSearch } from "./search.js";
import { CountyTiles } from "./tiles.js";
import { bindTools } from "./tools.js";
import { bindTree, forgetTree, showInTree } from "./tree.js";
import { makeVacantWalk } from "./vacant.js";
import { bindWho } from "./who.js";
import { bindZones } from "./zones.js";

document.addEventListener("DOMContentLoaded", () => start(window.countyMap));

function start(map) {
  const view = readView();
  for (const [name, level] of [["choice", 420], ["marks", 450]]) {
    map.createPane(name).style.zIndex = level;
    map.getPane(name).style.pointerEvents = "none";
  }
  map.getContainer().setAttribute("role", "application");
  map.getContainer().setAttribute("aria-label", find(".map-area").getAttribute("aria-label"));
  const choice = new Choice(map);
  if (page.opened) choice.adopt(page.opened.code, { fit: !viewInAddress() });
  goToStart(map);

  const tiles = new CountyTiles(page.version, view, { scope: page.scope, bounds: page.bounds ? boundsOf(page.bounds).pad(0.05) : null });
  const scene = new Scene(tiles, view);
  const overlay = new Overlay((context) => scene.draw(context, map));
  showBasemap(map, { view, tiles }, view.basemap);
  if (page.bounds) tiles.addTo(map);
  overlay.addTo(map);
  tiles.on("decoded tileunload", () => overlay.refresh());
  const zones = bindZones(map, view);
  const show = bindSwitches(view, (name) => {
    if (name === "show") zones.follow();
    else tiles.repaint();
    overlay.refresh();
  });
  const renewRule = bindRules(view, show);
  bindChoice(map, { choice, scene, overlay });
  bindPointer(map, { tiles, scene, choice });
  bindTools(map, { goHome: () => goHome(map, choice), showBasemap: (on) => showBasemap(map, { view, tiles }, on) });
  bindSearch(choice);
  bindAssign(map, { tiles, view, choice });
  bindWho(map);
  bindTree(choice);
  bindDrawer(() => showInTree(choice.crumbs));
  bindSheet();
  bindReveal();
  bindLinks(choice, makeVacantWalk(map, tiles, choice));
  keepFresh(tiles, () => {
    forgetTree();
    if (isTreeShown()) showInTree(choice.crumbs);
    choice.again();
    renewRule();
    zones.renew();
  });
  new ResizeObserver(() => map.invalidateSize({ animate: false, pan: false })).observe(map.getContainer());
  document.documentElement.dataset.ready = "true";
  window.county = { map, tiles, scene, choice };
}

const boundsOf = ([west, south, east, north]) => L.latLngBounds([south, west], [north, east]);

function goToStart(map) {
  const seen = viewInAddress();
  if (seen) map.setView([seen.lat, seen.lon], seen.zoom, { animate: false });
  else if (page.bounds && !page.opened) showCounty(map);
}

function showCounty(map, animate = false) {
  if (page.bounds) map.fitBounds(boundsOf(page.bounds), { paddingTopLeft: [16, 56], paddingBottomRight: [16, 52], animate });
}

function goHome(map, choice) {
  choice.nothing();
  map.invalidateSize({ animate: false });
  showCounty(map, true);
}

function showBasemap(map, { view, tiles }, on) {
  view.basemap = on && page.hasBasemap;
  for (const layer of window.basemapLayers) {
    if (view.basemap) layer.setZIndex(-1).addTo(map);
    else layer.remove();
  }
  tiles.setOpacity(view.basemap ? 0.75 : 1);
}

function bindChoice(map, { choice, scene, overlay }) {
  scene.chosen = choice.code;
  choice.addEventListener("chosen", ({ detail }) => {
    scene.chosen = choice.code;
    overlay.refresh();
    if (isTreeShown()) showInTree(choice.crumbs);
    if (isNarrow()) setDrawer(false);
    if (detail.home) showCounty(map, true);
  });
  window.addEventListener("popstate", () => choice.follow());
  map.on("moveend", () => noteView(map));
  const hint = find("[data-zoom-hint]");
  const hintAt = () => (hint.hidden = map.getZoom() >= HOUSEHOLDS_FROM);
  map.on("zoomend", hintAt);
  hintAt();
}

// Links and buttons anywhere in the page that choose something.
function bindLinks(choice, nextVacant) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-open], [data-close], [data-risk-site], [data-vacant], [data-language]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if ("language" in link.dataset) {
      link.href = `${location.pathname}?${new URLSearchParams({ lang: new URL(link.href).searchParams.get("lang") })}${location.hash}`;
      return;
    }
    event.preventDefault();
    const { open, riskSite } = link.dataset;
    if (open !== undefined) choice.grid(open, { focus: Boolean(link.closest("#panel")) });
    else if (riskSite !== undefined) choice.riskSite(riskSite, { fit: true });
    else if ("vacant" in link.dataset) nextVacant();
    else choice.nothing();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    if (isDrawerOpen()) setDrawer(false);
    else if (isPanelOpen()) choice.nothing();
    if (!gridInAddress()) find("#county_map").focus({ preventScroll: true });
  });
}
