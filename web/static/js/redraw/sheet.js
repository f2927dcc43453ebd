// The consequence sheet as tables: every grid before and after, and what changes hands.

import { element, page, say } from "../page.js";

const SHOWN = 60;
const BAD_SIZES = new Set(["none", "few", "many"]);
const CHANGES = { new: "good", gone: "bad", ground: "accent", parent: "accent", name: "accent", derived: "" };

// The grids that change, a block for each tier; `short` leaves out those that only follow.
export function effectTable(preview, { short = false } = {}) {
  const grids = preview.grids.filter(({ change }) => !short || change !== "derived");
  if (!grids.length) return [element("p", "side-blank quiet", say("noEffect"))];
  const parts = short ? [] : [totals(preview.totals)];
  for (const tier of ["MICRO", "SPECIAL", "GROUP", "BRANCH", "SUB", "TOTAL"]) {
    const mine = grids.filter((grid) => grid.tier === tier);
    if (!mine.length) continue;
    parts.push(element("h3", "", page.tiers[tier]), ...mine.slice(0, SHOWN).map((grid) => gridBlock(grid, short)));
    if (mine.length > SHOWN) parts.push(element("p", "quiet", say("more", { count: mine.length - SHOWN })));
  }
  return parts;
}

function totals(figures) {
  const line = element("dl", "totals");
  for (const [name, word] of [["households", "totalHouseholds"], ["persons", "totalPersons"], ["sites", "totalSites"], ["posts", "totalPosts"]]) {
    const cell = element("div");
    cell.append(element("dt", "", say(word)), element("dd", "", String(figures[name] ?? 0)));
    line.append(cell);
  }
  return line;
}

function gridBlock({ code, name, tier, change, before, after }, short) {
  const block = element("article", "effect");
  const head = element("button", "effect-head");
  head.type = "button";
  head.dataset.code = code;
  head.append(element("strong", "", name), element("small", "quiet", code), element("span", `chip ${CHANGES[change]}`, page.changes[change]));
  block.append(head);
  const rows = short || change === "derived" ? FIGURES.slice(0, 3) : FIGURES;
  const table = element("table", "effect-figures");
  const body = element("tbody");
  for (const [key, write] of rows) {
    const [was, is] = [before?.[key], after?.[key]];
    const same = write(was) === write(is);
    if (!KEPT.has(key) && (same || (!(before && after) && (was ?? is) === ORDINARY[key]))) continue;
    const row = element("tr", same ? "" : "differs");
    const heading = element("th", "", say(`figure_${key}`));
    heading.scope = "row";
    row.append(heading, element("td", "", before ? write(was) : "–"), element("td", "arrow", "→"), element("td", `after ${badness(key, is, tier, after)}`, after ? write(is) : "–"));
    body.append(row);
  }
  table.append(body);
  block.append(table);
  return block;
}

// What is shown though it does not change, and what goes without saying of a grid that begins or ends.
const KEPT = new Set(["households", "load"]);
const ORDINARY = { parts: 1, risk_sites: 0, facilities: 0, posts: 0, workers: 0, vacant: 0 };

const whole = (value) => (value === null || value === undefined ? "–" : Math.round(value).toLocaleString("en"));
const FIGURES = [
  ["households", whole],
  ["persons", whole],
  ["load", (value) => (value === null || value === undefined ? "–" : `${Math.round(value * 100)}%`)],
  ["area_m2", (value) => (value ? `${(value / 1e6).toFixed(3)} km²` : "–")],
  ["compactness", (value) => (value ? value.toFixed(2) : "–")],
  ["parts", whole],
  ["risk_sites", whole],
  ["facilities", whole],
  ["posts", whole],
  ["workers", whole],
  ["vacant", whole],
];

function badness(key, value, tier, after) {
  if (key === "households" && BAD_SIZES.has(after?.size)) return "bad";
  return key === "parts" && value > 1 ? "bad" : "";
}

// What changes hands besides ground: flows between grids, risk sites, posts.
export function factsTable({ grids, flows, sites, posts }) {
  const parts = [];
  const names = new Map(grids.map(({ code, name }) => [code, name]));
  const named = (code) => (code ? names.get(code) ?? code : say("outside"));
  const list = (title, lines) => {
    if (!lines.length) return;
    const rows = element("ul", "facts-list");
    rows.append(...lines.slice(0, SHOWN).map((line) => element("li", "", line)));
    if (lines.length > SHOWN) rows.append(element("li", "quiet", say("more", { count: lines.length - SHOWN })));
    parts.push(element("h3", "", say(title)), rows);
  };
  list("flows", flows.map(({ source, target, households, area_m2 }) => `${named(source)} → ${named(target)} · ${say("count", { count: households })} · ${(area_m2 / 10000).toFixed(2)} ha`));
  list("sites", sites.map(({ name, before, after }) => `${name} · ${before.map(named).join(say("comma")) || "–"} → ${after.map(named).join(say("comma")) || "–"}`));
  list("posts", posts.map(({ grid, role, name, fate, to }) => `${page.roles[role] ?? role} ${name ?? say("vacant")} · ${named(grid)} · ${page.fates[fate] ?? fate}${to ? ` → ${named(to)}` : ""}`));
  return parts;
}

// What wants a look: the last refusal, grids out of size, grids in several parts.
export function problemsOf({ problem, preview }) {
  const found = [];
  if (problem) found.push({ level: "bad", sentence: problem.message, codes: problem.grids, place: problem.place });
  for (const { code, name, change, before, after } of preview.grids) {
    if (!after || change === "derived") continue;
    if (BAD_SIZES.has(after.size) && after.size !== before?.size) found.push({ level: "warn", sentence: say(after.size === "many" ? "tooMany" : "tooFew", { name, count: after.households }), codes: [code] });
    if (after.parts > 1 && after.parts > (before?.parts ?? 1)) found.push({ level: "warn", sentence: say("inParts", { name, count: after.parts }), codes: [code] });
  }
  return found;
}
