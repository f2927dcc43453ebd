// Places the names of grids so that none covers another or an icon.

import { colour } from "./style.js";

// Which tiers are named at which zooms, the most important first.
const NAMED = [
  { tier: "TOTAL", from: 0, to: 12.9, size: 15, weight: 700 },
  { tier: "SUB", from: 11, to: 14.4, size: 12.5, weight: 650 },
  { tier: "BRANCH", from: 13, to: 14.9, size: 12, weight: 600 },
  { tier: "GROUP", from: 13, to: 15.4, size: 12, weight: 600 },
  { tier: "SPECIAL", from: 14, to: 30, size: 12, weight: 600 },
  { tier: "MICRO", from: 14, to: 30, size: 12, weight: 550 },
];
const LONGEST = 14;

// Boxes that are taken, found again by the square of ground they touch.
export class Room {
  constructor(side = 64) {
    this.side = side;
    this.squares = new Map();
  }

  take(box) {
    for (const key of this._keys(box)) {
      const taken = this.squares.get(key);
      if (taken) taken.push(box);
      else this.squares.set(key, [box]);
    }
  }

  isFree(box) {
    return this._keys(box).every((key) => !(this.squares.get(key) ?? []).some((other) => overlap(box, other)));
  }

  _keys({ left, top, right, bottom }) {
    const keys = [];
    for (let i = Math.floor(left / this.side); i <= Math.floor(right / this.side); i++) {
      for (let j = Math.floor(top / this.side); j <= Math.floor(bottom / this.side); j++) keys.push(`${i},${j}`);
    }
    return keys;
  }
}

const overlap = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

export const boxAround = (x, y, half) => ({ left: x - half, right: x + half, top: y - half, bottom: y + half });

// The labels that find room, the important ones first; `wide` ones are placed before icons, the others around them.
export function placeLabels(context, labels, { zoom, room, chosen, wide }) {
  const placed = [];
  for (const rule of NAMED) {
    if (zoom < rule.from || zoom > rule.to || wide !== isWide(rule)) continue;
    const font = `${rule.weight} ${rule.size}px ${colour("font")}`;
    const ink = colour(rule.tier === "SPECIAL" ? "label-special" : "label");
    const mine = labels.filter((label) => label.tier === rule.tier && label.name);
    mine.sort((a, b) => (b.code === chosen) - (a.code === chosen) || (a.code < b.code ? -1 : 1));
    context.font = font;
    for (const label of mine) {
      const place = findPlace(context, label, { rule, room });
      if (place) placed.push({ ...place, font, ink });
    }
  }
  return placed;
}

export function drawLabels(context, placed) {
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.strokeStyle = colour("label-halo");
  context.lineWidth = 3.2;
  for (const { words, x, y, font, ink } of placed) {
    context.font = font;
    context.fillStyle = ink;
    context.strokeText(words, x, y);
    context.fillText(words, x, y);
  }
}

// The names that come before icons: those of the widest tier.
const isWide = ({ tier }) => tier === "TOTAL";

function findPlace(context, { x, y, name }, { rule, room }) {
  const words = name.length > LONGEST ? `${name.slice(0, LONGEST - 1)}…` : name;
  const half = context.measureText(words).width / 2 + 3;
  const height = rule.size / 2 + 3;
  for (const shift of [0, 21, -21]) {
    const box = { left: x - half, right: x + half, top: y + shift - height, bottom: y + shift + height };
    if (!room.isFree(box)) continue;
    room.take(box);
    return { words, x, y: y + shift };
  }
  return null;
}
