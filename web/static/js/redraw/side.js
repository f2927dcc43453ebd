// The panel beside the map: the list of moves, the effect of them all, and the problems to look at.

import { ask } from "../ask.js";
import { element, find, findAll, icon, page, say } from "../page.js";
import { effectTable, factsTable, problemsOf } from "./sheet.js";

const ICONS = { split: "scissors", split_grid: "scissors", merge: "merge", reshape: "line", carve: "polygon", paint: "brush", transfer: "transfer", dissolve: "dissolve", extend: "expand", shrink: "shrink", rename: "pencil" };
const MOST_BEHIND = 5;

export class Side {
  constructor(studio) {
    this.studio = studio;
    for (const tab of findAll("[data-side-tab]")) tab.addEventListener("click", () => this.show(tab.dataset.sideTab));
    find("[data-tabs]").addEventListener("keydown", (event) => this._arrow(event));
    find("[data-side]").addEventListener("click", (event) => this._jump(event));
    for (const button of findAll("[data-rebase]")) button.addEventListener("click", () => studio.draft.rebase());
    studio.addEventListener("draft", () => this.fill());
    studio.draft.addEventListener("refused", () => {
      this.fill();
      this.show("problems");
    });
    this.show("moves");
    this.fill();
  }

  show(name) {
    for (const tab of findAll("[data-side-tab]")) {
      const isShown = tab.dataset.sideTab === name;
      tab.setAttribute("aria-selected", String(isShown));
      tab.tabIndex = isShown ? 0 : -1;
      find(`#side-${tab.dataset.sideTab}`).hidden = !isShown;
    }
  }

  fill() {
    const { draft } = this.studio;
    this._moves(draft);
    find("#side-effect").replaceChildren(...effectTable(draft.preview), ...factsTable(draft.preview));
    this._problems(draft);
    find("[data-count-moves]").textContent = String(draft.standing().length);
  }

  _moves(draft) {
    const list = element("ol", "moves");
    list.append(...draft.moves.map((move) => this._move(move)));
    const blank = element("p", "side-blank quiet", say(draft.isOpen ? "noMoves" : "noMovesClosed"));
    find("#side-moves").replaceChildren(draft.moves.length ? list : blank);
    list.lastElementChild?.scrollIntoView({ block: "nearest" });
  }

  _move(move) {
    const line = element("li", move.undone ? "move is-undone" : "move");
    const details = element("details");
    const summary = element("summary");
    const words = element("span", "move-words");
    words.append(element("strong", "", move.sentence), element("small", "quiet", `${move.author} · ${move.at_words}${move.undone ? ` · ${say("undone")}` : ""}`));
    summary.append(icon(ICONS[move.kind] ?? "grid"), words);
    details.append(summary);
    if (!move.undone) details.addEventListener("toggle", () => details.open && this._moveEffect(move, details), { once: true });
    line.append(details);
    return line;
  }

  async _moveEffect(move, details) {
    const place = element("div", "move-effect");
    details.append(place);
    try {
      const { preview } = await ask.get(`${this.studio.draft.address}/moves/${move.position}`);
      place.replaceChildren(...effectTable(preview, { short: true }));
    } catch (failure) {
      place.replaceChildren(element("p", "bad", failure.message));
    }
  }

  _problems(draft) {
    const problems = problemsOf(draft);
    const list = element("ul", "problems");
    for (const problem of problems) {
      const line = element("li");
      const button = element("button", `problem ${problem.level}`);
      button.type = "button";
      button.dataset.codes = problem.codes.join(",");
      if (problem.place) button.dataset.place = problem.place.join(",");
      button.append(icon(problem.level === "bad" ? "error" : problem.level === "warn" ? "warning" : "info"), element("span", "", this.studio.named(problem.sentence, problem.codes)));
      line.append(button);
      list.append(line);
    }
    const none = element("p", "side-blank good");
    none.append(icon("ok"), ` ${say("noProblems")}`);
    find("#side-problems").replaceChildren(problems.length ? list : none);
    const count = find("[data-count-problems]");
    count.textContent = String(problems.length);
    count.classList.toggle("bad", problems.some(({ level }) => level === "bad"));
    this._stale(draft.problem);
    this._behind(draft);
  }

  // What others changed below the draft while all its moves still work.
  _behind({ behind, problem }) {
    const box = find("[data-behind]");
    box.hidden = !behind.length || Boolean(problem?.stale);
    if (box.hidden) return;
    const lines = behind.slice(0, MOST_BEHIND).map(({ grid, name, actor, at }) => {
      const line = element("li");
      const button = element("button", "link-like", name || grid);
      button.type = "button";
      button.dataset.code = grid;
      line.append(button, actor ? ` · ${say("byAt", { actor, at })}` : "");
      return line;
    });
    if (behind.length > MOST_BEHIND) lines.push(element("li", "quiet", say("more", { count: behind.length - MOST_BEHIND })));
    find("ul", box).replaceChildren(...lines);
  }

  // What changed below the draft: which move cannot stand, on which grid, who changed it, and when.
  _stale(problem) {
    const box = find("[data-stale]");
    box.hidden = !problem?.stale;
    if (box.hidden) return;
    find("[data-stale-words]", box).textContent = this.studio.named(problem.message, problem.grids);
    const who = find("[data-stale-who]", box);
    who.hidden = !problem.actor;
    const grid = problem.grid ? this.studio.nameOf(problem.grid) : "";
    who.textContent = problem.actor ? say("changedBy", { grid, code: problem.grid ?? "", actor: problem.actor }) : "";
  }

  _jump(event) {
    const target = event.target.closest("[data-codes], [data-code]");
    if (!target) return;
    const place = target.dataset.place?.split(",").map(Number);
    this.studio.jump({ place, codes: (target.dataset.codes ?? target.dataset.code).split(",") });
  }

  _arrow(event) {
    const tabs = findAll("[data-side-tab]");
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = tabs[(tabs.findIndex((tab) => tab === event.target) + step + tabs.length) % tabs.length];
    this.show(next.dataset.sideTab);
    next.focus();
  }
}
