// Tools that draw a line vertex by vertex: cutting a grid in two, and drawing a border anew.

import { along } from "../guides.js";
import { carriedOn, crossesItself, cutOff, outlineOf } from "../planar.js";
import { colour } from "../../style.js";
import { Tool, drawHandle, drawPlate } from "./tool.js";

export class LineTool extends Tool {
  constructor(studio) {
    super(studio);
    this.drop();
    this.hover = null;
    this.snappedTo = null;
  }

  drop() {
    this.line = [];
    this.clicks = []; // how many vertices there were before each click: one on a river may bring many
    this.guide = null; // on which river or road, and where on it, the last vertex lies
  }

  get picks() {
    return this.line.length === 0 && this.studio.chosen.size === 0;
  }

  leave() {
    this.clear();
  }

  chosenChanged() {
    this.drop();
  }

  // Two clicks on one river or road: the line follows it from the one to the other.
  click(place, { guide = null } = {}) {
    const last = this.line.at(-1);
    if (last && last[0] === place[0] && last[1] === place[1]) return;
    this.clicks.push(this.line.length);
    this.line.push(...along(this.guide, guide), place);
    this.guide = guide;
    this.studio.drawn({ settled: true });
  }

  move(place, onto, guide = null) {
    this.hover = place;
    this.hoverGuide = guide;
    this.snappedTo = onto;
    if (this.line.length) this.studio.drawn();
    else this.studio.board.refreshSketch();
  }

  back() {
    if (!this.line.length) return false;
    this.line.length = this.clicks.pop();
    this.guide = null;
    this.studio.drawn({ settled: true });
    return true;
  }

  clear() {
    const had = this.line.length > 0;
    this.drop();
    this.studio.drawn();
    return had;
  }

  // The line as it stands, with the pointer as its next vertex.
  whole() {
    const last = this.line.at(-1);
    const goesOn = this.hover && last && (this.hover[0] !== last[0] || this.hover[1] !== last[1]);
    return goesOn ? [...this.line, ...along(this.guide, this.hoverGuide), this.hover] : this.line;
  }

  isBad() {
    return crossesItself(this.whole());
  }

  draw(context, board) {
    const points = this.whole().map((place) => board.point(place));
    if (points.length > 1) this.drawLine(context, points);
    for (const place of this.clicked()) drawHandle(context, board.point(place), { radius: 4.5 });
    if (this.hover && this.studio.chosen.size) this.drawPointer(context, board.point(this.hover));
  }

  // The vertices that were clicked, without those that a river brought.
  clicked() {
    return this.clicks.map((_, number) => this.line[(this.clicks[number + 1] ?? this.line.length) - 1]);
  }

  drawLine(context, points) {
    const path = new Path2D();
    points.forEach(({ x, y }, i) => (i ? path.lineTo(x, y) : path.moveTo(x, y)));
    this.studio.board.stroke(context, path, { ink: this.isBad() ? "bad" : "draft-line", width: 2.6, casing: 5.5 });
  }

  drawPointer(context, point) {
    const inks = { vertex: colour("snap"), border: colour("snap"), guide: colour("risk-river") };
    drawHandle(context, point, { radius: this.snappedTo ? 7 : 4, fill: this.snappedTo ? "rgba(255,255,255,0.6)" : "#fff", ink: inks[this.snappedTo] ?? colour("draft-line") });
  }
}

export class SplitTool extends LineTool {
  get wants() {
    return "many";
  }

  // Per chosen grid, the ring that lies on one side of the line; grids the line misses are left out.
  cuts() {
    const { chosen, near } = this.studio;
    const line = this.whole();
    if (line.length < 2) return [];
    const found = [];
    for (const code of chosen) {
      if (!near.isWhole(code)) continue;
      const rings = near.rings(code);
      const ring = cutOff(carriedOn(line, rings, near.outline(code)), rings);
      if (ring) found.push({ code, ring, side: outlineOf([[...ring, ring[0]]]) });
    }
    return found;
  }

  sorting() {
    const cuts = new Map(this.cuts().map((cut) => [cut.code, cut]));
    if (!cuts.size) return null;
    return ({ x, y, code }) => {
      const cut = cuts.get(code);
      return cut ? `${code}\n${cut.side.holds(x, y) ? "①" : "②"}` : code;
    };
  }

  intent() {
    const { chosen, isLeafTier, snap_m } = this.studio;
    if (!chosen.size || this.line.length < 2) return null;
    const line = this.line;
    if (isLeafTier) return { kind: "split", grids: [...chosen], line, snap_m };
    const [grid] = chosen;
    return { kind: "split_grid", grid, line, cut: this.studio.option("cut") === "yes", snap_m };
  }

  hint() {
    if (!this.studio.chosen.size) return "hintSplitPick";
    return this.line.length ? "hintSplitGoOn" : "hintSplitDraw";
  }

  draw(context, board) {
    for (const cut of this.cuts()) this.drawSides(context, board, cut);
    super.draw(context, board);
    for (const cut of this.cuts()) this.drawFigures(context, board, cut);
  }

  drawSides(context, board, { code, ring }) {
    const whole = board.placed(board.pathOf(this.studio.near.rings(code)));
    context.save();
    context.clip(whole, "evenodd");
    context.fillStyle = colour("side-two");
    context.fill(whole, "evenodd");
    context.fillStyle = colour("side-one");
    context.fill(board.placed(board.pathOf([ring])), "evenodd");
    context.restore();
  }

  drawFigures(context, board, { code, side }) {
    const mine = this.studio.doors.filter((door) => door.code === code);
    const sides = [mine.filter(({ x, y }) => side.holds(x, y)), mine.filter(({ x, y }) => !side.holds(x, y))];
    sides.forEach((doors, number) => {
      if (!doors.length) return;
      const middle = [doors.reduce((sum, { x }) => sum + x, 0) / doors.length, doors.reduce((sum, { y }) => sum + y, 0) / doors.length];
      drawPlate(context, board.point(middle), `${"①②"[number]} ${doors.length}`, colour(number ? "side-two-ink" : "side-one-ink"));
    });
  }
}

export class ReshapeTool extends LineTool {
  // The ground between the line and the border it leaves and meets again.
  loop() {
    const [code] = this.studio.chosen;
    const line = this.whole();
    if (!code || line.length < 2 || !this.studio.near.isWhole(code)) return null;
    const ring = cutOff(line, this.studio.near.rings(code), { narrow: true });
    return ring ? { ring, outline: outlineOf([[...ring, ring[0]]]) } : null;
  }

  sorting() {
    const loop = this.loop();
    const [mine] = this.studio.chosen;
    if (!loop) return null;
    const other = this.studio.near.neighbours(mine).find((code) => code && code !== mine) ?? "";
    return ({ x, y, code }) => {
      if (!loop.outline.holds(x, y)) return code;
      return code === mine ? this.nearestNeighbour(loop.ring) ?? other : mine;
    };
  }

  // The neighbour with whom the loop has most border in common.
  nearestNeighbour(ring) {
    const { near, chosen } = this.studio;
    const [mine] = chosen;
    const own = new Set(ring.map(([x, y]) => `${x},${y}`));
    const counts = new Map();
    for (const { left, right, line } of near.around(mine)) {
      const code = left === mine ? right : left;
      counts.set(code, (counts.get(code) ?? 0) + line.filter(([x, y]) => own.has(`${x},${y}`)).length);
    }
    return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
  }

  intent() {
    const [grid] = this.studio.chosen;
    return grid && this.line.length > 1 ? { kind: "reshape", grid, line: this.line, partner: null, snap_m: this.studio.snap_m } : null;
  }

  hint() {
    if (!this.studio.chosen.size) return "hintReshapePick";
    return this.line.length ? "hintReshapeGoOn" : "hintReshapeDraw";
  }

  draw(context, board) {
    const loop = this.loop();
    if (loop) {
      context.fillStyle = colour("side-one");
      context.fill(board.placed(board.pathOf([loop.ring])), "evenodd");
    }
    super.draw(context, board);
  }
}
