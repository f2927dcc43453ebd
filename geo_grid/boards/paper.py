"""Boards and map sheets laid out as pages of one PDF."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from geo_grid.boards.board import Board, Line, Wish
from geo_grid.boards.drawing import board_map, sheet_map
from geo_grid.boards.source import Source
from geo_grid.boards.words import demand_paper, duties, say
from geo_grid.errors import Unavailable
from geo_grid.vocabulary import Role

#: Millimetres of an A4 board; an A3 one is the same, √2 times as large.
_WIDE, _HIGH = 297.0, 210.0
_MAP = (158.0, 146.0)
_SHEET_MAP = (268.0, 262.0)

_STYLE = Path(__file__).with_name("board.css").read_text(encoding="utf-8")


def board_pdf(source: Source, boards: Sequence[Board], wish: Wish) -> bytes:
    """The boards, a page each."""
    zoom = demand_paper(wish.paper)[0] / _WIDE
    pages = "".join(_page(source, board, wish) for board in boards)
    return _laid_out(pages, "@page { size: A4 landscape; }", wish.lang, zoom)


def sheet_pdf(source: Source, codes: Sequence[str], wish: Wish) -> bytes:
    """A map sheet (A3) of each grid: its leaves with their numbers, and a list of who keeps them."""
    pages = "".join(_sheet(source, source.county.index[code], wish) for code in codes)
    return _laid_out(pages, "@page { size: A3 landscape; }", wish.lang, 1.0)


def _page(source: Source, board: Board, wish: Wish) -> str:
    """The board as a page."""
    lang = wish.lang
    picture = board_map(source, board.place, wide=_MAP[0], high=_MAP[1])
    above = " › ".join(map(escape, board.parents))
    county = escape(source.name)
    people = "".join(_row(line, lang) for line in board.people[:8])
    leader = _leader(board.leader, lang) if board.leader else f'<p class="vacant">{say("vacant", lang)}</p>'
    tasks = "".join(f"<li>{one}</li>" for one in duties(lang))
    head = (
        f'<div class="head"><p class="over">{county} {say("board", lang)}</p><h1>{escape(board.name)}</h1>'
        f'<p class="code">{escape(board.tier)}<br>{escape(board.code)}<br>'
        f"{board.households} {say('households', lang)}</p></div>"
    )
    side = (
        f'<div class="side"><h2>{say("leader", lang)}</h2>{leader}<h2>{say("people", lang)}</h2>'
        f"<table>{people}</table>{_station(board, wish)}"
        f"<h2>{say('duties', lang)}</h2><ul>{tasks}</ul>"
        f'<div class="qr">{_qr(board.page)}{say("scan", lang)}</div></div>'
    )
    made = f"{say('made', lang)} {source.county.day.isoformat()}"
    foot = f'<p class="foot">{say("parents", lang)}: {above}<span>{made}</span></p>'
    return f'<section class="board">{head}<div class="map">{picture}</div>{side}{foot}</section>'


def _leader(line: Line, lang: str) -> str:
    phone = f'<span class="phone">{escape(line.phone)}</span>' if line.phone else ""
    of = f" · {escape(line.grid)}" if line.grid else ""
    role = f'<span class="role">{_role(line.role, lang)}{of}</span>'
    return f'<div class="leader">{phone}<b>{escape(line.name)}</b><br>{role}</div>'


def _row(line: Line, lang: str) -> str:
    name = escape(line.name) if line.name else f'<span class="vacant">{say("vacant", lang)}</span>'
    return (
        f'<tr><td class="role">{_role(line.role, lang)}</td><td>{name}</td>'
        f'<td class="phone">{escape(line.phone or "")}</td></tr>'
    )


def _role(role: Role, lang: str) -> str:
    return role.zh if lang == "zh" else role.en


def _station(board: Board, wish: Wish) -> str:
    station = board.station
    if station is None:
        return ""
    phone = f" · {escape(station.phone)}" if station.phone else ""
    where = f"<br>{escape(station.address)}" if station.address else ""
    return f'<h2>{say("centre", wish.lang)}</h2><p class="station"><b>{escape(station.name)}</b>{phone}{where}</p>'


def _qr(address: str) -> str:
    """The QR code of an address, error correction M (ISO/IEC 18004: up to 15 % of it may be lost)."""
    # Loaded here: only boards need it.
    import segno

    return str(segno.make(address, error="m", micro=False).svg_inline(omitsize=True, border=1))


def _sheet(source: Source, place: int, wish: Wish) -> str:
    """The map sheet of the grid at a place."""
    county, lang = source.county, wish.lang
    leaves = sorted(
        (one for one, grid in enumerate(county.grids) if grid.tier.is_leaf and place in county.ancestors[one]),
        key=lambda one: county.grids[one].code,
    )
    numbers = {one: number for number, one in enumerate(leaves, start=1)}
    size = max(4.6, min(9.0, 700 / max(len(leaves), 1)))
    rows = "".join(
        f'<tr><td class="n">{number}</td><td>{escape(county.grids[one].name)}</td><td>{_keepers(source, one)}</td>'
        f'<td class="phone">{source.households[one]} {say("households", lang)}</td></tr>'
        for one, number in numbers.items()
    )
    picture = sheet_map(source, place, numbers, wide=_SHEET_MAP[0], high=_SHEET_MAP[1])
    grid = county.grids[place]
    about = f"{escape(grid.code)} · {source.households[place]} {say('households', lang)} · {county.day.isoformat()}"
    return (
        f'<section class="sheet"><h1>{escape(source.name)} {escape(grid.name)} {say("sheet", lang)}</h1>'
        f'<p class="about">{about}</p><div class="map">{picture}</div>'
        f'<div class="list"><table>{rows}</table></div></section>'
    ).replace("<td", f'<td style="font-size:{size:.1f}pt"')


def _keepers(source: Source, place: int) -> str:
    """The names of those in post in a grid."""
    code = source.county.grids[place].code
    held = [source.holders[post].worker for post in source.posts.get(code, []) if post in source.holders]
    return escape("、".join(dict.fromkeys(source.county.staff.workers[one].name for one in held)))


def _laid_out(pages: str, paper: str, lang: str, zoom: float) -> bytes:
    """The pages as a PDF; raises `Unavailable` where the machine lacks the libraries that lay out text."""
    try:
        from weasyprint import HTML
    except OSError as missing:
        raise Unavailable.of(
            "boards need Pango (%(missing)s): run `make`, which installs it", missing=missing
        ) from missing
    html = f'<html lang="{lang}"><head><style>{_STYLE}{paper}</style></head><body>{pages}</body></html>'
    return bytes(HTML(string=html, url_fetcher=_refuse).write_pdf(zoom=zoom, uncompressed_pdf=False))


def _refuse(url: str, *_args: Any, **_options: Any) -> Any:
    """Nothing is fetched for a board."""
    raise ValueError(f"boards load nothing from elsewhere: {url}")
