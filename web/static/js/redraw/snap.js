// Snapping: a place near a border's vertex, a border, a river or a road becomes a place on it.

import { nearestOn } from "./planar.js";

const REACH_PX = 9;

// How far the server may pull the line onto a border, in metres: eight pixels, within its own limits.
export function snapMetres(map) {
  const centre = map.getSize().divideBy(2);
  const metres = map.distance(map.containerPointToLatLng(centre), map.containerPointToLatLng(centre.add([8, 0])));
  return Math.max(0.2, Math.min(5, Number(metres.toFixed(2))));
}

// { place, onto, guide } for a place [lon, lat]: onto is "vertex", "border", "guide" or null. `guide` says on which river
// or road the place lies, and where along it in vertices: { guide, at }.
export function snapped(map, place, { neighbourhood, guides, own = [] }) {
  const stretch = Math.cos((place[1] * Math.PI) / 180);
  const reach = degreesOf(map, REACH_PX);
  const guide = nearestGuide(place, guides, { stretch, reach });
  const vertex = nearestVertex(place, [...neighbourhood.arcs.map(({ line }) => line), own], { stretch, reach });
  if (vertex) return { place: vertex, onto: "vertex", guide };
  const border = nearestLine(place, neighbourhood.arcs.map(({ line }) => line), { stretch, reach });
  if (border) return { place: border, onto: "border", guide };
  return guide ? { place: guide.place, onto: "guide", guide } : { place, onto: null, guide: null };
}

// The river or road nearest to a place, with the place on it.
function nearestGuide(place, guides, { stretch, reach }) {
  let best = null;
  let least = reach;
  const wide = reach / stretch;
  for (const guide of guides) {
    const [west, south, east, north] = guide.box;
    if (place[0] < west - wide || place[0] > east + wide || place[1] < south - reach || place[1] > north + reach) continue;
    for (let i = 1; i < guide.line.length; i++) {
      const near = nearestOn(place, guide.line[i - 1], guide.line[i], stretch);
      if (near.distance < least) [best, least] = [{ guide, at: i - 1 + near.t, place: near.place }, near.distance];
    }
  }
  return best;
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
