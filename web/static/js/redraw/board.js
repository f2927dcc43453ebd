// Paints the draft over the live map: changed ground and its borders below the households, what is drawn above them.

import { Overlay } from "../overlay.js";
import { BORDERS, borderWidth, colour, fill } from "../style.js";

const ZOOM = 18; // paths are built once at this zoom, from the county's middle, and scaled by the canvas

export class Board {
  // `keeps` is the side of the swipe on which the board is seen.
  constructor(map, middle, { keeps = "right" } = {}) {
    this.map = map;
    this.keeps = keeps;
    this.middle = map.project(middle, ZOOM);
    this.features = []; // changed ground after the draft's moves: { properties, path, rings }
    this.border = null;
    this.chosen = []; // paths
    this.locked = [];
    this.drawTool = null; // (context, board) of the tool at hand
    this.swipe = null; // pixels from the left at which the board begins or ends; null: everywhere
    this.overlay = new Overlay((context) => this._draw(context));
    this.overlay.options.pane = "draft";
    this.overlay.addTo(map);
    this.sketch = new Overlay((context) => this._drawSketch(context));
    this.sketch.options.pane = "sketch";
    this.sketch.addTo(map);
  }

  refresh() {
    this.overlay.refresh();
    this.sketch.refresh();
  }

  // Draws again what is being drawn; the draft below it stays.
  refreshSketch() {
    this.sketch.refresh();
  }

  showDraft({ after, border }) {
    const order = new Map(BORDERS.map(({ tier }, number) => [tier.toUpperCase(), number]));
    this.features = after.features
      .filter(({ geometry }) => geometry)
      .map(({ properties, geometry }) => ({ properties, path: this.pathOf(ringsOf(geometry)) }))
      .sort((a, b) => order.get(a.properties.tier) - order.get(b.properties.tier));
    const lines = border ? linesOf(border) : [];
    this.border = lines.length ? this.pathOf(lines, false) : null;
    this.refresh();
  }

  // The path of rings (or of open lines) given in degrees.
  pathOf(lines, closed = true) {
    const path = new Path2D();
    for (const line of lines) {
      line.forEach(([lon, lat], i) => {
        const { x, y } = this.map.project([lat, lon], ZOOM).subtract(this.middle);
        if (i) path.lineTo(x, y);
        else path.moveTo(x, y);
      });
      if (closed) path.closePath();
    }
    return path;
  }

  // The path in the layer points of the present view.
  placed(path) {
    const scale = this.map.getZoomScale(this.map.getZoom(), ZOOM);
    const shift = this.middle.multiplyBy(scale).subtract(this.map.getPixelOrigin());
    const made = new Path2D();
    made.addPath(path, new DOMMatrix([scale, 0, 0, scale, shift.x, shift.y]));
    return made;
  }

  // Where a place [lon, lat] lies, in layer points.
  point([lon, lat]) {
    return this.map.latLngToLayerPoint([lat, lon]);
  }

  // The code of the changed grid of `tiers` at a layer point; null where the draft leaves the ground as it is.
  featureAt(point, tiers) {
    const probe = document.createElement("canvas").getContext("2d");
    const hit = this.features.find(({ properties, path }) => tiers.has(properties.tier) && probe.isPointInPath(this.placed(path), point.x, point.y, "evenodd"));
    return hit ? hit.properties : null;
  }

  _draw(context) {
    context.lineJoin = context.lineCap = "round";
    this.within(context, () => {
      this._paintGround(context);
      this._paintBorders(context);
    });
  }

  // Draws on the board's side of the swipe alone.
  within(context, draw) {
    context.save();
    if (this.swipe !== null) this._clip(context);
    draw();
    context.restore();
  }

  _drawSketch(context) {
    context.lineJoin = context.lineCap = "round";
    if (this.chosen.length) this._outlineChosen(context);
    if (this.drawTool) this.drawTool(context, this);
  }

  // The chosen grids; the studio draws on either side of its swipe, so there they are seen whole.
  _outlineChosen(context) {
    const outline = () => this.chosen.forEach((path) => this.stroke(context, this.placed(path), { ink: "accent", width: 3, casing: 6.5 }));
    if (this.drawTool) outline();
    else this.within(context, outline);
  }

  _clip(context) {
    const { min, max } = this.overlay._bounds;
    const at = this.map.containerPointToLayerPoint([this.swipe, 0]).x;
    const [from, to] = this.keeps === "right" ? [at, max.x] : [min.x, at];
    context.beginPath();
    context.rect(from, min.y, to - from, max.y - min.y);
    context.clip();
  }

  _paintGround(context) {
    for (const { properties, path } of this.features) {
      if (properties.tier !== "MICRO" && properties.tier !== "SPECIAL") continue;
      const placed = this.placed(path);
      context.fillStyle = fill("load", { hh: properties.households });
      context.fill(placed, "evenodd");
      context.fillStyle = colour("draft-tint");
      context.fill(placed, "evenodd");
    }
  }

  _paintBorders(context) {
    const zoom = this.map.getZoom();
    for (const { properties, path } of this.features) {
      const border = BORDERS.find(({ tier }) => tier.toUpperCase() === properties.tier);
      const isLeaf = properties.tier === "MICRO";
      context.setLineDash(border.dash ?? []);
      this.stroke(context, this.placed(path), {
        ink: isLeaf ? "draft-border" : `border-${border.tier}`,
        width: Math.max(1.2, borderWidth(border, zoom)),
        casing: isLeaf ? borderWidth(border, zoom) + 2.4 : 0,
      });
      context.setLineDash([]);
    }
    if (this.border) this.stroke(context, this.placed(this.border), { ink: "draft-line", width: 3, casing: 5.5 });
  }

  // A line with a light casing, so that it is told from any ground.
  stroke(context, path, { ink, width, casing = 0 }) {
    if (casing) {
      context.strokeStyle = colour("border-casing");
      context.lineWidth = casing;
      context.stroke(path);
    }
    context.strokeStyle = colour(ink);
    context.lineWidth = width;
    context.stroke(path);
  }
}

// The rings of a GeoJSON polygon or multipolygon.
export function ringsOf({ type, coordinates }) {
  return type === "Polygon" ? coordinates : coordinates.flat();
}

// All lines of any GeoJSON that holds lines.
export function linesOf(shape) {
  if (!shape) return [];
  if (shape.type === "FeatureCollection") return shape.features.flatMap((feature) => linesOf(feature.geometry));
  if (shape.type === "Feature") return linesOf(shape.geometry);
  if (shape.type === "GeometryCollection") return shape.geometries.flatMap(linesOf);
  if (shape.type === "LineString") return [shape.coordinates];
  return shape.type === "MultiLineString" || shape.type === "Polygon" ? shape.coordinates : shape.coordinates.flat();
}
