"""The icon sprite: the few Bootstrap icons the pages use, with our own drawings for what Bootstrap has not."""

from __future__ import annotations

import re
from pathlib import Path

OWN = Path(__file__).parent

#: Icon name on our pages → Bootstrap's file name; names that are missing here are drawn in this folder.
BOOTSTRAP = {
    "forest": "tree-fill",
    "road": "signpost-split-fill",
    "well": "droplet-fill",
    "mine": "minecart-loaded",
    "river": "water",
    "dam": "tsunami",
    "slope": "cone-striped",
    "building": "house-exclamation-fill",
    "other": "question-lg",
    "power": "lightning-charge-fill",
    "gas": "cloud-fog2-fill",
    "fuel": "fuel-pump-fill",
    "fire": "fire",
    "tower": "broadcast-pin",
    "railway": "train-front-fill",
    "traffic": "truck",
    "works": "bricks",
    "houses": "buildings-fill",
    "shop": "shop",
    "school": "mortarboard-fill",
    "heritage": "bank2",
    "waste": "trash3-fill",
    "ice": "snow",
    "water-level": "droplet-half",
    "pest": "bug-fill",
    "hazardous": "radioactive",
    "person": "person-fill",
    "vacant": "person-dash-fill",
    "who": "person-bounding-box",
    "person-plus": "person-plus-fill",
    "lasso": "bounding-box-circles",
    "qr": "qr-code",
    "scale": "sliders",
    "people": "people-fill",
    "house": "house-fill",
    "facility": "flag-fill",
    "grid": "bounding-box",
    "phone": "telephone",
    "search": "search",
    "close": "x-lg",
    "next": "chevron-right",
    "down": "chevron-down",
    "plus": "plus-lg",
    "minus": "dash-lg",
    "home": "house",
    "expand": "fullscreen",
    "shrink": "fullscreen-exit",
    "print": "printer",
    "layers": "layers",
    "locate": "crosshair",
    "ok": "check-circle-fill",
    "warning": "exclamation-triangle-fill",
    "map": "map",
    "menu": "list",
    "upload": "upload",
    "download": "download",
    "file": "file-earmark",
    "file-zip": "file-earmark-zip",
    "table": "table",
    "undo": "arrow-counterclockwise",
    "redo": "arrow-clockwise",
    "trash": "trash",
    "pencil": "pencil",
    "check": "check-lg",
    "info": "info-circle-fill",
    "error": "x-octagon-fill",
    "clock": "clock",
    "history": "clock-history",
    "lock": "lock-fill",
    "unlock": "unlock",
    "eye": "eye",
    "user": "person-circle",
    "signout": "box-arrow-right",
    "signin": "box-arrow-in-right",
    "previous": "chevron-left",
    "up": "chevron-up",
    "scissors": "scissors",
    "merge": "union",
    "split": "layout-split",
    "move": "arrows-move",
    "line": "vector-pen",
    "polygon": "pentagon",
    "nodes": "bezier2",
    "transfer": "diagram-3",
    "swipe": "arrows-expand-vertical",
    "send": "send",
    "settings": "gear",
    "calendar": "calendar3",
    "link": "link-45deg",
    "copy": "copy",
    "filter": "funnel",
    "play": "play-fill",
    "stop": "stop-fill",
    "repeat": "arrow-repeat",
    "globe": "globe-asia-australia",
    "report": "file-earmark-text",
    "shield": "shield-check",
    "cursor": "cursor-fill",
    "brush": "brush",
    "extend": "arrows-angle-expand",
    "contract": "arrows-angle-contract",
    "dissolve": "box-arrow-in-down",
    "back": "arrow-left",
    "keyboard": "keyboard",
}
DRAWN = {"gully": "mountains", "farmland": "wheat"}
NAMES = frozenset(BOOTSTRAP) | frozenset(DRAWN)

_INSIDE = re.compile(r"<svg[^>]*viewBox=\"0 0 16 16\"[^>]*>(?P<inside>.*)</svg>", re.DOTALL)


def sprite(bootstrap_icons: Path) -> str:
    """One SVG with a symbol `i-NAME` for each icon, on a grid of 16 units."""
    files = {name: bootstrap_icons / f"{file}.svg" for name, file in BOOTSTRAP.items()}
    files |= {name: OWN / f"{file}.svg" for name, file in DRAWN.items()}
    symbols = [_symbol(name, files[name].read_text(encoding="utf-8")) for name in sorted(files)]
    return '<svg xmlns="http://www.w3.org/2000/svg">' + "".join(symbols) + "</svg>\n"


def _symbol(name: str, drawing: str) -> str:
    match = _INSIDE.search(drawing)
    if match is None:
        raise ValueError(f"the drawing of icon {name} is not an SVG on a grid of 16 units")
    inside = re.sub(r">\s+<", "><", match["inside"].strip())
    return f'<symbol id="i-{name}" viewBox="0 0 16 16">{inside}</symbol>'
