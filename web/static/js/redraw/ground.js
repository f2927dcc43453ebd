// What lies over the draft: household points, risk sites, names of grids and locks, taken from the live map's tiles.

import { gather } from "../gather.js";
import { Room, boxAround, drawLabels, placeLabels } from "../labels.js";
import { drawHouseholds, drawIcon } from "../marks.js";
import { colour } from "../style.js";

const HOUSEHOLDS_FROM = 13;

export class Ground {
  constructor(map, { tiles, draft, board }) {
    Object.assign(this, { map, tiles, draft, board });
    this.showsHouseholds = true;
  }

  draw(context) {
    const zoom = this.map.getZoom();
    const room = new Room();
    if (this.showsHouseholds && zoom >= HOUSEHOLDS_FROM) drawHouseholds(context, gather(this.map, this.tiles, "households"), zoom);
    const labels = this._labels();
    for (const label of labels.filter(({ code }) => this.draft.locked.has(code))) this._drawLock(context, label, room);
    const chosen = this.chosen?.values().next().value;
    drawLabels(context, [true, false].flatMap((wide) => placeLabels(context, labels, { zoom, room, chosen, wide })));
  }

  // The names of the live grids, and of those the draft changes, which have other ground or another name.
  _labels() {
    const moved = (change) => change === "new" || change === "ground" || change === "name";
    const live = gather(this.map, this.tiles, "labels").filter(({ code }) => {
      const change = this.draft.effect(code)?.change;
      return change !== "gone" && !moved(change);
    });
    const made = this.draft.map.after.features.filter(({ properties, geometry }) => geometry && moved(properties.change));
    return [...live, ...made.map((feature) => ({ ...feature.properties, ...this._middle(feature) }))];
  }

  _middle(feature) {
    feature.middle ??= middleOf(feature.geometry);
    return this.board.point(feature.middle);
  }

  _drawLock(context, { x, y }, room) {
    context.beginPath();
    context.arc(x, y - 19, 10, 0, 2 * Math.PI);
    context.fillStyle = "#fff";
    context.fill();
    drawIcon(context, "lock", { x, y: y - 19, side: 12, ink: colour("bad") });
    room.take(boxAround(x, y - 19, 11));
  }
}

// A place inside the widest part of a shape: the middle of the longest stretch on the line through its box's middle.
export function middleOf({ type, coordinates }) {
  const rings = type === "Polygon" ? coordinates : [...coordinates].sort((a, b) => b[0].length - a[0].length)[0];
  const ys = rings[0].map(([, y]) => y);
  const y = (Math.min(...ys) + Math.max(...ys)) / 2 + 1e-10;
  const hits = [];
  for (const ring of rings) {
    for (let i = 1; i < ring.length; i++) {
      const [[x1, y1], [x2, y2]] = [ring[i - 1], ring[i]];
      if (y1 > y !== y2 > y) hits.push(x1 + ((y - y1) / (y2 - y1)) * (x2 - x1));
    }
  }
  hits.sort((a, b) => a - b);
  let best = [rings[0][0][0], rings[0][0][0]];
  for (let i = 1; i < hits.length; i += 2) if (hits[i] - hits[i - 1] > best[1] - best[0]) best = [hits[i - 1], hits[i]];
  return [(best[0] + best[1]) / 2, y];
}
