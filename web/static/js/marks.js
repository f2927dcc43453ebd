// Draws dots and icons: households, workers at their grids, service centres, risk sites and clusters of them.

import { colour, riskColour, symbolOf } from "./style.js";

const shapes = new Map();

// The paths of an icon of the sprite, on a grid of 16 units.
function shape(name) {
  if (!shapes.has(name)) {
    const paths = document.querySelectorAll(`#i-${name} path`);
    shapes.set(name, [...paths].map((path) => new Path2D(path.getAttribute("d"))));
  }
  return shapes.get(name);
}

export function drawIcon(context, name, { x, y, side, ink }) {
  context.save();
  context.translate(x - side / 2, y - side / 2);
  context.scale(side / 16, side / 16);
  context.fillStyle = ink;
  for (const path of shape(name)) context.fill(path, "evenodd");
  context.restore();
}

// Households: a filled dot with a contact, a hollow ring without.
export function drawHouseholds(context, households, zoom) {
  const radius = zoom < 14 ? 1.2 : zoom < 15 ? 1.8 : zoom < 16 ? 2.5 : zoom < 17 ? 3.4 : 4.4;
  for (const contacted of [true, false]) {
    context.beginPath();
    for (const { x, y, has_contact: has } of households) {
      if (Boolean(has) !== contacted) continue;
      const r = contacted ? radius : radius + (zoom < 14 ? 0.3 : 0.7);
      context.moveTo(x + r, y);
      context.arc(x, y, r, 0, 2 * Math.PI);
    }
    context.fillStyle = colour(contacted ? "contacted" : "uncontacted-inside");
    context.strokeStyle = colour(contacted ? "contacted-edge" : "uncontacted");
    context.lineWidth = contacted ? (zoom < 14 ? 0.3 : 0.8) : zoom < 14 ? 1 : 1.5;
    context.fill();
    context.stroke();
  }
}

// A worker's post at its grid: blue when filled, grey with another figure when vacant.
export function drawWorker(context, { x, y, filled }, radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = colour(filled ? "worker" : "vacant");
  context.strokeStyle = "#fff";
  context.lineWidth = 2;
  lift(context, () => context.fill());
  context.stroke();
  drawIcon(context, filled ? "person" : "vacant", { x, y, side: radius * 1.25, ink: "#fff" });
}

export function drawFacility(context, { x, y }, radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = "#fff";
  context.strokeStyle = colour("facility");
  context.lineWidth = 1.8;
  lift(context, () => context.fill());
  context.stroke();
  drawIcon(context, "facility", { x: x + radius * 0.08, y, side: radius * 1.15, ink: colour("facility") });
}

export function drawRisk(context, { x, y, kind, count }, half) {
  const name = kind ? symbolOf(kind) : null;
  context.beginPath();
  context.roundRect(x - half, y - half, 2 * half, 2 * half, kind ? half * 0.5 : half);
  context.fillStyle = name ? riskColour(kind) : "#fff";
  context.strokeStyle = name ? "#fff" : colour("cluster");
  context.lineWidth = 1.5;
  lift(context, () => context.fill());
  context.stroke();
  if (name) drawIcon(context, name, { x, y, side: half * 1.3, ink: "#fff" });
  if (count > 1) drawCount(context, name ? { x: x + half, y: y - half } : { x, y }, { count, badge: Boolean(name) });
}

function drawCount(context, { x, y }, { count, badge }) {
  context.font = `600 ${badge ? 10 : 11.5}px ${colour("font")}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  if (badge) {
    const width = Math.max(15, context.measureText(count).width + 8);
    context.beginPath();
    context.roundRect(x - width / 2, y - 7.5, width, 15, 7.5);
    context.fillStyle = colour("cluster");
    context.fill();
  }
  context.fillStyle = badge ? "#fff" : colour("cluster");
  context.fillText(count, x, y + 0.5);
}

function lift(context, fill) {
  context.shadowColor = "rgba(15, 23, 42, 0.35)";
  context.shadowBlur = 4;
  context.shadowOffsetY = 1;
  fill();
  context.shadowColor = "transparent";
  context.shadowBlur = context.shadowOffsetY = 0;
}

// Sites that would cover one another become one mark with a count; `reach` is in pixels.
export function cluster(sites, reach) {
  const clusters = [];
  const cells = new Map();
  for (const site of sites) {
    const near = around(cells, site, reach).find((one) => Math.hypot(one.x - site.x, one.y - site.y) < reach);
    if (near) {
      near.count += 1;
      near.members.push(site);
      if (near.kind !== site.kind) near.kind = null;
      continue;
    }
    const made = { ...site, count: 1, members: [site] };
    clusters.push(made);
    const key = `${Math.floor(site.x / reach)},${Math.floor(site.y / reach)}`;
    cells.set(key, [...(cells.get(key) ?? []), made]);
  }
  return clusters;
}

function around(cells, { x, y }, reach) {
  const column = Math.floor(x / reach);
  const row = Math.floor(y / reach);
  const found = [];
  for (let i = column - 1; i <= column + 1; i++) {
    for (let j = row - 1; j <= row + 1; j++) found.push(...(cells.get(`${i},${j}`) ?? []));
  }
  return found;
}
