// The left panel's switches: what the map shows, kept for the reader's next visit.

import { find, findAll } from "./page.js";

const KEY = "geo_grid.view";

// The view to begin with: what was chosen last time, else all that is ticked in the page.
export function readView() {
  const view = {
    metric: "coverage",
    tiers: new Set(values("tier")),
    show: new Set(values("show")),
    kinds: new Set(values("kind")),
    basemap: Boolean(find('[data-tool="basemap"]')),
  };
  for (const [key, value] of Object.entries(remembered())) {
    if (view[key] instanceof Set) view[key] = new Set(value.filter((one) => known(key).has(one)));
    else if (key === "metric" && find(`input[name="metric"][value="${value}"]`)) view.metric = value;
  }
  return view;
}

// Brings the switches in line with `view`, and calls `changed` whenever a reader moves one; returns what shows a figure.
export function bindSwitches(view, changed) {
  const show = (metric) => {
    view.metric = metric;
    for (const input of findAll('input[name="metric"]')) input.checked = input.value === metric;
    showLegend(metric);
    remember(view);
    changed("metric");
  };
  for (const input of findAll('#layers input[type="checkbox"]')) {
    const chosen = setOf(view, input.name);
    input.checked = chosen.has(input.value);
    input.addEventListener("change", () => {
      if (input.checked) chosen.add(input.value);
      else chosen.delete(input.value);
      remember(view);
      changed(input.name);
    });
  }
  for (const input of findAll('input[name="metric"]')) {
    input.checked = input.value === view.metric;
    input.addEventListener("change", () => {
      show(input.value);
    });
  }
  showLegend(view.metric);
  return show;
}

function showLegend(metric) {
  for (const legend of findAll("[data-legend]")) legend.hidden = legend.dataset.legend !== metric;
}

// Every value that a switch of the page has, whether it is ticked or not.
const known = (key) => new Set(findAll(`input[name="${{ tiers: "tier", show: "show", kinds: "kind" }[key]}"]`).map((input) => input.value));

const setOf = (view, name) => ({ tier: view.tiers, show: view.show, kind: view.kinds })[name];

const values = (name) => findAll(`input[name="${name}"]:checked`).map((input) => input.value);

function remembered() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

function remember(view) {
  
  try {
    localStorage.setItem(
      KEY,
      JSON.stringify({ metric: view.metric, tiers: values("tier"), show: values("show"), kinds: values("kind") }),
    );
  } catch {
    // A browser that keeps nothing still shows the map.
  }
}
