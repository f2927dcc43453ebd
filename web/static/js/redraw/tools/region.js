// Tools that draw an area: a new grid cut out, ground painted over to another grid, the county's edge moved.

import { outlineOf } from "../planar.js";
import { colour } from "../../style.js";
import { LineTool } from "./line.js";
import { drawPlate } from "./tool.js";

class RegionTool extends LineTool {
  // The area as a closed ring, null while it has not three corners.
  ring() {
    const corners = this.whole();
    return corners.length > 2 ? [...corners, corners[0]] : null;
  }

  region() {
    return this.line.length > 2 ? [...this.line, this.line[0]] : null;
  }

  click(place, about) {
    const [first] = this.line;
    if (first && this.line.length > 2 && place[0] === first[0] && place[1] === first[1]) return this.studio.finish();
    super.click(place, about);
  }

  sorting() {
    const ring = this.ring();
    if (!ring) return null;
    const outline = outlineOf([ring]);
    return (door) => (outline.holds(door.x, door.y) ? this.owner() : door.code);
  }

  inside() {
    const ring = this.ring();
    if (!ring) return [];
    const outline = outlineOf([ring]);
    return this.studio.doors.filter(({ x, y }) => outline.holds(x, y));
  }

  draw(context, board) {
    const ring = this.ring();
    if (ring) {
      context.fillStyle = colour("side-one");
      context.fill(board.placed(board.pathOf([ring])), "evenodd");
    }
    super.draw(context, board);
    if (ring) this.drawClosing(context, board);
  }

  drawClosing(context, board) {
    const points = this.whole();
    const [from, to] = [board.point(points.at(-1)), board.point(points[0])];
    context.setLineDash([5, 5]);
    const path = new Path2D();
    path.moveTo(from.x, from.y);
    path.lineTo(to.x, to.y);
    this.studio.board.stroke(context, path, { ink: "draft-line", width: 2, casing: 0 });
    context.setLineDash([]);
    const middle = points.reduce(([x, y], [a, b]) => [x + a / points.length, y + b / points.length], [0, 0]);
    drawPlate(context, board.point(middle), this.studio.say("count", { count: this.inside().length }), colour("side-one-ink"));
  }
}

export class CarveTool extends RegionTool {
  get wants() {
    return "none";
  }

  get picks() {
    return false;
  }

  owner() {
    return "+";
  }

  intent() {
    const region = this.region();
    const parent = this.studio.option("parent");
    if (!region || !parent) return null;
    const { snap_m } = this.studio;
    return { kind: "carve", region, parent, tier: this.studio.option("tier"), name: this.studio.option("name"), absorb: this.studio.option("absorb") === "yes", snap_m };
  }

  click(place, about) {
    if (!this.line.length) this.studio.offerParents(place);
    super.click(place, about);
  }

  hint() {
    return this.line.length ? "hintRegionGoOn" : "hintCarveDraw";
  }
}

export class PaintTool extends RegionTool {
  owner() {
    const [code] = this.studio.chosen;
    return code ?? "";
  }

  intent() {
    const region = this.region();
    const [to] = this.studio.chosen;
    return region && to ? { kind: "paint", region, to, absorb: this.studio.option("absorb") === "yes", snap_m: this.studio.snap_m } : null;
  }

  hint() {
    if (!this.studio.chosen.size) return "hintPaintPick";
    return this.line.length ? "hintRegionGoOn" : "hintPaintDraw";
  }
}

export class ExtendTool extends PaintTool {
  sorting() {
    return null;
  }

  intent() {
    const region = this.region();
    const [grid] = this.studio.chosen;
    return region && grid ? { kind: "extend", grid, region, snap_m: this.studio.snap_m } : null;
  }

  hint() {
    if (!this.studio.chosen.size) return "hintExtendPick";
    return this.line.length ? "hintRegionGoOn" : "hintExtendDraw";
  }
}

export class ShrinkTool extends RegionTool {
  get wants() {
    return "none";
  }

  get picks() {
    return false;
  }

  owner() {
    return "";
  }

  intent() {
    const region = this.region();
    return region ? { kind: "shrink", region, snap_m: this.studio.snap_m } : null;
  }

  hint() {
    return this.line.length ? "hintRegionGoOn" : "hintShrinkDraw";
  }
}
