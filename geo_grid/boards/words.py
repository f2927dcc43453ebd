"""The words of boards in both languages, and the papers they are printed on."""

from __future__ import annotations

from geo_grid.errors import BadInput

#: Paper → width and height in millimetres, landscape.
PAPERS = {"A4": (297.0, 210.0), "A3": (420.0, 297.0)}

_WORDS: dict[str, dict[str, str]] = {
    "board": {"zh": "网格公示牌", "en": "Grid notice board"},
    "sheet": {"zh": "网格图", "en": "Map of grids"},
    "leader": {"zh": "网格长", "en": "Grid leader"},
    "people": {"zh": "网格服务人员", "en": "Who serves this grid"},
    "vacant": {"zh": "（空缺）", "en": "(vacant)"},
    "phone": {"zh": "电话", "en": "Phone"},
    "centre": {"zh": "服务站点", "en": "Service station"},
    "households": {"zh": "户", "en": "households"},
    "scan": {"zh": "扫码查看网格", "en": "Scan for the grid's page"},
    "parents": {"zh": "所属", "en": "Part of"},
    "duties": {"zh": "服务内容", "en": "What they do"},
    "made": {"zh": "制作日期", "en": "Printed on"},
    "code": {"zh": "网格编码", "en": "Code"},
    "name": {"zh": "网格", "en": "Grid"},
    "keeper": {"zh": "负责人", "en": "Kept by"},
}
_DUTIES = {
    "zh": ("走访住户，收集诉求", "排查隐患，及时上报", "调解邻里矛盾", "宣传政策，代办事项", "应急时通知并协助转移"),
    "en": (
        "Visit households and hear what they need",
        "Look for dangers and report them",
        "Settle disputes between neighbours",
        "Explain policies and run errands",
        "In an emergency, warn and help to leave",
    ),
}


def say(key: str, lang: str) -> str:
    """A word of the board."""
    return _WORDS[key][lang]


def duties(lang: str) -> tuple[str, ...]:
    """What a grid's workers do for its households."""
    return _DUTIES[lang]


def demand_paper(paper: str) -> tuple[float, float]:
    """The size of a paper; raises `BadInput` for one that there is not."""
    if paper not in PAPERS:
        raise BadInput.of(
            "there is no paper %(paper)s: choose one of %(papers)s", paper=paper, papers=", ".join(PAPERS)
        )
    return PAPERS[paper]
