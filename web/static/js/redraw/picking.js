// Which grid of a level lies at a place: the draft's own ground first, then the live map's tiles.

import { projector } from "../gather.js";
import { featureAt } from "../pick.js";
import { page } from "../page.js";

// From the widest to the narrowest; the two leaf tiers share the ground and are one level.
export const LEVELS = [
  { tier: "TOTAL", tiers: new Set(["TOTAL"]), layer: "total", from: 0 },
  { tier: "SUB", tiers: new Set(["SUB"]), layer: "sub", from: 8 },
  { tier: "BRANCH", tiers: new Set(["BRANCH"]), layer: "branch", from: 11 },
  { tier: "GROUP", tiers: new Set(["GROUP"]), layer: "group", from: 11 },
  { tier: "LEAF", tiers: new Set(["MICRO", "SPECIAL"]), layer: "cells", from: 10 },
];

export const levelOf = (tier) => LEVELS.find(({ tiers }) => tiers.has(tier));

// { code, tier, name } of the grid of `level` at a layer point; null when there is none, or its tile is still loading.
export function gridAtLevel(point, level, { map, tiles, board, draft }) {
  const changed = board.featureAt(point, level.tiers);
  if (changed) return changed;
  const hit = liveAt(point, level, { map, tiles });
  return hit && draft.effect(hit.code)?.change !== "gone" ? hit : null;
}

function liveAt(point, level, { map, tiles }) {
  const side = tiles.getTileSize().x;
  for (const { coords, layers } of tiles.atHand()) {
    const corner = projector(map, coords, side)(0, 0, 1);
    const scale = map.getZoomScale(map.getZoom(), coords.z);
    const x = (point.x - corner.x) / scale;
    const y = (point.y - corner.y) / scale;
    if (x < 0 || y < 0 || x >= side || y >= side || !layers[level.layer]) continue;
    const hit = featureAt(layers[level.layer], side, { x, y })?.properties;
    if (hit && !hit.rem) return { tier: level.tier, ...hit };
  }
  return null;
}

// The narrowest grid at a place that may be the parent of a grid of `tier`.
export function parentAt(point, tier, context) {
  const allowed = new Set(page.parentTiers[tier] ?? []);
  for (const level of [...LEVELS].reverse()) {
    if (![...level.tiers].some((one) => allowed.has(one))) continue;
    const hit = gridAtLevel(point, level, context);
    if (hit) return hit;
  }
  return null;
}

// All grids that may be a parent of `tier` at a place, the narrowest first.
export function parentsAt(point, tier, context) {
  const allowed = new Set(page.parentTiers[tier] ?? []);
  return [...LEVELS]
    .reverse()
    .filter(({ tiers }) => [...tiers].some((one) => allowed.has(one)))
    .map((level) => gridAtLevel(point, level, context))
    .filter(Boolean);
}
