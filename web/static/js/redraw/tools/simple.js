// Tools that need no drawing: choosing, joining, moving to another parent, dissolving, locking and naming.

import { Tool } from "./tool.js";

export class PickTool extends Tool {
  hint() {
    return this.studio.chosen.size ? "hintPicked" : "hintPick";
  }
}

export class MergeTool extends Tool {
  get wants() {
    return "many";
  }

  sorting() {
    const { chosen } = this.studio;
    const keep = this.studio.option("keep");
    return chosen.size > 1 ? ({ code }) => (chosen.has(code) ? keep : code) : null;
  }

  intent() {
    const { chosen } = this.studio;
    return chosen.size > 1 ? { kind: "merge", grids: [...chosen], keep: this.studio.option("keep") } : null;
  }

  hint() {
    return this.studio.chosen.size > 1 ? "hintMergeSend" : "hintMergePick";
  }
}

export class TransferTool extends Tool {
  // A click after the first one names the new parent.
  get picks() {
    return this.studio.chosen.size === 0;
  }

  click(place, { point }) {
    this.studio.offerParent(point);
  }

  intent() {
    const [grid] = this.studio.chosen;
    const parent = this.studio.option("parent");
    return grid && parent ? { kind: "transfer", grid, parent } : null;
  }

  hint() {
    if (!this.studio.chosen.size) return "hintTransferPick";
    return this.studio.option("parent") ? "hintTransferSend" : "hintTransferParent";
  }
}

export class DissolveTool extends Tool {
  sorting() {
    const [code] = this.studio.chosen;
    const to = this.studio.option("to");
    return code && to ? (door) => (door.code === code ? to : door.code) : null;
  }

  intent() {
    const [grid] = this.studio.chosen;
    return grid ? { kind: "dissolve", grid, to: this.studio.option("to") || null } : null;
  }

  hint() {
    return this.studio.chosen.size ? "hintDissolveSend" : "hintDissolvePick";
  }
}

export class RenameTool extends Tool {
  intent() {
    const [grid] = this.studio.chosen;
    const name = this.studio.option("name").trim();
    return grid && name ? { kind: "rename", grid, name } : null;
  }

  hint() {
    return this.studio.chosen.size ? "hintRenameSend" : "hintRenamePick";
  }
}

export class LockTool extends Tool {
  get wants() {
    return "none";
  }

  get picks() {
    return false;
  }

  click(place, { code }) {
    if (!code) return;
    const locked = new Set(this.studio.draft.locked);
    if (!locked.delete(code)) locked.add(code);
    this.studio.draft.lock(locked);
  }

  hint() {
    return "hintLock";
  }
}
