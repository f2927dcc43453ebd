// The breadcrumbs on the map: the way from the county down to the chosen grid.

import { addressOf } from "./address.js";
import { element, find } from "./page.js";

const list = find("[data-crumbs] ol");

export function showCrumbs(crumbs) {
  list.replaceChildren(
    list.firstElementChild,
    ...crumbs.map(({ code, name }, i) => {
      const line = element("li");
      const link = element("a", "", name);
      link.href = addressOf(code);
      link.dataset.open = code;
      if (i === crumbs.length - 1) link.setAttribute("aria-current", "location");
      line.append(link);
      return line;
    }),
  );
  list.scrollLeft = list.scrollWidth; // on a phone the chosen grid's name is what matters
}
