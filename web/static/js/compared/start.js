// Two nets side by side under a swipe: the one compared with at the left, the draft at the right, what differs hatched.

import { Overlay } from "../overlay.js";
import { find, findAll, page } from "../page.js";
import { Board, ringsOf } from "../redraw/board.js";
import { Ground } from "../redraw/ground.js";
import { Swipe } from "../redraw/swipe.js";
import { colour, pattern } from "../style.js";
import { CountyTiles } from "../tiles.js";

const { sides } = page;

document.addEventListener("DOMContentLoaded", () => start(window.countyMap));

function start(map) {
  for (const [name, level] of [["draft", 410], ["ground", 430], ["marks", 450], ["sketch", 470]]) {
    map.createPane(name).style.zIndex = level;
    map.getPane(name).style.pointerEvents = "none";
  }
  const [west, south, east, north] = page.bounds;
  const county = L.latLngBounds([south, west], [north, east]);
  const view = { metric: "load", tiers: new Set(["total", "sub", "branch", "group", "micro", "special"]), show: new Set(), kinds: new Set(Object.keys(page.kinds)) };
  const tiles = new CountyTiles(page.version, view, { bounds: county.pad(0.05) });
  const home = () => map.fitBounds(extent(sides, county), { animate: false, maxZoom: 16 });
  home();
  tiles.addTo(map);
  const left = sideOf(map, tiles, { net: sides.b, keeps: "left" });
  const right = sideOf(map, tiles, { net: sides.a, keeps: "right" });
  const differing = differences(map, right.board);
  new Swipe(map, [left.board, right.board], { moved: () => [left, right].forEach(({ names }) => names.refresh()) }).toggle();
  map.on("resize", () => differing.refresh());
  L.control.scale({ imperial: false, position: "bottomleft", maxWidth: 110 }).addTo(map);
  const acts = { in: () => map.zoomIn(), out: () => map.zoomOut(), home };
  for (const [name, act] of Object.entries(acts)) find(`[data-tool="${name}"]`).addEventListener("click", act);
  for (const head of findAll("[data-jump]")) head.addEventListener("click", () => show(map, head, [left, right]));
  new ResizeObserver(() => map.invalidateSize({ animate: false, pan: false })).observe(map.getContainer());
  document.documentElement.dataset.ready = "true";
  window.county = { map, tiles, sides: [left, right] };
}

// One side: its changed grids, and the names that are in force there.
function sideOf(map, tiles, { net, keeps }) {
  const board = new Board(map, map.getBounds().getCenter(), { keeps });
  board.showDraft(net);
  const other = keeps === "left" ? sides.a : sides.b;
  const here = new Map(net.after.features.map((feature) => [feature.id, { change: "ground" }]));
  for (const { id } of other.after.features) if (!here.has(id)) here.set(id, { change: "gone" });
  const told = { map: net, effect: (code) => here.get(code), locked: new Set() };
  const ground = new Ground(map, { tiles, draft: told, board });
  const names = new Overlay((context) => board.within(context, () => ground.draw(context))).addTo(map);
  tiles.on("decoded tileunload", () => names.refresh());
  return { board, names, net };
}

// The hatch over ground that is in another leaf, and the tint of grids that only have another parent.
function differences(map, board) {
  const ground = board.pathOf(sides.ground.features.flatMap(({ geometry }) => ringsOf(geometry)));
  const parents = new Map(sides.b.after.features.map(({ id, properties }) => [id, properties.parent]));
  const moved = sides.a.after.features.filter(({ id, properties }) => parents.has(id) && parents.get(id) !== properties.parent);
  const transferred = board.pathOf(moved.flatMap(({ geometry }) => ringsOf(geometry)));
  const overlay = new Overlay((context) => {
    context.fillStyle = colour("apart-parent");
    context.fill(board.placed(transferred), "evenodd");
    context.fillStyle = pattern(context, "apart", window.devicePixelRatio || 1);
    context.fill(board.placed(ground), "evenodd");
  });
  overlay.options.pane = "ground";
  return overlay.addTo(map);
}

// Leads to a grid of the figures, outlined on the side or sides that have it.
function show(map, head, both) {
  const { jump: code } = head.dataset;
  const bounds = L.latLngBounds([]);
  for (const { board, net } of both) {
    const mine = net.after.features.filter(({ id, geometry }) => id === code && geometry);
    board.chosen = mine.map(({ geometry }) => board.pathOf(ringsOf(geometry)));
    for (const feature of mine) bounds.extend(L.geoJSON(feature).getBounds());
    board.refreshSketch();
  }
  for (const one of findAll("[data-jump]")) one.setAttribute("aria-pressed", String(one === head));
  if (bounds.isValid()) map.fitBounds(bounds.pad(0.35), { animate: false, maxZoom: 17 });
}

// Around everything that differs; the whole county when nothing does.
function extent({ a, b, ground }, county) {
  const own = [...a.after.features, ...b.after.features].filter(({ geometry, properties }) => geometry && properties.change !== "derived");
  const found = L.geoJSON({ type: "FeatureCollection", features: [...ground.features, ...own] }).getBounds();
  return found.isValid() ? found.pad(0.3) : county;
}
