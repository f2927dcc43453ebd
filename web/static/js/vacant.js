// Leads from one micro grid with nobody in post to the next, in the order of their codes.

import { notify, page, say } from "./page.js";

const ZOOM = 11;
const SIDE = 256;

export function makeVacantWalk(map, tiles, choice) {
  let number = -1;
  return async () => {
    const codes = await vacantCodes(map, tiles);
    if (!codes.length) return notify(say("noVacant"));
    const here = codes.indexOf(choice.code);
    number = ((here >= 0 ? here : number) + 1) % codes.length;
    await choice.grid(codes[number], { focus: false });
  };
}

// The codes of all micro grids without a filled post: the cells of the tiles that cover the county say so.
async function vacantCodes(map, tiles) {
  const [west, south, east, north] = page.bounds;
  const corner = map.project([north, west], ZOOM).divideBy(SIDE).floor();
  const other = map.project([south, east], ZOOM).divideBy(SIDE).floor();
  const loads = [];
  for (let x = corner.x; x <= other.x; x++) for (let y = corner.y; y <= other.y; y++) loads.push(tiles.load({ x, y, z: ZOOM }));
  const found = new Set();
  for (const loaded of await Promise.allSettled(loads)) {
    for (const { properties } of loaded.value?.cells?.features ?? []) {
      if (properties.tier === "MICRO" && !properties.filled) found.add(properties.code);
    }
  }
  return [...found].sort();
}
