// Colours and widths of what is drawn on the map; colours come from the style sheet, the one place that has them.

import { page } from "./page.js";

const css = getComputedStyle(document.documentElement);
const known = new Map();

// A colour of the style sheet by its name there.
export function colour(name) {
  if (!known.has(name)) known.set(name, css.getPropertyValue(`--${name}`).trim());
  return known.get(name);
}

// The symbol of a kind of risk sites, and its colour: kinds of a county's own share one.
export const symbolOf = (kind) => page.kinds[kind]?.symbol ?? "other";
export const riskColour = (kind) => colour(page.kinds[kind]?.own ? "risk-own" : `risk-${symbolOf(kind)}`);

// Tiers from the narrowest to the widest, so that wide borders are drawn over narrow ones.
export const BORDERS = [
  { tier: "micro", width: [0.5, 0.8, 1.2], from: 12 },
  { tier: "special", width: [0.8, 1.2, 1.8], from: 12 },
  { tier: "group", width: [0.6, 1.2, 1.9], from: 10.5 },
  { tier: "branch", width: [1, 1.6, 2.2], from: 10.5, dash: [7, 4] },
  { tier: "sub", width: [1.1, 2, 3], from: 8 },
  { tier: "total", width: [2.2, 3.2, 4.4], from: 0 },
];

// The width of a border at a zoom: given at zooms 10, 13 and 16, straight between them.
export function borderWidth(border, zoom) {
  const [far, middle, near] = border.width;
  if (zoom <= 10) return far;
  if (zoom <= 13) return far + ((middle - far) * (zoom - 10)) / 3;
  return middle + ((near - middle) * Math.min(zoom - 13, 3)) / 3;
}

export const ramps = {
  coverage: classes("coverage", page.breaks.coverage),
  load: classes("load", page.breaks.load),
  posts: classes("posts", page.breaks.posts),
};

const MEASURES = {
  coverage: (cell) => (cell.hh ? cell.hc / cell.hh : null),
  load: (cell) => cell.hh,
  posts: (cell) => (cell.posts ? cell.filled / cell.posts : null),
};

const RULE_LIMITS = [1e-9, 0.5, 0.9, 1];
ramps.rule = classes("coverage", RULE_LIMITS);
let leaves = {};

// What a coverage rule found: { grid id: [covered, overloaded, not covered, waived] } in households.
export const setRule = (found) => (leaves = found);

MEASURES.rule = (cell) => {
  const found = leaves[cell.id];
  return found ? found[0] / (found[0] + found[1] + found[2] + found[3]) : null;
};

let loads = {};

// The loads of leaves by grid id, and the limits of their classes.
export function setLoads(found, limits) {
  loads = found;
  ramps.workload = classes("load", limits);
}

MEASURES.workload = (cell) => loads[cell.id] ?? null;

// The fill of a cell; null for one that the figure says nothing of (ground of a parent, or no households).
export function fill(metric, cell) {
  if (cell.rem) return null;
  const value = MEASURES[metric](cell);
  if (value === null || value === undefined) return colour("cell-empty");
  const { limits, colours } = ramps[metric];
  let number = 0;
  while (number < limits.length && value >= limits[number]) number += 1;
  return colours[number];
}

// Whether nobody looks after a cell: what the hatch says.
export const isNobodys = (cell) => !cell.rem && cell.tier === "MICRO" && !cell.filled;

function classes(name, limits) {
  const last = limits.length || 1;
  return { limits, colours: [...limits, null].map((_, i) => colour(`${name}-${1 + Math.round((i * 4) / last)}`)) };
}

const patterns = new Map();
const SIDES = { hatch: 8, dots: 16, apart: 8 };
const DRAWN = { hatch: (ratio) => drawHatch(ratio), dots: (ratio) => drawDots(ratio), apart: (ratio) => drawApart(ratio) };

// A fill pattern whose period divides a tile's side, so that neighbouring tiles join without a seam.
export function pattern(context, name, ratio) {
  const key = `${name}@${ratio}`;
  if (!patterns.has(key)) patterns.set(key, DRAWN[name](ratio));
  const made = context.createPattern(patterns.get(key), "repeat");
  made.setTransform(new DOMMatrix().scale(SIDES[name] / patterns.get(key).width));
  return made;
}

const drawHatch = (ratio) => drawLines(ratio, { ground: "hatch-ground", line: "hatch-line", width: 2.4 });
const drawApart = (ratio) => drawLines(ratio, { ground: "apart-ground", line: "apart-line", width: 1.4 });

function drawLines(ratio, { ground, line, width }) {
  const [canvas, context] = swatch(SIDES.hatch, ratio);
  context.fillStyle = colour(ground);
  context.fillRect(0, 0, 8, 8);
  context.strokeStyle = colour(line);
  context.lineWidth = width;
  context.beginPath();
  for (const shift of [-8, 0, 8]) {
    context.moveTo(shift - 2, 10);
    context.lineTo(shift + 10, -2);
  }
  context.stroke();
  return canvas;
}

function drawDots(ratio) {
  const [canvas, context] = swatch(SIDES.dots, ratio);
  context.fillStyle = colour("rem-ground");
  context.fillRect(0, 0, 16, 16);
  context.fillStyle = colour("rem-dot");
  for (const [x, y] of [[4, 4], [12, 12]]) {
    context.beginPath();
    context.arc(x, y, 1, 0, 7);
    context.fill();
  }
  return canvas;
}

function swatch(side, ratio) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.round(side * ratio);
  const context = canvas.getContext("2d");
  context.scale(canvas.width / side, canvas.height / side);
  return [canvas, context];
}
