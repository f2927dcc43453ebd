// The colours of the cells by one coverage rule: fetched when a reader picks it, again when the data changed.

import { ask } from "./ask.js";
import { find, findAll, notify, page, say } from "./page.js";
import { setRule } from "./style.js";

// Lets the picker of rules colour the map through `show(metric)`; returns what brings the shown rule up to date.
export function bindRules(view, show) {
  const picker = find("[data-rule]");
  if (!picker) return () => {};
  let former = view.metric;

  const fetchRule = async () => {
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
      if (view.metric !== "rule") former = view.metric;
      for (const input of findAll('input[name="metric"]')) input.checked = false;
      show("rule");
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
    show("rule");
  };
}
