// Draws one point, line or area by clicks, by touch or by the keyboard, and writes it into the form as GeoJSON.

import { find, findAll, page, say } from "../page.js";

const HINTS = { Point: "drawPoint", LineString: "drawLine", Polygon: "drawArea" };
const LEAST = { Point: 1, LineString: 2, Polygon: 3 };
const DIGITS = 8;

export class Drawing {
  constructor(map, ink, geometry) {
    this.map = map;
    this.ink = ink;
    this.corners = []; // [lat, lng] in the order of the clicks
    this.isTouched = false;
    this.shape = L.featureGroup().addTo(map);
    this.handles = L.layerGroup().addTo(map);
    this.kept = null; // a shape of several pieces, shown until something new is drawn
    this.field = find("input[name=drawn]");
    this.adopt(geometry);
    map.doubleClickZoom.disable();
    map.on("click", ({ latlng }) => this.add(latlng));
    map.getContainer().addEventListener("keydown", (event) => this.key(event));
    for (const button of findAll("[data-draw]")) button.addEventListener("click", () => this.choose(button.dataset.draw));
    find("[data-draw-undo]").addEventListener("click", () => this.undo());
    find("[data-draw-clear]").addEventListener("click", () => this.clear());
  }

  adopt(geometry) {
    this.kind = page.shape.shapes[0];
    const known = geometry && simple(geometry);
    if (known && page.shape.shapes.includes(known.kind)) [this.kind, this.corners] = [known.kind, known.corners];
    else if (geometry) this.kept = L.geoJSON(geometry, { interactive: false, style: { color: this.ink, weight: 3 } }).addTo(this.map);
    this.show();
  }

  choose(kind) {
    if (kind !== this.kind) this.corners = [];
    this.kind = kind;
    this.touch();
  }

  add(latlng) {
    this.kept?.remove();
    if (this.kind === "Point") this.corners = [];
    this.corners.push(latlng);
    this.touch();
  }

  undo() {
    this.corners.pop();
    this.touch();
  }

  clear() {
    this.kept?.remove();
    this.corners = [];
    this.touch();
  }

  key(event) {
    if (event.key === "Enter") this.add(this.map.getCenter());
    else if (event.key === "Backspace" || event.key === "Delete") this.undo();
    else return;
    event.preventDefault();
  }

  touch() {
    this.isTouched = true;
    this.show();
  }

  show() {
    for (const button of findAll("[data-draw]")) button.setAttribute("aria-pressed", String(button.dataset.draw === this.kind));
    this.paint();
    this.handles.clearLayers();
    this.corners.forEach((at, number) => this.handle(at, number));
    const count = this.corners.length;
    find("[data-draw-said]").textContent = count ? say("pointsDrawn", { count }) : say(HINTS[this.kind]);
    this.field.value = this.isTouched && count >= LEAST[this.kind] ? JSON.stringify(this.geometry()) : "";
  }

  paint() {
    this.shape.clearLayers();
    const style = { color: this.ink, weight: 4, fillOpacity: 0.2, interactive: false };
    if (this.kind === "LineString") L.polyline(this.corners, style).addTo(this.shape);
    if (this.kind === "Polygon") L.polygon(this.corners, style).addTo(this.shape);
  }

  handle(at, number) {
    const mark = L.divIcon({ className: "draw-handle", iconSize: [22, 22] });
    const marker = L.marker(at, { icon: mark, draggable: true, keyboard: false, title: say("pointOfShape", { number: number + 1 }) });
    marker.on("drag", ({ latlng }) => {
      this.corners[number] = latlng;
      this.paint();
    });
    marker.on("dragend", () => this.touch());
    marker.addTo(this.handles);
  }

  geometry() {
    const places = this.corners.map((at) => {
      const { lat, lng } = L.latLng(at);
      return [Number(lng.toFixed(DIGITS)), Number(lat.toFixed(DIGITS))];
    });
    if (this.kind === "Point") return { type: "Point", coordinates: places[0] };
    if (this.kind === "LineString") return { type: "LineString", coordinates: places };
    return { type: "Polygon", coordinates: [[...places, places[0]]] };
  }
}

// A shape of one piece with few corners as what can be dragged; null for any other.
function simple({ type, coordinates }) {
  const kind = type.replace("Multi", "");
  const piece = type.startsWith("Multi") ? (coordinates.length === 1 ? coordinates[0] : null) : coordinates;
  if (!piece) return null;
  const places = kind === "Point" ? [piece] : kind === "LineString" ? piece : piece.length === 1 ? piece[0].slice(0, -1) : null;
  if (!places || places.length > 200) return null;
  return { kind, corners: places.map(([lon, lat]) => L.latLng(lat, lon)) };
}
