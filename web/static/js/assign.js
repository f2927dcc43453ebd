// Assigning on the map: leaves are gathered with a lasso or by clicks, looked at in the side panel, and given to workers.

import { ask } from "./ask.js";
import { announce, element, find, findAll, notify, page, say } from "./page.js";
import { closePanel, showPanel } from "./panel.js";
import { leafAt } from "./pick.js";
import { colour } from "./style.js";

const NEAR = 6; // pixels: a stroke that stays within is a click
const STEP = 4; // pixels between two corners of a lasso

export function bindAssign(map, { tiles, view, choice }) {
  const button = find("[data-assign-start]");
  if (!button) return;
  const work = new Assigning(map, { tiles, view, choice, button });
  button.addEventListener("click", () => (work.isOn ? work.end() : work.begin()));
  if (page.assign) work.begin();
}

class Assigning {
  constructor(map, { tiles, view, choice, button }) {
    Object.assign(this, { map, tiles, view, choice, button, isOn: false, asked: 0, panel: find("#panel"), bar: find("[data-assign-bar]") });
    this.picked = new Set();
    this.wishes = { workers: [], role: "CONTACT", contact: true, replace: false };
    this._bindBar();
    this._bindPanel();
    this._bindPointer();
  }

  begin() {
    this.isOn = true;
    this.choice.nothing();
    this.map.isAssigning = true;
    document.body.classList.add("is-assigning");
    this.bar.hidden = false;
    this.button.setAttribute("aria-pressed", "true");
    this._mode("lasso");
    this._show();
  }

  end() {
    this.isOn = false;
    this.picked.clear();
    this.map.isAssigning = false;
    document.body.classList.remove("is-assigning");
    this.bar.hidden = true;
    this.button.setAttribute("aria-pressed", "false");
    this.map.dragging.enable();
    this.view.picked = null;
    this.tiles.repaint();
    closePanel();
    if (page.assign) history.replaceState(null, "", location.pathname + location.hash);
  }

  _mode(mode) {
    this.mode = mode;
    if (mode === "lasso") this.map.dragging.disable();
    else this.map.dragging.enable();
    for (const one of findAll("[data-assign-mode]", this.bar)) one.setAttribute("aria-pressed", String(one.dataset.assignMode === mode));
  }

  _bindBar() {
    for (const one of findAll("[data-assign-mode]", this.bar)) one.addEventListener("click", () => this._mode(one.dataset.assignMode));
    find("[data-assign-done]", this.bar).addEventListener("click", () => this.end());
    L.DomEvent.disableClickPropagation(this.bar);
  }

  // A stroke is a lasso, or a click when it goes nowhere; in the mode `click` Leaflet tells of clicks itself.
  _bindPointer() {
    const surface = this.map.getContainer();
    let stroke = null;
    surface.addEventListener("pointerdown", (event) => {
      if (!this.isOn || this.mode !== "lasso" || event.button || !event.isPrimary || event.target.closest("button, a")) return;
      stroke = [this.map.mouseEventToLayerPoint(event)];
      surface.setPointerCapture(event.pointerId);
    });
    surface.addEventListener("pointermove", (event) => {
      if (!stroke) return;
      const point = this.map.mouseEventToLayerPoint(event);
      if (point.distanceTo(stroke.at(-1)) < STEP) return;
      stroke.push(point);
      this._draw(stroke);
    });
    const finish = () => {
      if (!stroke) return;
      const points = stroke;
      stroke = null;
      this._draw(null);
      if (points.every((point) => point.distanceTo(points[0]) < NEAR)) this._toggle(points[0]);
      else this._enclose(points);
    };
    surface.addEventListener("pointerup", finish);
    surface.addEventListener("pointercancel", () => {
      stroke = null;
      this._draw(null);
    });
    this.map.on("click", (event) => this.isOn && this.mode === "click" && this._toggle(event.layerPoint));
    surface.addEventListener("keydown", (event) => {
      if (!this.isOn || event.target !== surface) return;
      if (event.key === "Enter") this._toggle(this.map.latLngToLayerPoint(this.map.getCenter()));
      if (event.key === "Escape") this.end();
    });
  }

  _draw(points) {
    this.line?.remove();
    if (!points) return;
    const style = { pane: "choice", color: colour("accent"), weight: 2.5, dashArray: "6 4", fillColor: colour("accent"), fillOpacity: 0.08, interactive: false };
    this.line = L.polygon(points.map((point) => this.map.layerPointToLatLng(point)), style).addTo(this.map);
  }

  async _enclose(points) {
    const ring = points.map((point) => this.map.layerPointToLatLng(point)).map(({ lng, lat }) => [lng, lat]);
    if (ring.length < 3) return;
    try {
      const { grids } = await ask.post("/api/assignments/leaves", { ring });
      if (!grids.length) notify(say("lassoEmpty"));
      for (const code of grids) this.picked.add(code);
      this._show();
    } catch (refusal) {
      notify(refusal.message);
    }
  }

  _toggle(point) {
    const cell = leafAt(this.map, this.tiles, point);
    if (!cell) return;
    if (!this.picked.delete(cell.code)) this.picked.add(cell.code);
    this._show();
  }

  // Asks the server what the choice means, and shows it.
  async _show() {
    const mine = ++this.asked;
    this._paint([]);
    const headers = { "Content-Type": "application/json", "X-CSRFToken": find('meta[name="csrf-token"]').content };
    const body = JSON.stringify({ ...this.wishes, grids: [...this.picked].sort() });
    const answer = await fetch("/panel/assign", { method: "POST", headers, body }).catch(() => null);
    const html = answer ? await answer.text() : "";
    if (mine !== this.asked || !this.isOn) return;
    if (!answer?.ok) return notify(say("failed"));
    const held = document.activeElement?.closest("[data-assign-form]") ? [document.activeElement.name, document.activeElement.value] : null;
    this.panel.innerHTML = html; // rendered by our server, every word of the database escaped there
    showPanel();
    announce(find("h2", this.panel).textContent.trim());
    this._paint(findAll("[data-conflict]", this.panel).map((line) => line.dataset.conflict));
    if (held) findAll(`[name="${held[0]}"]`, this.panel).find((field) => field.value === held[1])?.focus({ preventScroll: true });
  }

  _paint(bad) {
    this.view.picked = { codes: this.picked, bad: new Set(bad) };
    this.tiles.repaint();
  }

  _bindPanel() {
    this.panel.addEventListener("change", (event) => {
      const form = event.target.closest("[data-assign-form]");
      if (!this.isOn || !form) return;
      const told = new FormData(form);
      this.wishes = {
        workers: told.getAll("workers").map((code) => code.trim()).filter(Boolean),
        role: told.get("role"),
        since: told.get("since"),
        until: told.get("until"),
        contact: told.has("contact"),
        replace: told.has("replace"),
      };
      this._show();
    });
    this.panel.addEventListener("submit", (event) => event.target.matches("[data-assign-form]") && event.preventDefault());
    this.panel.addEventListener("click", (event) => this.isOn && this._pressed(event));
  }

  _pressed(event) {
    const pressed = event.target.closest("button");
    if (!pressed) return;
    const { assignOut, assignUndo } = pressed.dataset;
    if ("assignEnd" in pressed.dataset) return this.end();
    if ("assignDo" in pressed.dataset) return this._do(pressed);
    if (assignUndo) return this._undo(pressed);
    if (assignOut) this.picked.delete(assignOut);
    else if ("assignDrop" in pressed.dataset) for (const line of findAll("[data-conflict]", this.panel)) this.picked.delete(line.dataset.conflict);
    else if ("assignClear" in pressed.dataset) this.picked.clear();
    else return;
    this._show();
  }

  async _do(pressed) {
    pressed.disabled = true;
    try {
      const done = await ask.post("/api/assignments", { ...this.wishes, grids: [...this.picked] });
      this.picked.clear();
      this._paint([]);
      this._said(say("assigned", { posts: done.posts, households: done.households }), done.changeset);
      this.tiles.fire("outdated");
    } catch (refusal) {
      notify(refusal.message, 8);
      this._show();
    }
  }

  // What was done, with the way back.
  _said(sentence, changeset) {
    const back = element("button", "button", say("takeBack"));
    back.type = "button";
    back.dataset.assignUndo = changeset;
    const close = element("button", "button plain", say("goOn"));
    close.type = "button";
    close.dataset.assignClear = "";
    const acts = element("div", "assign-acts");
    acts.append(back, close);
    const head = element("h2", "", sentence);
    head.dataset.assignSaid = "";
    this.panel.replaceChildren(head, acts);
    showPanel();
    announce(sentence);
  }

  async _undo(pressed) {
    pressed.disabled = true;
    try {
      await ask.post(`/api/assignments/${pressed.dataset.assignUndo}/undo`, {});
      notify(say("tookBack"));
      this.tiles.fire("outdated");
      this._show();
    } catch (refusal) {
      notify(refusal.message, 8);
      pressed.disabled = false;
    }
  }
}
