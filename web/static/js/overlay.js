// One canvas over the whole view for what must not be cut at tiles: dots, icons and labels.

// `draw(context, map)` paints in the map's layer points, on every move and whenever `refresh` is called.
export const Overlay = L.Renderer.extend({
  options: { pane: "marks", padding: 0.08 },

  initialize(draw) {
    L.Util.stamp(this);
    this._draw = draw;
    this._layers = {};
  },

  refresh() {
    if (this._waiting) return;
    this._waiting = requestAnimationFrame(() => {
      this._waiting = 0;
      if (this._map && !this._map._animatingZoom) this._update();
    });
  },

  _initContainer() {
    this._container = document.createElement("canvas");
    this._container.setAttribute("aria-hidden", "true");
  },

  _destroyContainer() {
    cancelAnimationFrame(this._waiting);
    this._container.remove();
  },

  _updatePaths() {},

  _update() {
    if (this._map._animatingZoom && this._bounds) return;
    L.Renderer.prototype._update.call(this);
    const { min } = this._bounds;
    const size = this._bounds.getSize();
    const ratio = Math.min(window.devicePixelRatio || 1, 3);
    const canvas = this._container;
    L.DomUtil.setPosition(canvas, min);
    const context = this._cleared(canvas, size, ratio);
    context.setTransform(ratio, 0, 0, ratio, -min.x * ratio, -min.y * ratio);
    this._draw(context, this._map, this._bounds);
  },

  // The canvas empty and of the size asked for: a new size means new memory, so it is set only where it differs.
  _cleared(canvas, { x, y }, ratio) {
    const [width, height] = [Math.round(x * ratio), Math.round(y * ratio)];
    const context = canvas.getContext("2d");
    if (canvas.width === width && canvas.height === height) {
      context.reset();
      return context;
    }
    Object.assign(canvas, { width, height });
    Object.assign(canvas.style, { width: `${x}px`, height: `${y}px` });
    return context;
  },
});
