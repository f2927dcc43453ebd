// Plane geometry for counting while a line is drawn: points are [x, y], lines are lists of them, all in degrees.

// An outline that can be asked for what lies inside: segments [x1, y1, x2, y2, …] in any order, by the even-odd rule.
export class Outline {
  constructor(segments) {
    this.segments = segments;
    this.box = [Infinity, Infinity, -Infinity, -Infinity];
    for (let i = 0; i < segments.length; i += 2) {
      this.box[0] = Math.min(this.box[0], segments[i]);
      this.box[1] = Math.min(this.box[1], segments[i + 1]);
      this.box[2] = Math.max(this.box[2], segments[i]);
      this.box[3] = Math.max(this.box[3], segments[i + 1]);
    }
  }

  holds(x, y) {
    const [west, south, east, north] = this.box;
    if (x < west || x > east || y < south || y > north) return false;
    const s = this.segments;
    let inside = false;
    for (let i = 0; i < s.length; i += 4) {
      const y1 = s[i + 1];
      const y2 = s[i + 3];
      if (y1 > y !== y2 > y && x < s[i] + ((y - y1) / (y2 - y1)) * (s[i + 2] - s[i])) inside = !inside;
    }
    return inside;
  }
}

// The segments of lines, flat.
export function segmentsOf(lines) {
  const flat = [];
  for (const line of lines) for (let i = 1; i < line.length; i++) flat.push(line[i - 1][0], line[i - 1][1], line[i][0], line[i][1]);
  return flat;
}

export const outlineOf = (lines) => new Outline(segmentsOf(lines));

// Twice the area that a ring encloses, positive when it runs against the clock.
export function doubleArea(ring) {
  let sum = 0;
  for (let i = 0; i < ring.length; i++) {
    const [x1, y1] = ring[i];
    const [x2, y2] = ring[(i + 1) % ring.length];
    sum += x1 * y2 - x2 * y1;
  }
  return sum;
}

// Where segments a–b and c–d cross, as the shares of their lengths; null when they do not.
export function crossing(a, b, c, d) {
  const dx = b[0] - a[0];
  const dy = b[1] - a[1];
  const ex = d[0] - c[0];
  const ey = d[1] - c[1];
  const turn = dx * ey - dy * ex;
  if (turn === 0) return null;
  const t = ((c[0] - a[0]) * ey - (c[1] - a[1]) * ex) / turn;
  const s = ((c[0] - a[0]) * dy - (c[1] - a[1]) * dx) / turn;
  return t >= 0 && t <= 1 && s >= 0 && s <= 1 ? { t, s } : null;
}

const along = (a, b, t) => [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])];

// All crossings of a line with closed rings, from the line's start on: { at, ring, on, place }.
export function crossings(line, rings) {
  const found = [];
  for (let i = 1; i < line.length; i++) {
    rings.forEach((ring, number) => {
      for (let j = 0; j < ring.length; j++) {
        const hit = crossing(line[i - 1], line[i], ring[j], ring[(j + 1) % ring.length]);
        if (hit) found.push({ at: i - 1 + hit.t, ring: number, on: j + hit.s, place: along(line[i - 1], line[i], hit.t) });
      }
    });
  }
  return found.sort((a, b) => a.at - b.at);
}

// The line with each end that stops inside `outline` carried on, straight, to its border.
export function carriedOn(line, rings, outline) {
  const reach = Math.max(outline.box[2] - outline.box[0], outline.box[3] - outline.box[1]) * 2;
  const whole = [...line];
  if (outline.holds(...whole.at(-1))) whole.push(beyond(whole.at(-2), whole.at(-1), reach, rings));
  if (outline.holds(...whole[0])) whole.unshift(beyond(whole[1], whole[0], reach, rings));
  return whole;
}

function beyond(from, end, reach, rings) {
  const dx = end[0] - from[0];
  const dy = end[1] - from[1];
  const length = Math.hypot(dx, dy) || 1;
  const far = [end[0] + (dx / length) * reach, end[1] + (dy / length) * reach];
  const [hit] = crossings([end, far], rings);
  return hit ? along(end, far, Math.min(1, hit.at * (1 + 1e-9) + 1e-9)) : far;
}

// The ring that `line` and the border of `rings` enclose; null when the line does not cross one ring twice.
// Inside the grid, a point lies on the one side of the line when this ring holds it, else on the other; the
// even-odd rule keeps this true for a line that weaves across the border. `narrow` takes the way with less ground.
export function cutOff(line, rings, { narrow = false } = {}) {
  const hits = crossings(line, rings);
  const first = hits[0];
  const last = hits.at(-1);
  if (!first || first.at === last.at || first.ring !== last.ring) return null;
  const drawn = [first.place];
  for (let i = Math.floor(first.at) + 1; i <= last.at; i++) drawn.push(line[i]);
  drawn.push(last.place);
  const ring = rings[first.ring];
  const onward = [...drawn, ...walk(ring, last.on, first.on)];
  if (!narrow) return onward;
  const back = [...drawn, ...walk(ring, first.on, last.on).reverse()];
  return Math.abs(doubleArea(onward)) <= Math.abs(doubleArea(back)) ? onward : back;
}

// The vertices of a ring passed on the way from one place on it to another, onward.
function walk(ring, from, to) {
  const count = ring.length;
  const passed = [];
  const end = to >= from ? to : to + count;
  for (let i = Math.floor(from) + 1; i <= end; i++) passed.push(ring[i % count]);
  return passed;
}

// The place on segment a–b nearest to p, with its distance; `stretch` is the width of a degree east against one north.
export function nearestOn(p, a, b, stretch) {
  const dx = (b[0] - a[0]) * stretch;
  const dy = b[1] - a[1];
  const length = dx * dx + dy * dy;
  const t = length ? Math.max(0, Math.min(1, ((p[0] - a[0]) * stretch * dx + (p[1] - a[1]) * dy) / length)) : 0;
  const place = along(a, b, t);
  return { place, distance: Math.hypot((place[0] - p[0]) * stretch, place[1] - p[1]), t };
}

// Whether a line crosses itself.
export function crossesItself(line) {
  for (let i = 1; i < line.length; i++) {
    for (let j = i + 2; j < line.length; j++) if (crossing(line[i - 1], line[i], line[j - 1], line[j])) return true;
  }
  return false;
}
