// Asking who is responsible: a button, then one click anywhere on the map; also a right click, or a long press.

import { announce, find, notify, page, say } from "./page.js";

export function bindWho(map) {
  const button = find("[data-who]");
  if (!button) return;
  const set = (on) => {
    map.isAsking = on;
    button.setAttribute("aria-pressed", String(on));
    document.body.classList.toggle("is-asking", on);
    notify(on ? say("askWho") : null, 0);
    if (on) announce(say("askWho"));
  };
  const open = ({ lng, lat }) => {
    const asked = new URLSearchParams({ lon: lng.toFixed(7), lat: lat.toFixed(7) });
    location.assign(`${page.who}?${asked}`);
  };
  button.addEventListener("click", () => set(!map.isAsking));
  map.on("click", (event) => map.isAsking && open(event.latlng.wrap()));
  map.on("contextmenu", (event) => !map.isAssigning && open(event.latlng.wrap()));
  map.getContainer().addEventListener("keydown", (event) => {
    if (!map.isAsking || event.target !== map.getContainer()) return;
    if (event.key === "Enter") open(map.getCenter());
  });
  document.addEventListener("keydown", (event) => event.key === "Escape" && map.isAsking && set(false));
}
