// Which grid lies at a place of the map: the one whose tier can be told at the present zoom.

import { projector } from "./gather.js";
import { outline } from "./paint.js";

// From the narrowest on: from which zoom a layer's grids are picked.
const PICKED = [
  { layer: "cells", from: 14 },
  { layer: "group", from: 13 },
  { layer: "branch", from: 12.5 },
  { layer: "sub", from: 11 },
  { layer: "total", from: 0 },
  { layer: "cells", from: 0 },
];
const probe = document.createElement("canvas").getContext("2d");

// { code, name, tier, … } of the grid at a layer point; null outside the net or while its tile is loading.
export function gridAt(map, tiles, point) {
  const side = tiles.getTileSize().x;
  for (const { coords, layers } of tiles.shown()) {
    const corner = projector(map, coords, side)(0, 0, 1);
    const scale = map.getZoomScale(map.getZoom(), coords.z);
    const x = (point.x - corner.x) / scale;
    const y = (point.y - corner.y) / scale;
    if (x < 0 || y < 0 || x >= side || y >= side) continue;
    for (const { layer, from } of PICKED) {
      if (map.getZoom() < from || !layers[layer]) continue;
      const hit = featureAt(layers[layer], side, { x, y });
      if (hit) return { tier: layer.toUpperCase(), ...hit.properties };
    }
  }
  return null;
}

// The leaf at a layer point, whatever the zoom; null outside the net and on ground of a parent.
export function leafAt(map, tiles, point) {
  const side = tiles.getTileSize().x;
  for (const { coords, layers } of tiles.shown()) {
    const corner = projector(map, coords, side)(0, 0, 1);
    const scale = map.getZoomScale(map.getZoom(), coords.z);
    const x = (point.x - corner.x) / scale;
    const y = (point.y - corner.y) / scale;
    if (x < 0 || y < 0 || x >= side || y >= side || !layers.cells) continue;
    const hit = featureAt(layers.cells, side, { x, y });
    if (hit && !hit.properties.rem) return hit.properties;
  }
  return null;
}

export function featureAt(layer, side, { x, y }) {
  const scale = side / layer.extent;
  return layer.features.find((feature) => probe.isPointInPath(outline(feature, scale), x, y, "evenodd"));
}
