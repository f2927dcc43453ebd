// The household points of the neighbourhood, kept in the browser so that they can be counted while a line is drawn.

import { ask } from "../ask.js";

const MOST_BOXES = 12;

export class Doors {
  constructor(address) {
    this.address = address;
    this.boxes = []; // [{ box, points }] with points [[lon, lat, persons], …]
  }

  // All points inside a box [west, south, east, north]; one request, kept for the next question inside it.
  async within(box) {
    const [west, south, east, north] = box;
    const held = this.boxes.find(({ box: b }) => b[0] <= west && b[1] <= south && b[2] >= east && b[3] >= north);
    const points = held ? held.points : await this._fetch(box);
    return points.filter(([x, y]) => x >= west && x <= east && y >= south && y <= north);
  }

  forget() {
    this.boxes = [];
  }

  async _fetch([west, south, east, north]) {
    const [dx, dy] = [(east - west) / 2, (north - south) / 2];
    const box = [west - dx, south - dy, east + dx, north + dy].map((value) => Number(value.toFixed(6)));
    const { points } = await ask.get(`${this.address}?box=${box.join(",")}`);
    this.boxes = [{ box, points }, ...this.boxes].slice(0, MOST_BOXES);
    return points;
  }
}

// Which grid of a neighbourhood each point stands in: [{ x, y, persons, code }], points in none left out.
export function housed(points, neighbourhood) {
  // The narrowest first: a grid may lie in a hole of another one's ground.
  const width = (code) => neighbourhood.outline(code).box[2] - neighbourhood.outline(code).box[0];
  const grids = neighbourhood.codes().filter((code) => neighbourhood.isWhole(code)).sort((a, b) => width(a) - width(b));
  const outlines = grids.map((code) => neighbourhood.outline(code));
  const found = [];
  for (const [x, y, persons] of points) {
    const number = outlines.findIndex((outline) => outline.holds(x, y));
    if (number >= 0) found.push({ x, y, persons, code: grids[number] });
  }
  return found;
}

// Households and persons of each grid before and after, where `after(door)` names a door's new grid.
export function tally(doors, after) {
  const rows = new Map();
  const row = (code) => {
    if (!rows.has(code)) rows.set(code, { code, before: 0, after: 0, persons: 0, persons_before: 0 });
    return rows.get(code);
  };
  for (const door of doors) {
    row(door.code).before += 1;
    row(door.code).persons_before += door.persons;
    const next = row(after(door));
    next.after += 1;
    next.persons += door.persons;
  }
  return [...rows.values()];
}
