// The draft as the server has it: its moves, its effect, and the requests that change it.

import { ask } from "../ask.js";

export class Draft extends EventTarget {
  constructor(state) {
    super();
    this.busy = false;
    this.problem = state.problem ?? null; // the latest refusal, as the server told it
    this._hold(state);
  }

  get address() {
    return `/api/redraws/${this.id}`;
  }

  get isOpen() {
    return this.stage === "DRAFT" && this.mayChange;
  }

  standing() {
    return this.moves.filter((move) => !move.undone);
  }

  // The grid's state in the draft; undefined when the draft leaves it as it is.
  effect(code) {
    return this.effects.get(code);
  }

  add(move) {
    return this._change(() => ask.post(`${this.address}/moves`, { move: onTheWire(move), revision: this.revision }));
  }

  undo() {
    return this.canUndo ? this._change(() => ask.post(`${this.address}/undo-move`, { revision: this.revision })) : null;
  }

  redo() {
    return this.canRedo ? this._change(() => ask.post(`${this.address}/redo-move`, { revision: this.revision })) : null;
  }

  lock(locked) {
    return this._change(() => ask.put(this.address, { revision: this.revision, locked: [...locked] }));
  }

  rename(name) {
    return this._change(() => ask.put(this.address, { revision: this.revision, name }));
  }

  rebase() {
    return this._change(() => ask.post(`${this.address}/rebase`, {}));
  }

  again() {
    return this._change(() => ask.get(this.address));
  }

  // Tells a refusal that the server gave while a move was being drawn, without asking again.
  refuse(problem) {
    this.problem = problem;
    this.dispatchEvent(new CustomEvent("refused", { detail: problem }));
  }

  // What a move would do to the grids it touches, with nothing written.
  count(move, signal) {
    return ask.post(`${this.address}/count`, { move: onTheWire(move) }, { signal });
  }

  // One request at a time; answers the server's answer, or null after a refusal, which is kept as `problem`.
  async _change(send) {
    if (this.busy) return null;
    this.busy = true;
    this.dispatchEvent(new Event("busy"));
    const begun = performance.now();
    try {
      const answer = await send();
      this.problem = answer.problem ?? null;
      this._hold(answer);
      this.lastMs = performance.now() - begun;
      return answer;
    } catch (refusal) {
      this.problem = problemOf(refusal);
      this.dispatchEvent(new CustomEvent("refused", { detail: this.problem }));
      return null;
    } finally {
      this.busy = false;
      this.dispatchEvent(new Event("changed"));
      if (this.problem?.isBehind) this.again();
    }
  }

  _hold({ draft, preview, map, behind = [] }) {
    Object.assign(this, {
      behind,
      id: draft.id,
      name: draft.name,
      stage: draft.stage,
      revision: draft.revision,
      moves: draft.moves,
      locked: new Set(draft.locked),
      canUndo: draft.can_undo,
      canRedo: draft.can_redo,
      mayChange: draft.may_change,
    });
    if (preview === undefined) return;
    this.preview = preview ?? EMPTY;
    this.map = map ?? { after: NONE, before: NONE, border: NONE };
    this.effects = new Map(this.preview.grids.map((effect) => [effect.code, effect]));
  }
}

const NONE = { type: "FeatureCollection", features: [] };
const EMPTY = { grids: [], flows: [], households: [], sites: [], posts: [], notes: [], totals: {} };

// With nine decimals of a degree the server finds the very lattice point; more would be noise.
function onTheWire(move) {
  const rounded = (line) => line.map((place) => place.map((degrees) => Number(degrees.toFixed(9))));
  const lines = ["line", "region"].filter((key) => move[key]).map((key) => [key, rounded(move[key])]);
  return { ...move, ...Object.fromEntries(lines) };
}

// What the live net has become since the draft was drawn; any other conflict is somebody else in the same draft.
const STALE = new Set(["moved", "needs_rebase"]);

// A refusal as { kind, message, grids, place, … }: `stale` calls for a rebase, `isBehind` for looking at the draft anew.
export function problemOf(refusal) {
  const told = refusal.answer?.refusal ?? {};
  const isConflict = refusal.status === 409;
  const stale = isConflict && STALE.has(told.kind);
  return { ...told, kind: told.kind ?? "", grids: told.grids ?? [], place: told.place ?? null, message: refusal.message, stale, isBehind: isConflict && !stale };
}
