// Gathers the points of all tiles in sight into one list each, in the map's layer points, each thing once.

// The function that turns a place in the tile at `coords` into a layer point of `map`.
export function projector(map, coords, side) {
  const scale = map.getZoomScale(map.getZoom(), coords.z);
  const origin = map.getPixelOrigin();
  const left = coords.x * side;
  const top = coords.y * side;
  return (x, y, extent) => ({
    x: (left + (x * side) / extent) * scale - origin.x,
    y: (top + (y * side) / extent) * scale - origin.y,
  });
}

// The features of layer `name` as [{ x, y, ...properties }]; a line or an area stands at the middle of its longest piece.
export function gather(map, tiles, name) {
  const side = tiles.getTileSize().x;
  const found = new Map();
  for (const { coords, layers } of tiles.shown()) {
    const layer = layers[name];
    if (!layer) continue;
    const project = projector(map, coords, side);
    for (const feature of layer.features) {
      const { place, weight } = standing(feature);
      const key = feature.properties.id + (feature.properties.role ?? "");
      const before = found.get(key);
      if (before && before.weight >= weight) continue;
      found.set(key, { ...feature.properties, ...project(place[0], place[1], layer.extent), weight });
    }
  }
  return [...found.values()];
}

function standing(feature) {
  if (feature.type === 1) return { place: feature.rings[0], weight: 0 };
  const ring = feature.rings.reduce((best, next) => (next.length > best.length ? next : best));
  if (feature.type === 2) {
    const middle = 2 * Math.floor(ring.length / 4);
    return { place: [ring[middle], ring[middle + 1]], weight: ring.length };
  }
  let x = 0;
  let y = 0;
  for (let i = 0; i < ring.length; i += 2) {
    x += ring[i];
    y += ring[i + 1];
  }
  return { place: [(2 * x) / ring.length, (2 * y) / ring.length], weight: ring.length };
}
