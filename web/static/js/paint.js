// Paints one decoded tile: cells by the chosen figure, risk areas and lines, then the borders from narrow to wide.

import { BORDERS, borderWidth, colour, fill, isNobodys, pattern, riskColour } from "./style.js";

// How far a tile's geometry reaches over its edge, in tile units: geo_grid/db/sql/queries/tile.sql cuts it there.
const MARGIN = 64;

// Figures under which a cell that nobody looks after keeps its colour instead of the hatch.
const FULL_COLOUR = new Set(["load", "rule", "workload"]);

export function paint(canvas, { layers, zoom, side, ratio, stretch, view }) {
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.lineJoin = context.lineCap = "round";
  paintCells(context, layers.cells, { zoom, side, ratio, view });
  if (view.picked) paintPicked(context, layers.cells, { side, stretch, picked: view.picked });
  if (zoom >= 12) paintRisks(context, layers.risk_sites, { zoom, side, stretch, view });
  paintBorders(context, layers, { zoom, side, stretch, view });
}

// The outline of a feature, once made, for drawing and for asking whether a point lies in it.
export function outline(feature, scale) {
  if (feature.path && feature.pathScale === scale) return feature.path;
  const path = new Path2D();
  for (const ring of feature.rings) {
    path.moveTo(ring[0] * scale, ring[1] * scale);
    for (let i = 2; i < ring.length; i += 2) path.lineTo(ring[i] * scale, ring[i + 1] * scale);
    if (feature.type === 3) path.closePath();
  }
  feature.path = path;
  feature.pathScale = scale;
  return path;
}

// The border of a feature without the sides along which the tile was cut.
function border(feature, scale, extent) {
  if (feature.border && feature.borderScale === scale) return feature.border;
  const path = new Path2D();
  const low = -MARGIN;
  const high = extent + MARGIN;
  const isCut = (a, b) => a === b && (a === low || a === high);
  for (const ring of feature.rings) {
    const last = ring.length - 2;
    let [x, y] = feature.type === 3 ? [ring[last], ring[last + 1]] : ring;
    path.moveTo(x * scale, y * scale);
    for (let i = 0; i < ring.length; i += 2) {
      if (isCut(x, ring[i]) || isCut(y, ring[i + 1])) path.moveTo(ring[i] * scale, ring[i + 1] * scale);
      else path.lineTo(ring[i] * scale, ring[i + 1] * scale);
      x = ring[i];
      y = ring[i + 1];
    }
  }
  feature.border = path;
  feature.borderScale = scale;
  return path;
}

function paintCells(context, layer, { zoom, side, ratio, view }) {
  if (!layer) return;
  const scale = side / layer.extent;
  const hatch = pattern(context, "hatch", ratio);
  const dots = pattern(context, "dots", ratio);
  for (const feature of layer.features) {
    const path = outline(feature, scale);
    const cell = feature.properties;
    context.fillStyle = cell.rem ? dots : isNobodys(cell) && !FULL_COLOUR.has(view.metric) ? hatch : fill(view.metric, cell);
    context.fill(path, "evenodd");
    if (zoom < 14) {
      // A hairline in the cell's own colour closes the seam that antialiasing leaves between neighbours.
      context.strokeStyle = context.fillStyle;
      context.lineWidth = 0.6;
      context.stroke(path);
    }
  }
}

// The leaves that were gathered to be assigned, those that stand against it in another colour and hatched by their outline.
function paintPicked(context, layer, { side, stretch, picked }) {
  if (!layer) return;
  const scale = side / layer.extent;
  for (const feature of layer.features) {
    const { code } = feature.properties;
    if (!picked.codes.has(code) || feature.properties.rem) continue;
    const isBad = picked.bad.has(code);
    context.fillStyle = context.strokeStyle = colour(isBad ? "bad" : "accent");
    context.globalAlpha = 0.32;
    context.fill(outline(feature, scale), "evenodd");
    context.globalAlpha = 1;
    context.lineWidth = 2 / stretch;
    context.setLineDash(isBad ? [4, 3] : []);
    context.stroke(border(feature, scale, layer.extent));
    context.setLineDash([]);
  }
}

function paintRisks(context, layer, { zoom, side, stretch, view }) {
  if (!layer) return;
  const scale = side / layer.extent;
  for (const feature of layer.features) {
    const { kind } = feature.properties;
    if (feature.type === 1 || !view.kinds.has(kind)) continue;
    const path = outline(feature, scale);
    context.strokeStyle = riskColour(kind);
    context.lineWidth = (feature.type === 2 ? Math.min(3, (zoom - 8) / 2) : 1.2) / stretch;
    if (feature.type === 3) {
      context.globalAlpha = 0.2;
      context.fillStyle = context.strokeStyle;
      context.fill(path, "evenodd");
      context.setLineDash([2, 3]);
    }
    context.globalAlpha = 0.75;
    context.stroke(border(feature, scale, layer.extent));
    context.setLineDash([]);
    context.globalAlpha = 1;
  }
}

function paintBorders(context, layers, { zoom, side, stretch, view }) {
  for (const border of BORDERS) {
    const layer = layers[border.tier];
    if (!layer || zoom < border.from || !view.tiers.has(border.tier)) continue;
    const scale = side / layer.extent;
    const width = borderWidth(border, zoom) / stretch;
    if (border.tier === "total" || border.tier === "sub") strokeAll(context, layer, scale, { width: width + 1.6 / stretch, ink: colour("border-casing") });
    strokeAll(context, layer, scale, { width, ink: colour(`border-${border.tier}`), dash: border.dash });
  }
}

function strokeAll(context, layer, scale, { width, ink, dash }) {
  context.lineWidth = width;
  context.strokeStyle = ink;
  context.setLineDash(dash ?? []);
  for (const feature of layer.features) context.stroke(border(feature, scale, layer.extent));
  context.setLineDash([]);
}
