// The buttons on the map and the scale bar.

import { find, findAll, notify, say } from "./page.js";

export function bindTools(map, { goHome, showBasemap }) {
  const tools = {
    in: () => map.zoomIn(),
    out: () => map.zoomOut(),
    home: goHome,
    locate: () => map.locate({ setView: true, maxZoom: 16 }),
    basemap: (button) => showBasemap(press(button)),
    print: () => window.print(),
    fullscreen: () => (document.fullscreenElement ? document.exitFullscreen() : find(".stage").requestFullscreen()),
  };
  for (const button of findAll("[data-tool]")) button.addEventListener("click", () => tools[button.dataset.tool](button));
  L.control.scale({ imperial: false, position: "bottomleft", maxWidth: 110 }).addTo(map);
  map.on("locationerror", () => notify(say("noPosition")));
  const limit = () => {
    find('[data-tool="in"]').disabled = map.getZoom() >= map.getMaxZoom();
    find('[data-tool="out"]').disabled = map.getZoom() <= map.getMinZoom();
  };
  map.on("zoomend", limit);
  limit();
  document.addEventListener("fullscreenchange", nameFullscreen);
  window.addEventListener("beforeprint", () => map.invalidateSize({ animate: false }));
  window.addEventListener("afterprint", () => map.invalidateSize({ animate: false }));
}

function press(button) {
  const pressed = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(pressed));
  return pressed;
}

function nameFullscreen() {
  const button = find('[data-tool="fullscreen"]');
  const full = Boolean(document.fullscreenElement);
  const words = say(full ? "leaveFullscreen" : "fullscreen");
  button.setAttribute("aria-pressed", String(full));
  button.setAttribute("aria-label", words);
  button.title = words;
  find("use", button).setAttribute("href", full ? "#i-shrink" : "#i-expand");
}
