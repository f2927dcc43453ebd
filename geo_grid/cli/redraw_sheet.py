"""The commands of `geo-grid redraw` that tell what a draft means: shown, its sheet in full, beside another."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geo_grid.cli.output import AsJson, show
from geo_grid.cli.redraw_desk import As, Number, figures_of, look

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_grid.access import Actor

Other = Annotated[int | None, typer.Argument(help="Another redraw; without it, the net in force.", show_default=False)]


def register(group: typer.Typer) -> None:
    """These commands, added to the group."""
    group.command("show")(show_redraw)
    group.command()(sheet)
    group.command()(compare)


def show_redraw(number: Number, account: As = None, as_json: AsJson = False) -> None:
    """Show a redraw's steps, its moves and the grids they change; what stands in their way, if anything does."""
    draft, effect, problem = look(account, lambda conn, who: _state(conn, number, who))
    moves = [
        {"position": one.position, "says": one.sentence, "move": one.json, "undone": one.undone, "author": one.author}
        for one in draft.moves
    ]
    steps = [{"stage": one.stage.code, "actor": one.actor, "at": one.at, "note": one.note} for one in draft.steps]
    figures = figures_of(draft)
    if as_json:
        whole = {**figures, "steps": steps, "moves": moves, "effect": effect, "problem": problem}
        typer.echo(json.dumps(whole, ensure_ascii=False, default=str))
        return
    show(figures, as_json=False)
    for one in draft.steps:
        typer.echo(f"  {one.at:%Y-%m-%d %H:%M}  {one.stage.en.lower()} by {one.actor}  {one.note}".rstrip())
    for kept in draft.moves:
        typer.echo(f"  {kept.position}. {kept.sentence}{' (undone)' if kept.undone else ''}")
    for grid in [] if effect is None else effect["grids"]:
        if grid["change"] != "derived":
            typer.echo(f"  {_grid_line(grid)}")
    if problem is not None:
        typer.echo(f"  in the way: {problem}")


def sheet(
    number: Number,
    *,
    map_file: Annotated[
        Path | None, typer.Option("--map", help="Write the grids before and after and the new border as GeoJSON.")
    ] = None,
    account: As = None,
    as_json: AsJson = False,
) -> None:
    """Print the consequence sheet: every household, site and post that changes hands; of an applied one as it was."""
    from geo_grid import redraw

    def work(conn: Connection, who: Actor) -> Any:
        found = redraw.preview_draft(conn, number, who)
        return found.to_json(), None if map_file is None else found.map

    effect, drawn = look(account, work)
    if map_file is not None:
        map_file.write_text(json.dumps(_collection(drawn), ensure_ascii=False), encoding="utf-8")
    if as_json:
        typer.echo(json.dumps(effect, ensure_ascii=False, default=str))
        return
    show(effect["totals"], as_json=False)
    for title, lines in _sections(effect):
        if lines:
            typer.echo(f"\n{title}")
            for line in lines:
                typer.echo(f"  {line}")


def compare(number: Number, other: Other = None, account: As = None, as_json: AsJson = False) -> None:
    """Tell which grids two drafts leave differently, or a draft and the net in force."""
    from geo_grid import redraw

    found = look(account, lambda conn, who: redraw.compare(conn, number, other, who)).to_json()
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, default=str))
        return
    for one in found["differences"]:
        typer.echo(f"{one['code']}  {_households(one['in_a'])} | {_households(one['in_b'])}")
    if not found["differences"]:
        typer.echo("they leave every grid alike")


def _state(conn: Connection, number: int, who: Actor) -> tuple[Any, Any, str | None]:
    """The redraw, its effect, and why it has none."""
    from geo_grid import redraw
    from geo_grid.errors import Refused, Stale

    draft = redraw.read_draft(conn, number, who)
    try:
        return draft, redraw.preview_draft(conn, number, who).to_json(), None
    except (Refused, Stale) as wrong:
        return draft, None, str(wrong)


def _sections(effect: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """The parts of a sheet with their lines."""
    return [
        ("grids: households before → after", [_grid_line(grid) for grid in effect["grids"]]),
        (
            "ground and households",
            [
                f"{flow['source'] or 'outside'} → {flow['target'] or 'outside'}  {flow['area_m2']:,.0f} m²  "
                f"{flow['households']} households"
                for flow in effect["flows"]
            ],
        ),
        (
            "households",
            [f"{one['code']}  {one['address']}  {one['source']} → {one['target']}" for one in effect["households"]],
        ),
        (
            "risk sites and facilities",
            [
                f"{one['code']}  {one['name']}  {_codes(one['before'])} → {_codes(one['after'])}"
                for one in effect["sites"]
            ],
        ),
        (
            "posts",
            [
                f"{one['grid']}  {one['role']} {one['seat']}  {one['name'] or 'vacant'}  {one['fate']}"
                f"{' to ' + one['to'] if one['to'] else ''}"
                for one in effect["posts"]
            ],
        ),
        ("to look at twice", [one["message"] for one in effect["notes"]]),
    ]


def _grid_line(grid: Mapping[str, Any]) -> str:
    """A grid that changes, in a line."""
    counts = f"{_households(grid['before'])} → {_households(grid['after'])}"
    return f"{grid['code']}  {grid['name']}  {grid['change']}  {counts}"


def _codes(codes: list[str]) -> str:
    return ", ".join(codes) or "-"


def _households(figures: Any) -> str:
    return "-" if figures is None else str(figures["households"])


def _collection(drawn: Any) -> dict[str, Any]:
    """The map before and after and the new border as one feature collection; `part` says which is which."""
    parts = {"before": drawn.before, "after": drawn.after, "border": drawn.border}
    features = [
        {**feature, "properties": {**(feature.get("properties") or {}), "part": part}}
        for part, collection in parts.items()
        for feature in collection["features"]
    ]
    return {"type": "FeatureCollection", "features": features}
