// The hazard zones on the map: fetched when a reader first wants them, drawn under the marks, each name a link to its page.

import { ask } from "./ask.js";
import { element, find, notify, page, say } from "./page.js";
import { colour } from "./style.js";

const NAMES_FROM = 13;

// Lets the switch of hazard zones show and hide them; returns what brings them up to date.
export function bindZones(map, view) {
  const shown = () => view.show.has("zones");
  let layer = null;
  if (!find('input[name="show"][value="zones"]')) return { follow: () => {}, renew: () => {} };
  map.createPane("zones").style.zIndex = 410;
  const near = () => map.getContainer().classList.toggle("names-zones", map.getZoom() >= NAMES_FROM);
  map.on("zoomend", near);
  near();

  const fetchZones = async () => {
    const { zones } = await ask.get("/api/hazard-zones");
    layer?.remove();
    layer = L.geoJSON(zones.map(feature), { pane: "zones", style: look, interactive: false, onEachFeature: name });
  };
  const follow = async () => {
    try {
      if (shown() && !layer) await fetchZones();
      if (layer) shown() ? layer.addTo(map) : layer.remove();
    } catch (refusal) {
      notify(refusal.message);
    }
  };
  const renew = () => {
    layer?.remove();
    layer = null;
    return follow();
  };
  follow();
  return { follow, renew };
}

const feature = ({ code, name, households, geometry }) => ({ type: "Feature", geometry, properties: { code, name, households } });

// Not interactive: what lies in a zone is chosen as everywhere; the zone's name leads to its page.
const look = () => ({ color: colour("zone"), weight: 2, dashArray: "8 5", fillColor: colour("zone"), fillOpacity: 0.14, interactive: false });

function name({ properties: { code, name, households } }, shape) {
  const link = element("a", "", `${name} · ${say("households", { count: households })}`);
  link.href = `${page.zones}/${encodeURIComponent(code)}`;
  shape.bindTooltip(link, { permanent: true, direction: "center", interactive: true, className: "zone-name" });
}
