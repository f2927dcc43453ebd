// A neighbourhood as edges: each arc has a grid on its left and one on its right, and grids are what arcs enclose.

import { Outline, segmentsOf } from "./planar.js";

const keyOf = ([x, y]) => `${x},${y}`;

export class Neighbourhood {
  constructor({ arcs = [] } = {}) {
    this.arcs = arcs.map((arc, number) => ({ ...arc, number }));
    this.known = new Map();
  }

  // All grids that have an arc here, "" being what lies outside the county.
  codes() {
    return [...new Set(this.arcs.flatMap(({ left, right }) => [left, right]))].filter(Boolean);
  }

  // The arcs that bound a grid.
  around(code) {
    return this.arcs.filter(({ left, right }) => (left === code) !== (right === code));
  }

  // The arcs between two grids.
  between(a, b) {
    return this.arcs.filter(({ left, right }) => (left === a && right === b) || (left === b && right === a));
  }

  // The grids on the other side of a grid's border.
  neighbours(code) {
    return [...new Set(this.around(code).map(({ left, right }) => (left === code ? right : left)))];
  }

  outline(code) {
    return this._once("outline", code, () => new Outline(segmentsOf(this.around(code).map(({ line }) => line))));
  }

  rings(code) {
    return this._once("rings", code, () => joined(this.around(code).map(({ line }) => line)));
  }

  isWhole(code) {
    return this._once("whole", code, () => {
      const ends = new Map();
      for (const { line } of this.around(code)) {
        for (const key of [keyOf(line[0]), keyOf(line.at(-1))]) ends.set(key, (ends.get(key) ?? 0) + 1);
      }
      return ends.size > 0 && [...ends.values()].every((count) => count % 2 === 0);
    });
  }

  // The same with the line of one arc drawn anew.
  with(number, line) {
    return new Neighbourhood({ arcs: this.arcs.map((arc) => (arc.number === number ? { ...arc, line } : arc)) });
  }

  // The grid at a place; "" when it lies in none that is wholly known here.
  at(x, y) {
    return this.codes().find((code) => this.isWhole(code) && this.outline(code).holds(x, y)) ?? "";
  }

  _once(name, code, make) {
    const key = `${name} ${code}`;
    if (!this.known.has(key)) this.known.set(key, make());
    return this.known.get(key);
  }
}

// Closed rings (the last vertex not repeated) made of lines that meet at their ends.
export function joined(lines) {
  const left = new Set(lines.filter((line) => line.length > 1));
  const at = new Map();
  for (const line of left) for (const end of [line[0], line.at(-1)]) at.set(keyOf(end), [...(at.get(keyOf(end)) ?? []), line]);
  const rings = [];
  for (const first of lines) {
    if (!left.delete(first)) continue;
    const ring = [...first];
    while (keyOf(ring.at(-1)) !== keyOf(ring[0])) {
      const next = at.get(keyOf(ring.at(-1))).find((line) => left.has(line));
      if (!next) break;
      left.delete(next);
      const onward = keyOf(next[0]) === keyOf(ring.at(-1)) ? next : [...next].reverse();
      ring.push(...onward.slice(1));
    }
    if (keyOf(ring.at(-1)) === keyOf(ring[0])) rings.push(ring.slice(0, -1));
  }
  return rings;
}

// One line of several arcs that follow one another; null when they do not join into one.
export function chained(arcs) {
  if (!arcs.length) return null;
  const rest = arcs.map(({ line }) => line);
  let whole = [...rest.shift()];
  for (let grown = true; grown && rest.length; ) {
    grown = false;
    for (let i = 0; i < rest.length; i++) {
      const joinedUp = meet(whole, rest[i]);
      if (!joinedUp) continue;
      whole = joinedUp;
      rest.splice(i, 1);
      grown = true;
      break;
    }
  }
  return rest.length ? null : whole;
}

function meet(a, b) {
  const [start, end, first, last] = [keyOf(a[0]), keyOf(a.at(-1)), keyOf(b[0]), keyOf(b.at(-1))];
  if (end === first) return [...a, ...b.slice(1)];
  if (end === last) return [...a, ...[...b].reverse().slice(1)];
  if (start === last) return [...b, ...a.slice(1)];
  if (start === first) return [...[...b].reverse(), ...a.slice(1)];
  return null;
}
