// The map beside a step: the county, the layers of the files, and what was found in them.

import { ask } from "../ask.js";

const LAYERS = 8;
const EDGE = [24, 24];

export async function showMap(run, at) {
  const frame = document.querySelector("[data-map]");
  const map = L.map(frame, { preferCanvas: true, attributionControl: false, zoomSnap: 0.25, minZoom: 3 });
  map.zoomControl.setPosition("topright");
  L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
  map.setView([35, 105], 4);
  window.importMap = map;
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const drawn = await ask.get(`/api/imports/${run}/outlines`);
  const whole = drawLayers(map, drawn, at, colour);
  if (whole.isValid()) map.fitBounds(whole, { padding: EDGE, animate: false });
  if (at === "findings" || at === "repairs") {
    const { findings, repairs } = await ask.get(`/api/imports/${run}/findings`);
    if (at === "findings") drawFindings(map, findings, colour);
    else drawRepairs(map, repairs, colour);
  }
  if (at === "found") followLayers(map);
}

const layersBySource = new Map();

function drawLayers(map, drawn, at, colour) {
  const bounds = L.latLngBounds([]);
  const faint = at !== "found";
  if (drawn.county) {
    const county = L.geoJSON(drawn.county, {
      interactive: false,
      style: { color: colour("--border-total"), weight: 2, fillColor: colour("--coverage-2"), fillOpacity: 0.5, dashArray: "6 4" },
    }).addTo(map);
    bounds.extend(county.getBounds());
  }
  drawn.layers.forEach((layer, number) => {
    const tint = colour(`--layer-${number % LAYERS}`);
    const group = L.featureGroup().addTo(map);
    if (layer.shapes.length)
      L.geoJSON({ type: "GeometryCollection", geometries: layer.shapes }, {
        interactive: false,
        style: { color: tint, weight: faint ? 0.7 : layer.shapes.length > 400 ? 0.7 : 1.4, opacity: faint ? 0.55 : 0.9, fillColor: tint, fillOpacity: faint ? 0.04 : 0.1 },
      }).addTo(group);
    const size = layer.points.length > 500 ? 1.2 : 3;
    for (const [lon, lat] of layer.points)
      L.circleMarker([lat, lon], { interactive: false, radius: size, stroke: false, fillColor: tint, fillOpacity: faint ? 0.3 : 0.75 }).addTo(group);
    const box = group.getBounds();
    if (box.isValid()) bounds.extend(box);
    layersBySource.set(layer.source, group);
  });
  return bounds;
}

// A click or the keyboard on a layer's card leads the map there; a CRS that is tried shows its box.
function followLayers(map) {
  let trial = null;
  for (const card of document.querySelectorAll("[data-layer]")) {
    card.querySelector("h2").addEventListener("click", () => {
      const box = layersBySource.get(card.dataset.layer)?.getBounds();
      if (box?.isValid()) map.fitBounds(box, { padding: EDGE });
    });
    card.querySelector("[data-crs]")?.addEventListener("change", (event) => {
      trial?.remove();
      const box = event.target.selectedOptions[0]?.dataset.bounds?.split(",").map(Number);
      if (!box) return;
      const [west, south, east, north] = box;
      trial = L.rectangle([[south, west], [north, east]], { color: "#b3124f", weight: 2, dashArray: "5 4", fill: false, interactive: false }).addTo(map);
      map.fitBounds(trial.getBounds().extend(map.getBounds().getCenter()), { padding: EDGE });
    });
  }
}

function drawFindings(map, findings, colour) {
  const tints = { error: colour("--uncontacted"), warning: colour("--border-special") };
  const places = findings.map((one, number) => {
    const style = { color: tints[one.severity], weight: 2, fillColor: tints[one.severity], fillOpacity: 0.35 };
    const group = L.featureGroup();
    if (one.geometry) L.geoJSON(one.geometry, { style, pointToLayer: (_, at) => L.circleMarker(at, { ...style, radius: 4 }) }).addTo(group);
    if (one.point) L.circleMarker([one.point[1], one.point[0]], { ...style, radius: 5, fillOpacity: 0.85, color: "#fff", weight: 1.5 }).addTo(group);
    group.on("click", () => choose(number, false));
    return group.addTo(map);
  });
  let ring = null;
  const choose = (number, goes) => {
    for (const button of document.querySelectorAll(".finding[aria-current]")) button.removeAttribute("aria-current");
    const button = document.querySelector(`[data-finding="${number}"]`);
    if (button) {
      button.closest("details").open = true;
      button.setAttribute("aria-current", "true");
      if (!goes) button.scrollIntoView({ block: "nearest" });
    }
    ring = goTo(map, places[number], ring, colour, goes);
  };
  for (const button of document.querySelectorAll("[data-finding]"))
    button.addEventListener("click", () => choose(Number(button.dataset.finding), true));
}

function drawRepairs(map, repairs, colour) {
  const styles = {
    ground: { color: colour("--border-special"), weight: 1.5, fillColor: colour("--border-special"), fillOpacity: 0.5 },
    before: { color: colour("--border-special"), weight: 2, fillColor: colour("--border-special"), fillOpacity: 0.25, dashArray: "4 3" },
    after: { color: colour("--accent"), weight: 2, fillColor: colour("--accent"), fillOpacity: 0.2 },
  };
  const places = repairs.map((one) => {
    const group = L.featureGroup();
    for (const when of ["ground", "before", "after"]) {
      const shape = when === "ground" && one.before ? null : one[when];
      if (shape) L.geoJSON(shape, { style: styles[when], interactive: false, pointToLayer: (_, at) => L.circleMarker(at, { ...styles[when], radius: 4 }) }).addTo(group);
    }
    if (one.point) L.circleMarker([one.point[1], one.point[0]], { radius: 4.5, color: "#fff", weight: 1.5, fillColor: colour("--accent"), fillOpacity: 0.9, interactive: false }).addTo(group);
    return group.addTo(map);
  });
  let ring = null;
  for (const button of document.querySelectorAll("[data-repair]"))
    button.addEventListener("click", () => {
      for (const other of document.querySelectorAll(".finding[aria-current]")) other.removeAttribute("aria-current");
      button.setAttribute("aria-current", "true");
      ring = goTo(map, places[Number(button.dataset.repair)], ring, colour, true);
    });
}

// Leads the map to a place and rings it.
function goTo(map, place, ring, colour, goes) {
  ring?.remove();
  const box = place?.getBounds();
  if (!box?.isValid()) return null;
  if (goes) map.fitBounds(box.pad(1.5), { maxZoom: 15.5, padding: EDGE });
  return L.circleMarker(box.getCenter(), { radius: 16, weight: 3, color: colour("--accent"), fill: false, interactive: false }).addTo(map);
}
