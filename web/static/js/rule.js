// The colours of the cells by one coverage rule: fetched when a reader picks it, again when the data changed.

import { ask } from "./ask.js";
import { element, find, findAll, notify, page, say } from "./page.js";
import { ramps, setLoads, setRule } from "./style.js";

const LOADS = "workload"; // the one entry of the picker that is no rule

// Lets the picker of rules colour the map through `show(metric)`; returns what brings the shown rule up to date.
export function bindRules(view, show) {
  const picker = find("[data-rule]");
  if (!picker) return () => {};
  let former = view.metric;

  const fetchLoads = async () => {
    const { leaves, limits } = await ask.get("/api/workload/leaves");
    setLoads(leaves, limits);
    const edges = limits.map((limit) => limit.toLocaleString());
    const labels = ramps.workload.colours.map((_, i) => (i === 0 ? `<${edges[0]}` : i === edges.length ? `≥${edges.at(-1)}` : `${edges[i - 1]}–${edges[i]}`));
    const last = ramps.workload.colours.length - 1 || 1;
    const lines = labels.map((label, i) => {
      const line = element("li");
      line.append(element("span", `swatch load-${1 + Math.round((i * 4) / last)}`), label);
      return line;
    });
    find("[data-load-classes]").replaceChildren(...lines);
  };

  const fetchRule = async () => {
    if (picker.value === LOADS) return fetchLoads();
    const found = await ask.get(`/api/coverage/${encodeURIComponent(picker.value)}`);
    setRule(found.leaves);
    find("[data-rule-title]").textContent = page.isEnglish ? found.en : found.zh;
    const figures = Object.entries(found.figures).map(([name, count]) => [name, count.toLocaleString()]);
    find("[data-rule-said]").textContent = say("ruleSaid", Object.fromEntries(figures));
  };

  const pick = async () => {
    if (!picker.value) return show(former);
    try {
      await fetchRule();
      if (!["rule", LOADS].includes(view.metric)) former = view.metric;
      for (const input of findAll('input[name="metric"]')) input.checked = false;
      show(picker.value === LOADS ? LOADS : "rule");
    } catch (refusal) {
      picker.value = "";
      notify(refusal.message);
    }
  };

  picker.addEventListener("change", pick);
  for (const input of findAll('input[name="metric"]')) input.addEventListener("change", () => (picker.value = ""));
  if (page.rule) {
    picker.value = page.rule;
    if (picker.value) pick();
  }
  return async () => {
    if (!picker.value) return;
    await fetchRule();
    show(picker.value === LOADS ? LOADS : "rule");
  };
}
