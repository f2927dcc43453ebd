// The search box: asks while the reader types, and is driven by arrows, Enter and Escape.

import { announce, element, find, icon, page, say } from "./page.js";

const ICONS = { grid: "grid", worker: "person", household: "house", facility: "facility" };
const WAIT_MS = 160;

export function bindSearch(choice) {
  const input = find("#search");
  const list = find("#hits");
  let timer = 0;
  let asked = 0;
  let hits = [];
  let active = -1;

  const close = () => {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };

  const activate = (number) => {
    active = hits.length ? (number + hits.length) % hits.length : -1;
    [...list.children].forEach((line, i) => line.setAttribute("aria-selected", String(i === active)));
    if (active < 0) return;
    input.setAttribute("aria-activedescendant", list.children[active].id);
    list.children[active].scrollIntoView({ block: "nearest" });
  };

  const take = (hit) => {
    close();
    input.blur();
    openHit(choice, hit);
  };

  const show = () => {
    list.replaceChildren(...(hits.length ? hits.map((hit, i) => line(hit, i, take)) : [element("li", "quiet", say("nothingFound"))]));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    announce(hits.length ? say("hits", { count: hits.length }) : say("nothingFound"));
    activate(0);
  };

  const ask = async () => {
    const words = input.value.trim();
    const mine = ++asked;
    if (!words) return close();
    const response = await fetch(`/api/search?${new URLSearchParams({ q: words, limit: 12 })}`).catch(() => null);
    if (mine !== asked) return;
    hits = response?.ok ? (await response.json()).hits : [];
    if (mine === asked) show();
  };

  const KEYS = {
    ArrowDown: () => (list.hidden ? ask() : activate(active + 1)),
    ArrowUp: () => activate(active - 1),
    Enter: () => (list.hidden || active < 0 ? ask() : take(hits[active])),
    Escape: () => (list.hidden ? input.blur() : close()),
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || !KEYS[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    KEYS[event.key]();
  });
  input.addEventListener("blur", () => setTimeout(close, 150));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.target.closest("input, textarea, select")) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
}

function line(hit, number, take) {
  const made = element("li", "hit");
  made.id = `hit-${number}`;
  made.setAttribute("role", "option");
  const words = element("span", "hit-words");
  words.append(element("strong", "", hit.title), element("small", "", page.kinds[hit.subtitle]?.word ?? hit.subtitle));
  made.append(icon(page.kinds[hit.subtitle] ? page.kinds[hit.subtitle].symbol : (ICONS[hit.kind] ?? "warning")), words, element("span", "hit-kind", sortOf(hit)));
  made.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    take(hit);
  });
  return made;
}

const sortOf = (hit) => (hit.tier && hit.kind === "grid" ? page.tiers[hit.tier] : say(hit.kind));

function openHit(choice, hit) {
  if (hit.kind === "household") choice.household(hit.id, { fit: true });
  else if (hit.kind === "risk_site") choice.riskSite(hit.code, { fit: true });
  else if (hit.grid) choice.grid(hit.grid);
  else choice.map.setView([hit.lat, hit.lon], 16);
}
