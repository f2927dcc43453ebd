// What lies over the tiles in the present view: gathers it, draws it, and remembers where each mark is for the pointer.

import { gather } from "./gather.js";
import { Room, boxAround, drawLabels, placeLabels } from "./labels.js";
import { cluster, drawFacility, drawHouseholds, drawRisk, drawWorker } from "./marks.js";

export const HOUSEHOLDS_FROM = 13;
const RISKS_FROM = 11;
const WORKERS_FROM = { TOTAL: 12, SUB: 12, BRANCH: 13, GROUP: 13.5, MICRO: 14, SPECIAL: 14 };
const FACILITIES_FROM = { COUNTY: 11, TOWNSHIP: 11, VILLAGE: 13, POINT: 14 };
const CLUSTER_REACH = [[12, 62], [13, 50], [14, 34], [15, 24], [99, 16]]; // below that zoom, that many pixels

export class Scene {
  constructor(tiles, view) {
    this.tiles = tiles;
    this.view = view;
    this.marks = []; // { x, y, half, sort, thing }, the topmost last
    this.households = [];
    this.chosen = null; // the code of the chosen grid: its name is placed first
  }

  draw(context, map) {
    const zoom = map.getZoom();
    const room = new Room();
    this.marks = [];
    this.households = this.view.show.has("households") && zoom >= HOUSEHOLDS_FROM ? gather(map, this.tiles, "households") : [];
    drawHouseholds(context, this.households, zoom);
    const names = placeLabels(context, gather(map, this.tiles, "labels"), { zoom, room, chosen: this.chosen, wide: true });
    if (zoom >= RISKS_FROM) this._risks(context, map, room);
    if (this.view.show.has("facilities")) this._facilities(context, map, room);
    if (this.view.show.has("workers")) this._workers(context, map, room);
    names.push(...placeLabels(context, gather(map, this.tiles, "labels"), { zoom, room, chosen: this.chosen, wide: false }));
    drawLabels(context, names);
  }

  // The mark at a layer point, the topmost first; `slack` widens it for fingers.
  markAt({ x, y }, slack = 0) {
    for (let i = this.marks.length - 1; i >= 0; i--) {
      const mark = this.marks[i];
      if (Math.abs(mark.x - x) <= mark.half + slack && Math.abs(mark.y - y) <= mark.half + slack) return mark;
    }
    return null;
  }

  // The household nearest to a layer point, within `reach` pixels.
  householdAt({ x, y }, reach) {
    let best = null;
    let least = reach;
    for (const household of this.households) {
      const distance = Math.hypot(household.x - x, household.y - y);
      if (distance <= least) [best, least] = [household, distance];
    }
    return best;
  }

  _put(room, sort, thing, half) {
    room.take(boxAround(thing.x, thing.y, half + 1));
    this.marks.push({ x: thing.x, y: thing.y, half, sort, thing });
  }

  _risks(context, map, room) {
    const zoom = map.getZoom();
    const sites = gather(map, this.tiles, "risk_sites").filter((site) => this.view.kinds.has(site.kind));
    sites.sort((a, b) => a.id - b.id);
    const half = zoom < 14 ? 9 : 11;
    const [, reach] = CLUSTER_REACH.find(([below]) => zoom < below);
    for (const mark of cluster(sites, reach)) {
      drawRisk(context, mark, half);
      this._put(room, mark.count > 1 ? "cluster" : "risk_site", mark, half);
    }
  }

  _workers(context, map, room) {
    const zoom = map.getZoom();
    const radius = zoom < 14 ? 7.5 : 10.5;
    const workers = gather(map, this.tiles, "workers").filter((worker) => zoom >= WORKERS_FROM[worker.tier]);
    workers.sort((a, b) => a.code.length - b.code.length || (a.code < b.code ? -1 : 1));
    for (const worker of workers) {
      const place = this._freePlace(room, worker, radius, zoom);
      if (!place) continue;
      const mark = { ...worker, ...place };
      drawWorker(context, mark, radius);
      this._put(room, "worker", mark, radius);
    }
  }

  _facilities(context, map, room) {
    const zoom = map.getZoom();
    for (const facility of gather(map, this.tiles, "facilities")) {
      const half = zoom < 14 ? 8 : 10.5;
      if (zoom < FACILITIES_FROM[facility.level]) continue;
      if (zoom < 14 && !room.isFree(boxAround(facility.x, facility.y, half))) continue;
      drawFacility(context, facility, half);
      this._put(room, "facility", facility, half);
    }
  }

  // A place for a worker's mark beside what stands there already; none when it is crowded and the view is wide.
  _freePlace(room, { x, y }, radius, zoom) {
    const step = 2 * radius + 3;
    for (const [right, down] of [[0, 0], [1, 0], [-1, 0], [0, -1], [0, 1], [1, -1], [-1, -1]]) {
      const place = { x: x + right * step, y: y + down * step };
      if (room.isFree(boxAround(place.x, place.y, radius))) return place;
      if (zoom < 14) break;
    }
    return zoom < 14 ? null : { x, y };
  }
}
