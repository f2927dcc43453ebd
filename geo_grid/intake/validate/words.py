"""What each rule about files says and asks for: its sentence with places for facts, and its hint."""

from __future__ import annotations

from typing import Any

from geo_grid.checks.finding import Finding, Severity

#: Rule: (the sentence, what to do). Pages translate both whole, so no sentence is put together from parts.
WORDS: dict[str, tuple[str, str]] = {
    # what a layer is
    "noun_unknown": (
        "its fields (%(fields)s) do not show what it holds",
        "say what the layer holds, and which field is the code",
    ),
    "tier_missing": ("nothing says the tier of %(rows)d grids", "choose the tier of the layer, or name its field"),
    "tier_unknown": ("there is no tier %(word)s (%(rows)d rows)", "use the tiers' names or codes"),
    "tiers_mixed": (
        "grids of several tiers lie in one layer: %(tiers)s",
        "that is allowed; check that each row says its tier",
    ),
    "tier_skipped": (
        "%(rows)d grids of %(tier)s lie directly in a %(parent_tier)s",
        "that is allowed; if a layer was forgotten, add it",
    ),
    # codes
    "code_blank": ("it has no code", "give each grid a code of its own, or let the import number it"),
    "code_none": (
        "no field holds codes: %(rows)d grids have none",
        "name the field of codes, or let the import number the grids by the county's rule",
    ),
    "code_several": (
        "code %(code)s is on %(rows)d rows: %(places)s",
        "join the rows if they are one grid, else give each a code of its own",
    ),
    "code_float": ("codes are stored as numbers (%(code)s)", "store codes as text, so that no digit is lost"),
    "parent_missing": (
        "the parent %(parent)s of %(grid)s is neither in the files nor in the county",
        "add the parent's layer, or correct the code",
    ),
    "parent_none": ("%(grid)s lies in no grid of a wider tier", "add the wider layer, or name its parent"),
    # shapes
    "geometry_missing": ("%(grid)s has no geometry", "draw it, or delete the row"),
    "geometry_broken": ("the geometry of %(grid)s cannot be built: %(reason)s", "export the layer again"),
    "geometry_type": ("%(grid)s is a %(kind)s, and grids are polygons", "give polygons"),
    "geometry_invalid": (
        "the outline of %(grid)s is not valid: %(reason)s",
        "mend the ring at this place, or accept the repair",
    ),
    "shape_duplicate": ("%(grids)s have the same shape", "delete the copies, or join their rows"),
    "sliver": (
        "%(grid)s is only %(width).2f m wide on average (%(area)s)",
        "delete it if it is left over from drawing",
    ),
    "sliver_part": (
        "a part of %(grid)s away from the rest is only %(area)s",
        "delete the part if it is left over from drawing",
    ),
    # ground
    "overlap": ("%(one)s and %(other)s overlap by %(area)s", "give the ground to one of them"),
    "gap": ("a slit of %(area)s lies between grids of %(parent)s", "snap the neighbours to one another"),
    "gap_hole": (
        "a hole of %(area)s lies between grids of %(parent)s",
        "give it to a neighbour, or leave it as the parent's own ground",
    ),
    "gap_wide": (
        "%(area)s inside %(parent)s belong to no grid of the layer",
        "draw the grid that is missing, or leave it if it is a lake or a forest",
    ),
    "no_children": (
        "%(grid)s has no grid of a narrower tier, as the others of its tier have",
        "draw its grids, or leave it if nobody lives there",
    ),
    "remainder": (
        "%(area)s of %(parent)s (%(share).1f %%) are covered by none of its grids",
        "that is allowed where nobody lives; draw a grid around households",
    ),
    "outside_parent": (
        "%(share).2f %% of %(child)s (%(area)s) lie outside its parent %(parent)s",
        "draw it inside, or correct its parent",
    ),
    # places
    "household_outside": ("household %(code)s lies in no grid", "correct its place, or import the grid it lies in"),
    "one_spot": ("%(rows)d households stand on one spot", "check that it is a block of flats, and not a lost place"),
    "spots_shared": ("%(rows)d households share a spot with another", "that is allowed for blocks of flats"),
    "coordinates_swapped": (
        "east and north are swapped in %(rows)d rows: %(places)s",
        "exchange the two coordinates of these rows",
    ),
    "coordinates_zero": ("%(rows)d rows lie at 0, 0: %(places)s", "give their places, or delete the rows"),
    "coordinates_degrees": (
        "%(rows)d rows hold degrees in a layer in metres: %(places)s",
        "bring these rows into the layer's CRS",
    ),
    "coordinates_metres": (
        "%(rows)d rows hold metres in a layer in degrees: %(places)s",
        "bring these rows into the layer's CRS",
    ),
    "coordinates_far": (
        "%(rows)d rows lie more than %(km)d km from all others: %(places)s",
        "check their coordinates",
    ),
    # files
    "unreadable": ("%(reason)s", "mend the file, or leave it away"),
    "many_more": ("and %(rows)d more of this kind", "the report lists every one"),
}


def told(
    rule: str,
    where: str,
    *,
    severity: Severity = "error",
    row: int | None = None,
    households: int = 0,
    point: tuple[float, float] | None = None,
    count: int = 1,
    **facts: Any,
) -> Finding:
    """A finding without ground of its own, in the words of its rule."""
    says, hint = WORDS[rule]
    return Finding.of(
        rule,
        where,
        says,
        hint,
        severity=severity,
        row=row,
        households=households,
        point=point,
        count=count,
        facts=facts,
    )


def some(places: list[str], most: int = 5) -> str:
    """The first few of many places in a sentence."""
    more = len(places) - most
    return ", ".join(places[:most]) + (f" … (+{more})" if more > 0 else "")
