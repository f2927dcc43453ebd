// The keyboard of the studio: one letter for each tool, figures for the levels, and what every editor has.

import { find, findAll } from "../page.js";
import { LEVELS } from "./picking.js";

// Where letters are text; a tick or a choice of tier leaves the letters to the tools.
const FIELD = "input:not([type=checkbox], [type=radio]), textarea, select";

export function bindKeys(studio) {
  const tools = new Map(findAll("[data-pick-tool]").map((button) => [button.dataset.key, button.dataset.pickTool]));
  document.addEventListener("keydown", (event) => {
    if (event.target.closest(FIELD)) return leaveField(event, studio);
    if (event.ctrlKey || event.metaKey) return combine(event, studio);
    if (event.altKey || find("dialog[open]")) return;
    const act = plain(event, studio, tools);
    if (!act) return;
    event.preventDefault();
    act();
  });
}

function leaveField(event, studio) {
  if (event.key === "Escape") {
    event.target.blur();
    find("#county_map").focus({ preventScroll: true });
  } else if (event.key === "Enter" && !event.isComposing) {
    event.preventDefault();
    studio.finish();
  }
}

function combine(event, studio) {
  const key = event.key.toLowerCase();
  if (key === "z" && event.shiftKey) studio.redo();
  else if (key === "z") studio.undo();
  else if (key === "y") studio.redo();
  else return;
  event.preventDefault();
}

function plain(event, studio, tools) {
  const { key } = event;
  if (tools.has(key.toLowerCase())) return () => studio.setTool(tools.get(key.toLowerCase()));
  if (/^[1-5]$/.test(key)) return () => studio.setLevel(LEVELS[Number(key) - 1]);
  const isButton = event.target.closest("button, a, summary");
  const isTick = event.target.closest("input");
  const others = {
    "[": () => studio.stepLevel(-1),
    "]": () => studio.stepLevel(1),
    PageUp: () => studio.stepLevel(-1),
    PageDown: () => studio.stepLevel(1),
    Escape: () => studio.escape(),
    Backspace: () => studio.back(),
    Delete: () => studio.back(),
    w: () => studio.swipe.toggle(),
    "?": () => find("[data-keys-dialog]").showModal(),
    ...(isButton ? {} : { Enter: () => studio.finish() }),
    ...(isButton || isTick ? {} : { " ": () => studio.clickCentre() }),
  };
  return others[key];
}
