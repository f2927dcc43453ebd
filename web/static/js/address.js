// The page's address: /grids/<code>#zoom/lat/lon names what is shown, so that back, forward and sharing work.

const GRID = /^\/grids\/([^/]+)$/;

// The code of the grid in the address; null at the county.
export function gridInAddress() {
  const match = GRID.exec(location.pathname);
  return match ? decodeURIComponent(match[1]) : null;
}

// { zoom, lat, lon } of the address; null when it names no view.
export function viewInAddress() {
  const [zoom, lat, lon] = location.hash.slice(1).split("/").map(Number);
  const sound = [zoom, lat, lon].every(Number.isFinite) && Math.abs(lat) <= 90 && Math.abs(lon) <= 180;
  return sound && location.hash.split("/").length === 3 ? { zoom, lat, lon } : null;
}

export const addressOf = (code) => (code ? `/grids/${encodeURIComponent(code)}` : "/");

// A new step of the history for a chosen grid (null: the county).
export function pushGrid(code) {
  if (code !== gridInAddress()) history.pushState(null, "", addressOf(code) + location.hash);
}

// Notes the view in the present step.
export function noteView(map) {
  const { lat, lng } = map.getCenter();
  const hash = `#${map.getZoom()}/${lat.toFixed(5)}/${lng.toFixed(5)}`;
  if (hash !== location.hash) history.replaceState(null, "", location.pathname + location.search + hash);
}
