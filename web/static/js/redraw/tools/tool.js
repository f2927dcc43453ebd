// What every tool of the studio can do; each answers what concerns it.

import { colour } from "../../style.js";

export class Tool {
  constructor(studio) {
    this.studio = studio;
  }

  // How many grids the tool works on: "none", "one" or "many".
  get wants() {
    return "one";
  }

  // Whether a click on the map chooses a grid.
  get picks() {
    return true;
  }

  enter() {}
  leave() {}
  chosenChanged() {}
  click() {}
  move() {}
  grab() {
    return false;
  }
  drag() {}
  release() {}
  back() {
    return false;
  }
  clear() {
    return false;
  }
  draw() {}

  // The move to be sent, or null while there is nothing to send.
  intent() {
    return null;
  }

  // Where each door of the neighbourhood would belong: (door) => code or mark; null while nothing is drawn.
  sorting() {
    return null;
  }

  // The key of the sentence that says what to do next.
  hint() {
    return "";
  }
}

// A filled circle with an edge, in layer points.
export function drawHandle(context, { x, y }, { radius = 6, fill = "#fff", ink = colour("accent"), width = 2.2 } = {}) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = fill;
  context.fill();
  context.strokeStyle = ink;
  context.lineWidth = width;
  context.stroke();
}

// A square: an end that stays where it is.
export function drawFixed(context, { x, y }) {
  context.fillStyle = colour("ink");
  context.fillRect(x - 4.5, y - 4.5, 9, 9);
  context.strokeStyle = "#fff";
  context.lineWidth = 1.5;
  context.strokeRect(x - 4.5, y - 4.5, 9, 9);
}

// A figure on a dark plate.
export function drawPlate(context, { x, y }, words, ink) {
  context.font = `700 14px ${colour("font")}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  const half = context.measureText(words).width / 2 + 9;
  context.beginPath();
  context.roundRect(x - half, y - 13, 2 * half, 26, 7);
  context.fillStyle = ink;
  context.fill();
  context.strokeStyle = "#fff";
  context.lineWidth = 2;
  context.stroke();
  context.fillStyle = "#fff";
  context.fillText(words, x, y + 1);
}
