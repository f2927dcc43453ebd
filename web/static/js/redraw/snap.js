// Snapping: a place near a border's vertex, a border, a river or a road becomes a place on it.

import { projector } from "../gather.js";
import { nearestOn } from "./planar.js";

const REACH_PX = 9;
const REFERENCES = new Set(["RIVER", "ROAD"]);

// How far the server may pull the line onto a border, in metres: eight pixels, within its own limits.
export function snapMetres(map) {
  const centre = map.getSize().divideBy(2);
  const metres = map.distance(map.containerPointToLatLng(centre), map.containerPointToLatLng(centre.add([8, 0])));
  return Math.max(0.2, Math.min(5, Number(metres.toFixed(2))));
}

// { place, onto } for a place [lon, lat]: onto is "vertex", "border", "reference" or null.
export function snapped(map, place, { neighbourhood, references, own = [] }) {
  const stretch = Math.cos((place[1] * Math.PI) / 180);
  const reach = degreesOf(map, REACH_PX);
  const vertex = nearestVertex(place, [...neighbourhood.arcs.map(({ line }) => line), own], { stretch, reach });
  if (vertex) return { place: vertex, onto: "vertex" };
  const border = nearestLine(place, neighbourhood.arcs.map(({ line }) => line), { stretch, reach });
  if (border) return { place: border, onto: "border" };
  const reference = nearestLine(place, references, { stretch, reach });
  return reference ? { place: reference, onto: "reference" } : { place, onto: null };
}

// How many degrees of latitude some pixels are.
export function degreesOf(map, pixels) {
  const centre = map.getSize().divideBy(2);
  return Math.abs(map.containerPointToLatLng(centre).lat - map.containerPointToLatLng(centre.add([0, pixels])).lat);
}

function nearestVertex([x, y], lines, { stretch, reach }) {
  let best = null;
  let least = reach;
  for (const line of lines) {
    for (const vertex of line) {
      const distance = Math.hypot((vertex[0] - x) * stretch, vertex[1] - y);
      if (distance < least) [best, least] = [vertex, distance];
    }
  }
  return best;
}

function nearestLine(place, lines, { stretch, reach }) {
  let best = null;
  let least = reach;
  for (const line of lines) {
    for (let i = 1; i < line.length; i++) {
      const [a, b] = [line[i - 1], line[i]];
      if (Math.min(a[1], b[1]) - reach > place[1] || Math.max(a[1], b[1]) + reach < place[1]) continue;
      const near = nearestOn(place, a, b, stretch);
      if (near.distance < least) [best, least] = [near.place, near.distance];
    }
  }
  return best;
}

// The rivers and roads in sight, as lines of [lon, lat]: they are risk sites of the tiles.
export function referenceLines(map, tiles) {
  const side = tiles.getTileSize().x;
  const lines = [];
  for (const { coords, layers } of tiles.shown()) {
    const layer = layers.risk_sites;
    if (!layer) continue;
    const project = projector(map, coords, side);
    for (const { type, properties, rings } of layer.features) {
      if (type === 2 && REFERENCES.has(properties.kind)) for (const ring of rings) lines.push(toDegrees(map, ring, project, layer.extent));
    }
  }
  return lines;
}

function toDegrees(map, ring, project, extent) {
  const line = [];
  for (let i = 0; i < ring.length; i += 2) {
    const { x, y } = project(ring[i], ring[i + 1], extent);
    const { lat, lng } = map.layerPointToLatLng([x, y]);
    line.push([lng, lat]);
  }
  return line;
}
