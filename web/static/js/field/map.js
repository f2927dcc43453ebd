// The map beside a page about one place: the county's tiles, the place's shape, and the tools to draw one.

import { page } from "../page.js";
import { colour } from "../style.js";
import { CountyTiles } from "../tiles.js";
import { Drawing } from "./draw.js";

const EDGE = [28, 28];

document.addEventListener("DOMContentLoaded", () => start(window.countyMap));

function start(map) {
  const { geometry, bounds, drawing } = page.shape;
  const view = { metric: "load", tiers: new Set(["total", "sub", "branch", "group", "micro", "special"]), show: new Set(), kinds: new Set() };
  const whole = page.bounds && boundsOf(page.bounds);
  if (whole) map.fitBounds(whole, { padding: EDGE, animate: false });
  if (bounds) map.fitBounds(boundsOf(bounds), { padding: EDGE, maxZoom: 16, animate: false });
  const tiles = new CountyTiles(page.version, view, { bounds: whole?.pad(0.05) ?? null, opacity: 0.75 });
  if (whole) tiles.addTo(map);
  L.control.zoom({ position: "topright" }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  const ink = colour("accent");
  if (drawing) window.drawing = new Drawing(map, ink, geometry);
  else if (geometry) L.geoJSON(geometry, { interactive: false, style: { color: ink, weight: 4, fillOpacity: 0.2 }, pointToLayer: (_, at) => L.circleMarker(at, { radius: 9, color: "#fff", weight: 2, fillColor: ink, fillOpacity: 1 }) }).addTo(map);
  new ResizeObserver(() => map.invalidateSize({ animate: false, pan: false })).observe(map.getContainer());
  document.documentElement.dataset.ready = "true";
}

const boundsOf = ([west, south, east, north]) => L.latLngBounds([south, west], [north, east]);
