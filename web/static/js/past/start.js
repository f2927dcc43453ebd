// The map as of a day: the outlines of the grids that can be told apart at the zoom, fetched for the view.

import { ask } from "../ask.js";
import { element, find, notify, page, say } from "../page.js";
import { colour } from "../style.js";

// Down to which tier outlines are drawn, by zoom.
const SHOWN = [[11, ["TOTAL"]], [13, ["TOTAL", "SUB"]], [14.5, ["TOTAL", "SUB", "BRANCH", "GROUP"]], [99, ["TOTAL", "SUB", "BRANCH", "GROUP", "MICRO", "SPECIAL"]]];
const WIDTHS = { TOTAL: 3, SUB: 2, BRANCH: 1.6, GROUP: 1.4, MICRO: 1, SPECIAL: 1.4 };
const PAUSE_MS = 150;

document.addEventListener("DOMContentLoaded", () => start(window.countyMap));

function start(map) {
  const [west, south, east, north] = page.bounds;
  const renderer = L.canvas({ padding: 0.2 });
  const shapes = L.layerGroup().addTo(map);
  let timer = 0;
  let asked = 0;
  map.on("moveend", () => {
    clearTimeout(timer);
    timer = setTimeout(show, PAUSE_MS);
  });
  map.fitBounds([[south, west], [north, east]], { animate: false });
  L.control.scale({ imperial: false }).addTo(map);

  async function show() {
    const mine = ++asked;
    const tiers = SHOWN.find(([below]) => map.getZoom() < below)[1];
    const bounds = map.getBounds();
    const box = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()].map((value) => value.toFixed(6));
    try {
      const found = await Promise.all(tiers.map((tier) => ask.get(`/api/redraws/map-on?day=${page.day}&tier=${tier}&box=${box.join(",")}`)));
      if (mine === asked) paint(found.flatMap(({ features }) => features));
    } catch (failure) {
      notify(failure.message);
    }
  }

  function paint(features) {
    const order = Object.keys(WIDTHS).reverse();
    features.sort((a, b) => order.indexOf(a.properties.tier) - order.indexOf(b.properties.tier));
    shapes.clearLayers();
    for (const feature of features) shapes.addLayer(outline(feature));
    find("[data-past-count]").textContent = say("gridsShown", { count: features.length });
    document.documentElement.dataset.ready = "true";
  }

  function outline(feature) {
    const { tier, name, code } = feature.properties;
    const ink = tier === "MICRO" ? "#8fa0b8" : colour(`border-${tier.toLowerCase()}`);
    const style = { color: ink, weight: WIDTHS[tier], fillColor: tier === "SPECIAL" ? "#fbe9df" : "#ffffff", fillOpacity: 0.35 };
    const words = element("span");
    words.append(element("strong", "", name), element("br"), `${page.tiers[tier]} · ${code}`);
    return L.geoJSON(feature, { style, renderer }).bindTooltip(words, { sticky: true });
  }
  window.county = { map, shapes };
}
