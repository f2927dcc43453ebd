// The side panel: shows a part that the server renders, and says what its links lead to.

import { announce, find, isNarrow, notify, say } from "./page.js";

const panel = find("#panel");
let asked = 0;

// Shows what stands at `url`. Answers its outline block, or null when another was asked for meanwhile.
export async function openPanel(url, { focus = false } = {}) {
  const mine = ++asked;
  panel.setAttribute("aria-busy", "true");
  let response = null;
  try {
    response = await fetch(url);
  } catch {
    // The network is away: told below.
  }
  const body = response ? await response.text() : "";
  if (mine !== asked) return null;
  panel.removeAttribute("aria-busy");
  if (!response || response.status >= 500) {
    notify(say("failed"));
    return null;
  }
  panel.innerHTML = body; // rendered by our server, every word of the database escaped there
  showPanel();
  const heading = find("h2", panel);
  if (heading) announce(say("opened", { name: heading.textContent.trim() }));
  if (focus && heading) heading.focus({ preventScroll: true });
  panel.scrollTop = 0;
  return readOutline();
}

export function showPanel() {
  panel.hidden = false;
  document.body.classList.add("has-panel");
  panel.classList.remove("is-low");
}

export function closePanel() {
  asked += 1;
  panel.hidden = true;
  panel.replaceChildren();
  document.body.classList.remove("has-panel");
}

export const isPanelOpen = () => !panel.hidden;

// The geometry, bounds and crumbs of what the panel shows.
export function readOutline() {
  const block = find("script.outline", panel);
  return block ? JSON.parse(block.textContent) : null;
}

// Lets a tap on the head of the sheet lower and raise it on a phone.
export function bindSheet() {
  panel.addEventListener("click", (event) => {
    if (isNarrow() && event.target.closest(".panel-head") && !event.target.closest("a, button")) panel.classList.toggle("is-low");
  });
}
