// The figures at the foot of the map while something is drawn: each grid's households before and after, at once.

import { element, find, icon, page, say } from "../page.js";
import { problemOf } from "./draft.js";
import { tally } from "./doors.js";

const box = find("[data-live]");
const PAUSE_MS = 120; // while somebody types
const MOST_ROWS = 6;

export class Live {
  constructor(studio) {
    this.studio = studio;
    this.timer = 0;
    this.control = null;
    this.verdict = null; // the server's answer to the present drawing
    this.shown = ""; // what the box shows, so that it is built only when that changes
  }

  // Counts in the browser now; `settled` asks the server too, whose figure replaces ours, `typed` after a pause.
  update({ settled = false, typed = false } = {}) {
    if (settled) this._askSoon(typed ? PAUSE_MS : 0);
    const sorting = this.studio.tool.sorting();
    const rows = sorting ? withBothSides(tally(this.studio.doors, sorting)).sort((a, b) => (a.code < b.code ? -1 : 1)) : [];
    const cut = new Set(rows.filter(isPiece).map(({ code }) => code.split("\n")[0]));
    this._show(rows.filter((row) => isPiece(row) || (row.before !== row.after && !cut.has(row.code))), sorting !== null);
  }

  clear() {
    this._stop();
    this.verdict = null;
    this.shown = "";
    box.hidden = true;
  }

  _stop() {
    clearTimeout(this.timer);
    this.control?.abort();
  }

  _askSoon(pause) {
    this._stop();
    this.verdict = null;
    const move = this.studio.tool.intent();
    if (!move) return;
    this.timer = setTimeout(() => this._ask(move), pause);
  }

  async _ask(move) {
    this.control = new AbortController();
    const begun = performance.now();
    try {
      const { grids, refusal } = await this.studio.draft.count(move, this.control.signal);
      this.verdict = { grids, problem: refusal, ms: performance.now() - begun };
    } catch (refusal) {
      if (refusal.name === "AbortError") return;
      this.verdict = { problem: problemOf(refusal), ms: performance.now() - begun };
    }
    this.verdict.about = JSON.stringify(move);
    this.studio.lastCount = this.verdict;
    this.update();
  }

  _show(rows, counting) {
    const told = this.verdict?.problem ? [] : this._told(this.verdict?.grids ?? []);
    const lines = told.length ? told.map(fromServer) : rows.map((row) => this._fromBrowser(row));
    const isHidden = !lines.length && !this.verdict?.problem && !counting;
    const state = JSON.stringify([isHidden, lines, this.verdict]);
    if (state === this.shown) return;
    this.shown = state;
    box.hidden = isHidden;
    if (isHidden) return;
    const list = element("ul", "live-rows");
    const most = Math.max(40, ...lines.flatMap(({ before, after }) => [before ?? 0, after ?? 0]));
    list.append(...lines.slice(0, MOST_ROWS).map((line) => this._row(line, most)));
    if (lines.length > MOST_ROWS) list.append(element("li", "quiet", say("more", { count: lines.length - MOST_ROWS })));
    if (!lines.length) list.append(element("li", "quiet", say("nobodyMoves")));
    box.replaceChildren(list, this._verdict());
  }

  // The server's rows: the grids of the level at hand that change, else those of other tiers whose households do.
  _told(grids) {
    const people = ({ before, after }) => before?.households !== after?.households;
    const changed = grids.filter((grid) => grid.change !== "derived" || people(grid));
    const mine = changed.filter((grid) => this.studio.level.tiers.has(grid.tier) && (people(grid) || grid.change !== "parent"));
    if (mine.length) return mine;
    const moving = changed.filter(people);
    return moving.length ? moving : changed;
  }

  _row({ code, name, tier, before, after, persons }, most) {
    const row = element("li", "live-row");
    const label = element("span", "live-name", name);
    label.title = code;
    const bar = element("span", "live-bar");
    bar.append(meter(after ?? 0, most, tier));
    const figures = element("span", "live-figures");
    figures.append(element("span", "quiet", before === null ? "–" : String(before)), " → ", element("strong", sizeClass(after, tier), after === null ? "–" : String(after)));
    row.append(label, bar, figures, element("span", "quiet live-persons", persons === null ? "" : say("persons", { count: persons })));
    return row;
  }

  _fromBrowser({ code, before, after, persons }) {
    const [grid, side] = code.split("\n");
    const name = grid === "+" ? say("newGrid") : grid ? this.studio.nameOf(grid) : say("outside");
    return { code: grid, name: side ? `${side} ${name}` : name, tier: this.studio.tierOf(grid), before: side || grid === "+" ? null : before, after, persons };
  }

  _verdict() {
    const line = element("p", "live-verdict");
    if (!this.verdict) line.append(element("span", "quiet", say("countedHere")));
    else if (this.verdict.problem) {
      line.classList.add("bad");
      const { message, grids } = this.verdict.problem;
      line.append(icon("warning"), ` ${this.studio.named(message, grids)}`);
    } else {
      line.classList.add("good");
      line.append(icon("ok"), ` ${say("countedThere", { ms: Math.round(this.verdict.ms) })}`);
    }
    return line;
  }
}

// Whether a row is one side of a grid that is cut: its other rows say nothing more.
const isPiece = ({ code }) => code.includes("\n");

// The rows with a side of a cut that holds nobody too: it is the half that must be seen.
function withBothSides(rows) {
  const known = new Set(rows.map(({ code }) => code));
  const cut = new Set(rows.filter(isPiece).map(({ code }) => code.split("\n")[0]));
  const missing = [...cut].flatMap((grid) => ["①", "②"].map((side) => `${grid}\n${side}`)).filter((code) => !known.has(code));
  return [...rows, ...missing.map((code) => ({ code, before: 0, after: 0, persons: 0, persons_before: 0 }))];
}

// How many households a grid of a tier should hold; a micro grid 10 to 40.
const sizeClass = (count, tier) => (tier !== "MICRO" || count === null ? "" : count < page.fewest || count > page.most ? "bad" : "good");

function meter(count, most, tier) {
  const made = document.createElement("meter");
  Object.assign(made, { min: 0, max: most, value: count });
  made.className = sizeClass(count, tier) || "plain";
  return made;
}

function fromServer({ code, name, tier, before, after }) {
  return { code, name, tier, before: before?.households ?? null, after: after?.households ?? null, persons: after?.persons ?? null };
}
