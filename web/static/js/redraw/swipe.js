// The swipe: one net to the left of a handle, another to its right.

import { find } from "../page.js";

const STEP_PX = 24;

export class Swipe {
  // `boards` are cut at the handle; `moved` is called whenever it stands elsewhere.
  constructor(map, boards, { moved = () => {} } = {}) {
    Object.assign(this, { map, boards, moved });
    this.at = null;
    this.handle = find("[data-swipe]");
    this.button = find("[data-swipe-button]");
    this.button?.addEventListener("click", () => this.toggle());
    map.on("resize", () => this.isOn && this._place(this.at));
    this.handle.addEventListener("pointerdown", (event) => this._hold(event));
    this.handle.addEventListener("keydown", (event) => this._step(event));
  }

  get isOn() {
    return !this.handle.hidden;
  }

  toggle() {
    this.handle.hidden = this.isOn;
    this.button?.setAttribute("aria-pressed", String(this.isOn));
    if (this.isOn) this._place(this.map.getSize().x / 2);
    else this._cut(null);
  }

  _cut(at) {
    this.at = at;
    for (const board of this.boards) {
      board.swipe = at;
      board.refresh();
    }
    this.moved();
  }

  _place(x) {
    const width = this.map.getSize().x;
    this._cut(Math.max(0, Math.min(width, x)));
    this.handle.style.transform = `translateX(${this.at}px)`;
    this.handle.setAttribute("aria-valuenow", String(Math.round((100 * this.at) / width)));
  }

  _hold(event) {
    event.preventDefault();
    this.handle.setPointerCapture(event.pointerId);
    const left = this.map.getContainer().getBoundingClientRect().left;
    const follow = ({ clientX }) => this._place(clientX - left);
    this.handle.addEventListener("pointermove", follow);
    this.handle.addEventListener("pointerup", () => this.handle.removeEventListener("pointermove", follow), { once: true });
  }

  _step(event) {
    const shift = { ArrowLeft: -STEP_PX, ArrowRight: STEP_PX }[event.key];
    if (!shift) return;
    event.preventDefault();
    event.stopPropagation();
    this._place(this.at + shift);
  }
}
