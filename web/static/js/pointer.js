// What the pointer and the keyboard do on the map: a name under the pointer, a choice at a click or at Enter.

import { element, find, page, say } from "./page.js";
import { gridAt } from "./pick.js";

const tip = find("[data-tip]");

export function bindPointer(map, { tiles, scene, choice }) {
  const mouse = matchMedia("(hover: hover)").matches;
  let waiting = 0;
  let last = null;

  map.on("click", (event) => choose(map, event.layerPoint, { tiles, scene, choice, slack: mouse ? 2 : 9 }));
  map.getContainer().addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== map.getContainer()) return;
    choose(map, map.latLngToLayerPoint(map.getCenter()), { tiles, scene, choice, slack: 0 });
  });
  if (!mouse) return;
  map.on("mousemove", (event) => {
    last = event;
    waiting ||= requestAnimationFrame(() => {
      waiting = 0;
      if (last) hover(map, last, { tiles, scene });
    });
  });
  map.on("mouseout movestart zoomstart", () => {
    last = null;
    tip.hidden = true;
  });
}

function choose(map, point, { tiles, scene, choice, slack }) {
  if (map.isAssigning || map.isAsking) return;
  tip.hidden = true;
  const mark = scene.markAt(point, slack);
  if (mark?.sort === "cluster") return map.setView(map.layerPointToLatLng([mark.x, mark.y]), Math.min(map.getZoom() + 2, map.getMaxZoom()));
  if (mark?.sort === "risk_site") return choice.riskSite(mark.thing.code);
  if (mark?.sort === "worker") return choice.grid(mark.thing.code, { fit: false });
  const household = mark ? null : scene.householdAt(point, 4 + slack);
  if (household) return choice.household(household.id);
  const grid = gridAt(map, tiles, point);
  if (grid) choice.grid(grid.code, { fit: false });
  else choice.nothing();
}

function hover(map, { layerPoint, containerPoint }, { tiles, scene }) {
  if (map.isAssigning) return void (tip.hidden = true);
  const lines = describe(map, layerPoint, { tiles, scene });
  tip.hidden = !lines.length;
  map.getContainer().classList.toggle("can-choose", lines.length > 0);
  if (!lines.length) return;
  tip.replaceChildren(...lines.map((line, i) => element(i ? "small" : "strong", "", line)));
  const room = map.getSize();
  const left = Math.min(containerPoint.x + 14, room.x - tip.offsetWidth - 8);
  const top = containerPoint.y + 18 + tip.offsetHeight > room.y ? containerPoint.y - tip.offsetHeight - 10 : containerPoint.y + 18;
  tip.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
}

// The lines of the tip: what is there, then what matters of it.
function describe(map, point, { tiles, scene }) {
  const mark = scene.markAt(point);
  if (mark) return describeMark(mark);
  const household = scene.householdAt(point, 5);
  if (household) return [say("household"), say(household.has_contact ? "withContact" : "withoutContact")];
  const grid = gridAt(map, tiles, point);
  if (!grid) return [];
  const lines = [grid.name ?? grid.code, grid.rem ? `${page.tiers[grid.tier]} · ${say("remainder")}` : page.tiers[grid.tier]];
  if (grid.hh) lines.push(say("households", { count: grid.hh }));
  if (grid.tier === "MICRO" && grid.filled === 0) lines.push(say("nobody"));
  return lines;
}

function describeMark({ sort, thing }) {
  if (sort === "cluster") return [say("sites", { count: thing.count })];
  if (sort === "risk_site") return [thing.name, page.kinds[thing.kind]?.word ?? thing.kind];
  if (sort === "worker") return [page.roles[thing.role] ?? say("worker"), say(thing.filled ? "filled" : "vacant")];
  return [thing.name, say("facility")];
}
