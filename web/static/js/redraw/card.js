// The card over the map: what the tool at hand wants next, its choices, and the button that sends the move.

import { element, find, findAll, page, say } from "../page.js";

const card = find("[data-card]");

export class Card {
  constructor(studio) {
    this.studio = studio;
    find("[data-finish]", card).addEventListener("click", () => studio.finish());
    find("[data-clear]", card).addEventListener("click", () => studio.escape());
    card.addEventListener("input", () => studio.drawn({ settled: true, typed: true }));
    card.addEventListener("submit", (event) => {
      event.preventDefault();
      studio.finish();
    });
  }

  // The value of a choice of the tool at hand.
  option(name) {
    const field = this._field(name);
    if (!field) return "";
    return field.type === "checkbox" ? (field.checked ? "yes" : "") : field.value;
  }

  setOption(name, value) {
    const field = this._field(name);
    if (field) field.value = value;
  }

  // Fills a select of the tool at hand with [value, words] pairs, the chosen one kept where it can be.
  offer(name, pairs) {
    const field = this._field(name);
    if (!field) return;
    const before = field.value;
    field.replaceChildren(...pairs.map(([value, words]) => Object.assign(element("option", "", words), { value })));
    if (pairs.some(([value]) => value === before)) field.value = before;
  }

  show(name) {
    find("[data-tool-name]", card).textContent = page.words[`tool_${name}`];
    for (const group of findAll("[data-for]", card)) group.hidden = group.disabled = !group.dataset.for.split(" ").includes(name);
    this.update();
  }

  update() {
    const { tool, chosen } = this.studio;
    find("[data-hint]", card).textContent = say(tool.hint());
    find("[data-follow]", card).hidden = tool.line === undefined || !this.studio.guides?.lines.length;
    const list = [...chosen];
    const names = list.slice(0, 3).map((code) => this.studio.nameOf(code));
    if (list.length > 3) names.push(say("more", { count: list.length - 3 }));
    find("[data-chosen]", card).textContent = names.join(say("comma"));
    find("[data-chosen]", card).hidden = !list.length;
    for (const group of findAll("[data-leafless]", card)) group.hidden = this.studio.isLeafTier;
    const finish = find("[data-finish]", card);
    finish.hidden = this.studio.toolName === "pick" || this.studio.toolName === "lock";
    finish.disabled = !tool.intent() || this.studio.draft.busy;
    find("[data-clear]", card).hidden = !list.length && !tool.line?.length && !tool.edge;
  }

  _field(name) {
    return findAll(`[data-for]:not([hidden]) [name="${name}"]`, card)[0];
  }
}
