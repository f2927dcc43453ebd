// The studio's state – level, chosen grids, tool, neighbourhood – and what happens to it.

import { ask } from "../ask.js";
import { announce, find, findAll, notify, page, say } from "../page.js";
import { Neighbourhood } from "./arcs.js";
import { Card } from "./card.js";
import { Doors, housed } from "./doors.js";
import { Guides } from "./guides.js";
import { Live } from "./live.js";
import { LEVELS, gridAtLevel, levelOf, parentAt, parentsAt } from "./picking.js";
import { snapMetres, snapped } from "./snap.js";
import { EdgeTool } from "./tools/edge.js";
import { ReshapeTool, SplitTool } from "./tools/line.js";
import { CarveTool, ExtendTool, PaintTool, ShrinkTool } from "./tools/region.js";
import { DissolveTool, LockTool, MergeTool, PickTool, RenameTool, TransferTool } from "./tools/simple.js";

const TOOLS = {
  pick: PickTool,
  split: SplitTool,
  merge: MergeTool,
  edge: EdgeTool,
  reshape: ReshapeTool,
  carve: CarveTool,
  paint: PaintTool,
  transfer: TransferTool,
  dissolve: DissolveTool,
  extend: ExtendTool,
  shrink: ShrinkTool,
  rename: RenameTool,
  lock: LockTool,
};

export class Studio extends EventTarget {
  constructor({ map, tiles, board, draft, ground }) {
    super();
    Object.assign(this, { map, tiles, board, draft, ground });
    this.chosen = new Set();
    this.names = new Map();
    this.near = new Neighbourhood();
    this.doors = [];
    this.doorStore = new Doors("/api/redraws/points");
    this.level = LEVELS.at(-1);
    this.card = new Card(this);
    this.live = new Live(this);
    this.asked = 0;
    ground.chosen = this.chosen;
    board.drawTool = (context, on) => this.tool.draw(context, on);
    draft.addEventListener("changed", () => this._draftChanged());
    draft.addEventListener("refused", ({ detail }) => notify(this.named(detail.message, detail.grids), 9));
    this.guides = new Guides(map, () => this.card.update());
    this.setTool("pick");
    this.setLevel(this.level);
  }

  say(key, facts) {
    return say(key, facts);
  }

  get isLeafTier() {
    return this.level.tier === "LEAF";
  }

  get snap_m() {
    return snapMetres(this.map);
  }

  option(name) {
    return this.card.option(name);
  }

  nameOf(code) {
    return this.draft.effect(code)?.name ?? this.names.get(code)?.name ?? code;
  }

  // A sentence with the names of grids in the place of their codes, which a reader finds nowhere on the map.
  named(sentence, codes = []) {
    const names = new Map(codes.map((code) => [code, this.nameOf(code)]).filter(([code, name]) => name !== code && !sentence.includes(name)));
    const known = [...names.keys()].sort((a, b) => b.length - a.length);
    return known.reduce((words, code) => words.replaceAll(new RegExp(`${code}(?![\\w-])`, "g"), names.get(code)), sentence);
  }

  tierOf(code) {
    return this.draft.effect(code)?.tier ?? this.names.get(code)?.tier ?? (this.isLeafTier ? "MICRO" : this.level.tier);
  }

  setTool(name) {
    if (name !== "pick" && !this.draft.isOpen) return notify(say("closed"));
    this.tool?.leave();
    this.tool = new TOOLS[name](this);
    this.toolName = name;
    if (this.tool.wants !== "many" && this.chosen.size > 1) this._choose([[...this.chosen][0]]);
    for (const button of findAll("[data-pick-tool]")) button.setAttribute("aria-pressed", String(button.dataset.pickTool === name));
    this.map.getContainer().classList.toggle("is-drawing", name !== "pick");
    this.guides.want(this.tool.line !== undefined || name === "edge");
    this.card.show(name);
    this._offerChoices();
    this.tool.enter();
    this.drawn({ settled: true });
  }

  setLevel(level) {
    if (level !== this.level) this._choose([]);
    this.level = level;
    for (const input of findAll('input[name="level"]')) input.checked = input.value === level.tier;
    announce(page.levels[level.tier]);
    this.card.update();
  }

  stepLevel(step) {
    const number = LEVELS.indexOf(this.level) + step;
    if (LEVELS[number]) this.setLevel(LEVELS[number]);
  }

  // A place of the map as the tools take it: snapped when a line is drawn.
  placeAt(latlng) {
    const place = [latlng.lng, latlng.lat];
    if (this.tool.line === undefined && !this.tool.edge) return { place, onto: null, guide: null };
    return snapped(this.map, place, { neighbourhood: this.near, guides: this.guides.lines, own: this.tool.line ?? [] });
  }

  click(latlng, { adds = false, straight = false } = {}) {
    const point = this.map.latLngToLayerPoint(latlng);
    const grid = gridAtLevel(point, this.level, this);
    if (grid) this._learn(grid);
    if (this.tool.picks) this._pick(grid, adds);
    else {
      const { place, guide } = this.placeAt(latlng);
      this.tool.click(place, { point, code: grid?.code, guide: straight ? null : guide });
    }
    this.card.update();
  }

  clickCentre() {
    this.click(this.map.getCenter());
  }

  move(latlng, { straight = false } = {}) {
    const { place, onto, guide } = this.placeAt(latlng);
    this.tool.move(place, onto, straight ? null : guide);
  }

  // Shows what is being drawn, and counts; `settled` when the pointer rests.
  drawn({ settled = false, typed = false } = {}) {
    if (!this.live) return;
    if (settled) this.card.update();
    this._settled ||= settled;
    this._counting ||= requestAnimationFrame(() => {
      this._counting = 0;
      this.live.update({ settled: this._settled, typed });
      this._settled = false;
    });
    this.board.refreshSketch();
  }

  async finish() {
    const move = this.tool.intent();
    if (!move || this.draft.busy) return;
    const isKnown = this.live.verdict?.about === JSON.stringify(move);
    if (isKnown && this.live.verdict.problem) return this.draft.refuse(this.live.verdict.problem);
    this.finishing = true;
    const answer = await this.draft.add(move);
    this.finishing = false;
    if (!answer) return;
    notify(say("moveAdded", { count: this.draft.preview.totals.households ?? 0 }));
    this.tool.clear();
    this.live.clear();
    const standing = new Set([...this.chosen, ...answer.new_codes].filter((code) => this._stands(code)));
    const made = answer.new_codes.filter((code) => standing.has(code));
    await this._choose(this.tool.wants === "many" ? [...standing] : (made.length ? made : [...standing]).slice(0, 1));
  }

  // Whether a grid of the level at hand stands after the draft's moves.
  _stands(code) {
    const effect = this.draft.effect(code);
    return effect ? effect.change !== "gone" && this.level.tiers.has(effect.tier) : true;
  }

  undo() {
    if (!this.tool.back()) this.draft.undo();
  }

  redo() {
    this.draft.redo();
  }

  back() {
    this.tool.back();
  }

  escape() {
    if (this.tool.clear()) return this.live.clear();
    if (this.chosen.size) return this._choose([]);
    if (this.toolName !== "pick") this.setTool("pick");
  }

  // The parents that a grid carved out at a place may have.
  offerParents(place) {
    const found = parentsAt(this.board.point(place), this.option("tier"), this);
    found.forEach((grid) => this._learn(grid));
    this.card.offer("parent", found.map(({ code }) => [code, this.nameOf(code)]));
  }

  // The parent that a click names for the chosen grid.
  offerParent(point) {
    const [mine] = this.chosen;
    const parent = parentAt(point, this.tierOf(mine), this);
    if (!parent) return notify(say("noParentHere"));
    this._learn(parent);
    this.card.offer("parent", [[parent.code, this.nameOf(parent.code)]]);
    this.drawn({ settled: true });
  }

  // Moves the map to a place or to grids, for a problem or a line of a list.
  async jump({ place, codes = [] }) {
    if (place) return this.map.setView([place[1], place[0]], Math.max(this.map.getZoom(), 16), { animate: false });
    const code = codes.find(Boolean);
    if (!code) return;
    const tier = this.tierOf(code);
    if (levelOf(tier)) this.setLevel(levelOf(tier));
    await this._choose([code]);
    const { box } = this.near.outline(code);
    if (Number.isFinite(box[0])) this.map.fitBounds([[box[1], box[0]], [box[3], box[2]]], { padding: [90, 90], maxZoom: 17, animate: false });
  }

  _pick(grid, adds) {
    if (!grid) return notify(say(this.map.getZoom() < this.level.from ? "zoomIn" : "nothingHere", { level: page.levels[this.level.tier] }));
    const many = adds || this.tool.wants === "many";
    const next = new Set(many ? this.chosen : []);
    if (this.chosen.has(grid.code)) next.delete(grid.code);
    else next.add(grid.code);
    return this._choose([...next]);
  }

  _learn({ code, name, tier }) {
    if (name && !this.names.has(code)) this.names.set(code, { name, tier });
  }

  async _choose(codes) {
    this.chosen.clear();
    for (const code of codes) this.chosen.add(code);
    this.tool.chosenChanged();
    await this._lookAround();
    this._offerChoices();
    this.dispatchEvent(new Event("chosen"));
    this.drawn({ settled: true });
  }

  // Fetches the neighbourhood of the chosen grids: edges, names, and the households to count.
  async _lookAround() {
    const mine = ++this.asked;
    const codes = [...this.chosen];
    let near = new Neighbourhood();
    let doors = [];
    if (codes.length) {
      try {
        const tier = this.isLeafTier ? "" : this.level.tier;
        const answer = await ask.get(`${this.draft.address}/edges?codes=${codes.map(encodeURIComponent).join(",")}&tier=${tier}`);
        near = new Neighbourhood(answer);
        for (const [code, about] of Object.entries(answer.names)) this.names.set(code, about);
        doors = housed(await this.doorStore.within(boxOf(near)), near);
      } catch (failure) {
        notify(failure.message);
      }
    }
    if (mine !== this.asked) return;
    this.near = near;
    this.doors = doors;
    this.board.chosen = codes.map((code) => this.board.pathOf(near.rings(code)));
    this.board.refreshSketch();
  }

  _offerChoices() {
    const pairs = [...this.chosen].map((code) => [code, this.nameOf(code)]);
    if (this.toolName === "merge") this.card.offer("keep", pairs);
    if (this.toolName === "dissolve") {
      const [code] = this.chosen;
      const around = code ? this.near.neighbours(code).filter(Boolean) : [];
      this.card.offer("to", [["", say("longestBorder")], ...around.map((other) => [other, this.nameOf(other)])]);
    }
    if (this.toolName === "rename") {
      const [code] = this.chosen;
      this.card.setOption("name", code ? this.nameOf(code) : "");
    }
    this.card.update();
  }

  async _draftChanged() {
    this.board.showDraft(this.draft.map);
    find("[data-undo]").disabled = !this.draft.canUndo || !this.draft.isOpen;
    find("[data-redo]").disabled = !this.draft.canRedo || !this.draft.isOpen;
    this.dispatchEvent(new Event("draft"));
    const standing = [...this.chosen].filter((code) => this.draft.effect(code)?.change !== "gone");
    // What was drawn stays when its move is refused; after a move that stands `finish` chooses what comes next.
    if (this.chosen.size && !this.finishing) await this._choose(standing);
    this.card.update();
  }
}

// The box around all arcs of a neighbourhood.
function boxOf({ arcs }) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { line } of arcs) {
    for (const [x, y] of line) {
      box[0] = Math.min(box[0], x);
      box[1] = Math.min(box[1], y);
      box[2] = Math.max(box[2], x);
      box[3] = Math.max(box[3], y);
    }
  }
  return box;
}
