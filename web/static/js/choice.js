// What the reader has chosen – a grid, a household, a risk site or nothing – on the map, in the panel, in the address.

import { addressOf, gridInAddress, pushGrid } from "./address.js";
import { showCrumbs } from "./crumbs.js";
import { find, isNarrow, wantsCalm } from "./page.js";
import { closePanel, openPanel, readOutline, showPanel } from "./panel.js";
import { colour } from "./style.js";

export class Choice extends EventTarget {
  constructor(map) {
    super();
    this.map = map;
    this.code = null;
    this.crumbs = [];
    this.shape = L.layerGroup().addTo(map);
  }

  // Chooses a grid by its code; `fit` moves the map to it, `push` makes a step of the history.
  async grid(code, { fit = true, push = true, focus = false } = {}) {
    if (!code) return this.nothing({ push, fit });
    const outline = await openPanel(`/panel/grids/${encodeURIComponent(code)}`, { focus });
    if (!outline) return;
    this.code = code;
    if (push) pushGrid(code);
    this._show(outline, { fit });
  }

  // Takes over the grid that the server already put into the page.
  adopt(code, { fit }) {
    const outline = readOutline();
    if (!outline) return;
    this.code = code;
    showPanel();
    this._show(outline, { fit });
  }

  async household(id, { fit = false } = {}) {
    this._leaveGrid(await openPanel(`/panel/households/${id}`), { fit });
  }

  async riskSite(code, { fit = false } = {}) {
    this._leaveGrid(await openPanel(`/panel/risk-sites/${encodeURIComponent(code)}`), { fit });
  }

  // Back to the county.
  nothing({ push = true, fit = false } = {}) {
    this.code = null;
    this.crumbs = [];
    this.shape.clearLayers();
    closePanel();
    showCrumbs([]);
    if (push) pushGrid(null);
    document.title = document.title.replace(/^.* · /, "");
    this.dispatchEvent(new CustomEvent("chosen", { detail: { home: fit } }));
  }

  // Follows back and forward.
  follow() {
    const code = gridInAddress();
    if (code !== this.code) this.grid(code, { push: false });
  }

  // Reads the chosen grid again, as the data has changed.
  again() {
    if (this.code) this.grid(this.code, { fit: false, push: false });
  }

  _leaveGrid(outline, { fit }) {
    if (!outline) return;
    this.code = null;
    if (gridInAddress()) history.pushState(null, "", addressOf(null) + location.hash);
    this._show(outline, { fit });
  }

  _show({ geometry, bounds, crumbs }, { fit }) {
    this.shape.clearLayers();
    const common = { pane: "choice", interactive: false };
    const point = (_, latlng) => L.circleMarker(latlng, { ...common, radius: 9 });
    for (const [ink, weight] of [[colour("border-casing"), 7], [colour("accent"), 3.5]]) {
      const style = { color: ink, weight, fillColor: colour("accent"), fillOpacity: weight < 5 ? 0.04 : 0 };
      this.shape.addLayer(L.geoJSON(geometry, { ...common, style, pointToLayer: point, renderer: this._renderer() }));
    }
    this.crumbs = crumbs;
    showCrumbs(crumbs);
    this.dispatchEvent(new CustomEvent("chosen", { detail: { home: false } }));
    if (fit) this._fit(bounds);
  }

  _renderer() {
    this.renderer ??= L.svg({ pane: "choice", padding: 0.3 });
    return this.renderer;
  }

  _fit([west, south, east, north]) {
    this.map.invalidateSize({ animate: false });
    const sheet = isNarrow() ? find("#panel").offsetHeight + 20 : 56;
    this.map.fitBounds(L.latLngBounds([south, west], [north, east]).pad(0.12), {
      paddingTopLeft: [36, 64],
      paddingBottomRight: [isNarrow() ? 36 : 72, sheet],
      maxZoom: 16,
      animate: !wantsCalm(),
      duration: 0.4,
    });
  }
}
