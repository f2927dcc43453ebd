// The tile layer: fetches and decodes each tile once, paints it on a sharp canvas, and can repaint without a request.

import { decode } from "./mvt.js";
import { paint } from "./paint.js";

const KEPT_TILES = 160;

export const CountyTiles = L.GridLayer.extend({
  options: { pane: "tilePane", updateWhenZooming: false, keepBuffer: 2 },

  initialize(version, view, options) {
    L.setOptions(this, options);
    this.version = version;
    this.view = view; // what to show: metric and tiers, see layers.js
    this.decoded = new Map();
    this.on("tileunload", ({ coords }) => this._abort(coords));
    this.stretch = 1;
  },

  // The decoded tile at `coords`, fetched when it is not at hand.
  load(coords) {
    const key = `${this.version}/${coords.z}/${coords.x}/${coords.y}`;
    const known = this.decoded.get(key);
    if (known) return known.promise;
    const control = new AbortController();
    const entry = { control, layers: null };
    entry.promise = this._fetch(key, control).then(
      (layers) => (entry.layers = layers),
      (failure) => {
        this.decoded.delete(key);
        throw failure;
      },
    );
    this.decoded.set(key, entry);
    this._forget();
    return entry.promise;
  },

  async _fetch(key, control) {
    const response = await fetch(`/tiles/${key}.mvt${this.options.scope ? `?of=${this.options.scope}` : ""}`, { signal: control.signal });
    if (response.status === 410) this.fire("outdated");
    if (!response.ok) throw new Error(`tile ${key}: ${response.status}`);
    return decode(await response.arrayBuffer());
  },

  createTile(coords, done) {
    const canvas = L.DomUtil.create("canvas", "county-tile");
    this.load(coords).then(
      (layers) => {
        canvas.layers = layers;
        this._paint(canvas, coords);
        done(null, canvas);
        this.fire("decoded");
      },
      (failure) => {
        done(failure, canvas);
        if (failure.name !== "AbortError") this.fire("failed");
      },
    );
    return canvas;
  },

  getEvents() {
    return { ...L.GridLayer.prototype.getEvents.call(this), zoomend: this._followStretch };
  },

  _followStretch() {
    const stretch = this._map.getZoomScale(this._map.getZoom(), Math.round(this._map.getZoom()));
    if (stretch !== this.stretch) this.repaint();
    this.stretch = stretch;
  },

  // Draws every tile again from what is in memory.
  repaint() {
    for (const { el, coords } of Object.values(this._tiles ?? {})) if (el.layers) this._paint(el, coords);
  },

  // Moves to another version of the data; the old tiles stay in sight until the new ones are there.
  async swap(version) {
    if (version === this.version) return;
    this.version = version;
    const shown = Object.values(this._tiles).filter((tile) => tile.current);
    await Promise.allSettled(
      shown.map(async (tile) => {
        tile.el.layers = await this.load(tile.coords);
        this._paint(tile.el, tile.coords);
      }),
    );
    this.fire("decoded");
  },

  // The decoded tiles now in sight, as [{ coords, layers }].
  shown() {
    return Object.values(this._tiles ?? {})
      .filter((tile) => tile.current && tile.el.layers)
      .map(({ coords, el }) => ({ coords, layers: el.layers }));
  },

  // The decoded tiles that can be asked what lies where, the finest first: while a zoom loads, those of the one before.
  atHand() {
    return Object.values(this._tiles ?? {})
      .filter((tile) => tile.el.layers)
      .sort((a, b) => b.current - a.current || b.coords.z - a.coords.z)
      .map(({ coords, el }) => ({ coords, layers: el.layers }));
  },

  _paint(canvas, coords) {
    // Between two whole zooms Leaflet stretches the tiles: more pixels keep them sharp, and three more to the east and
    // south (the tile has four to spare) cover the hairline that stretching leaves between tiles.
    const stretch = this._map ? this._map.getZoomScale(this._map.getZoom(), coords.z) : 1;
    const ratio = Math.min(window.devicePixelRatio || 1, 3) * Math.max(1, stretch);
    const side = this.getTileSize().x;
    const wide = side + (stretch === 1 ? 0 : 3);
    canvas.width = canvas.height = Math.round(wide * ratio);
    canvas.style.width = canvas.style.height = `${wide}px`;
    paint(canvas, { layers: canvas.layers, zoom: coords.z, side, ratio: canvas.width / wide, stretch, view: this.view });
  },

  _abort(coords) {
    const key = `${this.version}/${coords.z}/${coords.x}/${coords.y}`;
    const entry = this.decoded.get(key);
    if (entry && !entry.layers) {
      entry.control.abort();
      this.decoded.delete(key);
    }
  },

  _forget() {
    for (const key of this.decoded.keys()) {
      if (this.decoded.size <= KEPT_TILES) return;
      if (this.decoded.get(key).layers) this.decoded.delete(key);
    }
  },
});
