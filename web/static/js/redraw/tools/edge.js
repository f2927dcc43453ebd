// Dragging a shared border: its vertices are handles, both grids follow, and its two ends stay where they are.

import { chained } from "../arcs.js";
import { crossesItself, nearestOn, Outline, segmentsOf } from "../planar.js";
import { degreesOf } from "../snap.js";
import { colour } from "../../style.js";
import { Tool, drawFixed, drawHandle } from "./tool.js";

const REACH_PX = 11;
const PULL_PX = 90; // how far along the border a drag is felt
const APART_PX = 13; // handles closer than this are drawn as one

export class EdgeTool extends Tool {
  constructor(studio) {
    super(studio);
    this.drop();
  }

  drop() {
    this.edge = null; // { left, right, old, line }
    this.held = -1;
    this.pulled = []; // how much each vertex follows the held one, from 0 to 1
    this.steps = []; // earlier lines of this edge, for one step back
    this.hovered = null; // an arc under the pointer
    this.place = null;
  }

  leave() {
    this.drop();
  }

  chosenChanged() {
    this.drop();
  }

  get picks() {
    return !this.hovered && !this.edge;
  }

  hint() {
    if (this.edge) return this.isChanged() ? "hintEdgeSend" : "hintEdgeDrag";
    return this.studio.chosen.size ? "hintEdgeChoose" : "hintEdgePick";
  }

  isChanged() {
    return this.steps.length > 0;
  }

  // A click near a border of the chosen grid takes it up.
  click(place) {
    if (this.edge) return;
    const arc = this.arcAt(place);
    if (arc) this.take(arc);
  }

  take(arc) {
    const { near } = this.studio;
    const [mine] = this.studio.chosen;
    const [left, right] = arc.left === mine ? [arc.left, arc.right] : [arc.right, arc.left];
    const whole = chained(near.between(arc.left, arc.right));
    const line = (whole ?? arc.line).map(([x, y]) => [x, y]);
    this.edge = { left, right, old: line, line: [...line], numbers: whole ? near.between(arc.left, arc.right).map(({ number }) => number) : [arc.number] };
    this.steps = [];
    this.hovered = null;
    this.studio.drawn();
  }

  arcAt(place) {
    const [mine] = this.studio.chosen;
    if (!mine) return null;
    const stretch = Math.cos((place[1] * Math.PI) / 180);
    let least = degreesOf(this.studio.map, REACH_PX);
    let best = null;
    for (const arc of this.studio.near.around(mine)) {
      if (!arc.left || !arc.right) continue;
      for (let i = 1; i < arc.line.length; i++) {
        const { distance } = nearestOn(place, arc.line[i - 1], arc.line[i], stretch);
        if (distance < least) [best, least] = [arc, distance];
      }
    }
    return best;
  }

  move(place) {
    this.place = place;
    const arc = this.edge ? null : this.arcAt(place);
    if (arc === this.hovered && !this.edge) return;
    this.hovered = arc;
    this.studio.board.refreshSketch();
  }

  // Takes hold of the handle under the pointer; the middle of a stretch becomes a new vertex.
  grab(place, { remove, alone }) {
    if (!this.edge) return false;
    const reach = degreesOf(this.studio.map, REACH_PX);
    const stretch = Math.cos((place[1] * Math.PI) / 180);
    const far = ([x, y]) => Math.hypot((x - place[0]) * stretch, y - place[1]);
    const { line } = this.edge;
    let number = nearestIndex(line, far, reach);
    if (number === 0 || number === line.length - 1) return true;
    if (number > 0 && remove) return this.removeVertex(number);
    if (number < 0) number = this.insertAt(far, reach);
    if (number < 0) return false;
    if (this.held < 0) this.steps.push([...line]);
    this.held = number;
    this.from = this.edge.line;
    this.pulled = alone ? this.from.map((_, i) => Number(i === number)) : this.pull(number);
    return true;
  }

  // A surveyed border has a vertex every few metres: those nearby follow, less with the distance, the ends not at all.
  pull(number) {
    const points = this.from.map((vertex) => this.studio.board.point(vertex));
    const along = [0];
    for (let i = 1; i < points.length; i++) along.push(along[i - 1] + points[i].distanceTo(points[i - 1]));
    const reach = Math.max(1, Math.min(PULL_PX, along[number], along.at(-1) - along[number]));
    return along.map((at) => (Math.abs(at - along[number]) >= reach ? 0 : (1 + Math.cos((Math.PI * (at - along[number])) / reach)) / 2));
  }

  insertAt(far, reach) {
    const { line } = this.edge;
    const middles = line.slice(1).map(([x, y], i) => [(x + line[i][0]) / 2, (y + line[i][1]) / 2]);
    const number = nearestIndex(middles, far, reach);
    if (number < 0) return -1;
    this.steps.push([...line]);
    this.edge.line = [...line.slice(0, number + 1), middles[number], ...line.slice(number + 1)];
    this.held = number + 1;
    return number + 1;
  }

  removeVertex(number) {
    this.steps.push(this.edge.line);
    this.edge.line = this.edge.line.filter((_, i) => i !== number);
    this.studio.drawn({ settled: true });
    return true;
  }

  drag(place) {
    if (this.held < 0) return;
    const [dx, dy] = [place[0] - this.from[this.held][0], place[1] - this.from[this.held][1]];
    this.edge.line = this.from.map((vertex, i) => (this.pulled[i] ? [vertex[0] + dx * this.pulled[i], vertex[1] + dy * this.pulled[i]] : vertex));
    this.studio.drawn();
  }

  release() {
    if (this.held < 0) return;
    this.held = -1;
    if (sameLine(this.steps.at(-1), this.edge.line)) this.steps.pop();
    this.studio.drawn({ settled: true });
  }

  back() {
    if (!this.steps.length) return false;
    this.edge.line = this.steps.pop();
    this.studio.drawn({ settled: true });
    return true;
  }

  clear() {
    if (!this.edge) return false;
    this.drop();
    this.studio.drawn();
    return true;
  }

  // The ground between the old border and the new one changes hands.
  sorting() {
    if (!this.edge || !this.isChanged()) return null;
    const { left, right, old, line } = this.edge;
    const between = new Outline(segmentsOf([old, line]));
    return ({ x, y, code }) => {
      if ((code !== left && code !== right) || !between.holds(x, y)) return code;
      return code === left ? right : left;
    };
  }

  intent() {
    if (!this.edge || !this.isChanged()) return null;
    return { kind: "reshape", grid: this.edge.left, partner: this.edge.right, line: this.edge.line, snap_m: 0.2 };
  }

  draw(context, board) {
    if (this.hovered) board.stroke(context, board.placed(board.pathOf([this.hovered.line], false)), { ink: "draft-line", width: 4, casing: 7 });
    if (!this.edge) return;
    const { left, right, line } = this.edge;
    const near = this.following();
    for (const [code, ink] of [[left, "side-one"], [right, "side-two"]]) {
      const path = board.placed(board.pathOf(near.rings(code)));
      context.fillStyle = colour(ink);
      context.fill(path, "evenodd");
      board.stroke(context, path, { ink: "ink", width: 2 });
    }
    const isBad = crossesItself(line);
    board.stroke(context, board.placed(board.pathOf([line], false)), { ink: isBad ? "bad" : "draft-line", width: 3, casing: 6 });
    this.drawHandles(context, board, line);
  }

  // The neighbourhood with the border as it is drawn now.
  following() {
    const { numbers, line } = this.edge;
    const [first, ...others] = numbers;
    let near = this.studio.near.with(first, line);
    for (const number of others) near = near.with(number, []);
    return near;
  }

  drawHandles(context, board, line) {
    const points = line.map((place) => board.point(place));
    for (let i = 1; i < points.length; i++) {
      const [a, b] = [points[i - 1], points[i]];
      if (Math.hypot(a.x - b.x, a.y - b.y) > 22) drawHandle(context, { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }, { radius: 3, width: 1.2, ink: colour("draft-line") });
    }
    let last = points[0];
    points.slice(1, -1).forEach((point, i) => {
      const isHeld = i + 1 === this.held;
      if (!isHeld && (point.distanceTo(last) < APART_PX || point.distanceTo(points.at(-1)) < APART_PX)) return;
      last = point;
      drawHandle(context, point, { radius: isHeld ? 8 : 5, ink: colour("draft-line"), fill: isHeld ? colour("draft-line") : "#fff" });
    });
    drawFixed(context, points[0]);
    drawFixed(context, points.at(-1));
  }
}

const sameLine = (a, b) => a?.length === b.length && a.every(([x, y], i) => x === b[i][0] && y === b[i][1]);

function nearestIndex(places, far, reach) {
  let best = -1;
  let least = reach;
  places.forEach((place, i) => {
    const distance = far(place);
    if (distance < least) [best, least] = [i, distance];
  });
  return best;
}
