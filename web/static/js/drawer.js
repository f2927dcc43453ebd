// The left panel: its two tabs, and its coming and going on a phone.

import { find, findAll, isNarrow } from "./page.js";

const drawer = find("#drawer");

export function bindDrawer(onTree) {
  const tabs = findAll('[role="tab"]');
  const open = (tab) => {
    for (const one of tabs) {
      one.setAttribute("aria-selected", String(one === tab));
      one.tabIndex = one === tab ? 0 : -1;
      find(`#${one.getAttribute("aria-controls")}`).hidden = one !== tab;
    }
    if (tab.id === "tab-tree") onTree();
  };
  for (const [i, tab] of tabs.entries()) {
    tab.addEventListener("click", () => open(tab));
    tab.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return;
      const next = tabs[(i + 1) % tabs.length];
      open(next);
      next.focus();
    });
  }
  for (const button of findAll("[data-drawer]")) button.addEventListener("click", () => setDrawer(!drawer.classList.contains("is-open")));
  matchMedia("(max-width: 760px)").addEventListener("change", () => setDrawer(false));
  setDrawer(false);
}

export const isTreeShown = () => !find("#tree").hidden;
export const isDrawerOpen = () => isNarrow() && drawer.classList.contains("is-open");

export function setDrawer(open) {
  drawer.classList.toggle("is-open", open);
  drawer.inert = isNarrow() && !open;
  find(".drawer-button").setAttribute("aria-expanded", String(open));
  if (open && isNarrow()) find('[role="tab"][aria-selected="true"]').focus();
}
