// Rivers, roads and other lines of the ground in sight: a border that is drawn snaps to them, and follows them.

import { ask } from "../ask.js";

const FROM_ZOOM = 12;
const MOST_BOXES = 6;

export class Guides {
  // `changed` is called when other lines are known than before.
  constructor(map, changed) {
    Object.assign(this, { map, changed });
    this.lines = []; // [{ code, name, kind, line: [[lon, lat], …], box }]
    this.boxes = [];
    this.isWanted = false;
    map.on("moveend", () => this.look());
  }

  // Lines are fetched while a tool draws.
  want(isWanted) {
    this.isWanted = isWanted;
    this.look();
  }

  async look() {
    if (!this.isWanted || this.map.getZoom() < FROM_ZOOM) return;
    const seen = this.map.getBounds();
    const held = this.boxes.find(({ bounds }) => bounds.contains(seen));
    if (held) return this._take(held.lines);
    const bounds = seen.pad(0.5);
    const box = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()].map((value) => value.toFixed(6));
    try {
      const { lines } = await ask.get(`/api/redraws/lines?box=${box.join(",")}`);
      for (const one of lines) one.box = boxOf(one.line);
      this.boxes = [{ bounds, lines }, ...this.boxes].slice(0, MOST_BOXES);
      if (bounds.contains(this.map.getBounds())) this._take(lines);
    } catch {
      this._take([]); // a county without them is drawn all the same
    }
  }

  _take(lines) {
    if (lines === this.lines) return;
    this.lines = lines;
    this.changed();
  }
}

// The vertices of a line passed on the way from one place on it to another, both { guide, at } with `at` counted in vertices.
export function along(from, to) {
  if (!from || !to || from.guide !== to.guide || from.at === to.at) return [];
  const { line } = from.guide;
  const [low, high] = [Math.min(from.at, to.at), Math.max(from.at, to.at)];
  const passed = line.slice(Math.floor(low) + 1, Math.ceil(high));
  return from.at < to.at ? passed : passed.reverse();
}

function boxOf(line) {
  const [xs, ys] = [line.map(([x]) => x), line.map(([, y]) => y)];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}
