// Keeps the page at the present version of the data, without a reload.

import { find, findAll, icon, notify, page, say } from "./page.js";

const EVERY_MS = 20000;

export function keepFresh(tiles, changed) {
  let busy = false;

  const look = async () => {
    if (busy || document.hidden) return;
    busy = true;
    try {
      const response = await fetch("/api/version");
      if (response.status === 401) return location.assign(`/sign-in?next=${encodeURIComponent(location.pathname)}`);
      if (!response.ok) throw new Error(String(response.status));
      const { version } = await response.json();
      if (version !== tiles.version) await bringUp(version);
      notice(false);
    } catch {
      notice(true);
    } finally {
      busy = false;
    }
  };

  const bringUp = async (version) => {
    if (!page.bounds) return location.reload();
    await Promise.all([tiles.swap(version), renewFigures()]);
    changed();
    showVerdict();
    notify(say("updated"));
  };

  tiles.once("load", () => setTimeout(showVerdict, 300));
  tiles.on("outdated", look);
  tiles.on("failed", () => notice(true));
  document.addEventListener("visibilitychange", look);
  setInterval(look, EVERY_MS);
}

let away = false;

function notice(isAway) {
  if (isAway) notify(say("failed"), 0);
  else if (away) notify(null);
  away = isAway;
}

// Says whether the net holds; the server checks it once for each version of the data.
async function showVerdict() {
  const line = find("[data-net]");
  if (!line || line.className) return;
  const response = await fetch("/api/net").catch(() => null);
  if (!response?.ok) return;
  const { invariants_broken: count } = await response.json();
  line.className = count ? "bad" : "good";
  line.replaceChildren(icon(count ? "warning" : "ok"), ` ${count ? say("netBroken", { count }) : say("netSound")}`);
}

// Takes the counts and the status bar from a fresh copy of the page.
async function renewFigures() {
  const response = await fetch("/");
  if (!response.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  const counts = findAll("#layers .count", fresh);
  findAll("#layers .count").forEach((count, i) => {
    count.textContent = counts[i]?.textContent ?? count.textContent;
  });
  find(".status ul")?.replaceWith(document.adoptNode(find(".status ul", fresh)));
}
