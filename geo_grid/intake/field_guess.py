"""Which column of a layer is which of our fields, by the names people give columns and by what stands in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from geo_grid.intake.column import Column
from geo_grid.intake.field_map import FieldChoice, FieldGuess
from geo_grid.intake.field_names import CODE_LIKE, KNOWN, NAME_LIKE, Noun, forms, plain
from geo_grid.intake.layer import Layer
from geo_grid.intake.sighting import Certainty
from geo_grid.vocabulary import Tier

#: Rule: the sentence that says why a column was taken.
REASONS = {
    "told": "you chose it",
    "by_name": "columns called %(column)s hold it",
    "names_net": "%(share)d %% of its values are codes that stand in the county",
    "nests": "every value begins with the code in %(other)s",
    "begins": "it is the beginning of every code in %(other)s",
    "unique_code": "every row has its own, and the column is called %(column)s",
    "unique": "every row has its own",
    "same_stem": "it is named after the column of codes, %(other)s",
    "looks_like": "it is called %(column)s, and holds names",
    "net_names": "%(share)d %% of its values are names that stand in the county",
    "tier_words": "its values are the names of tiers",
    "values_phone": "its values look like telephone numbers",
    "values_address": "its values look like addresses",
    "values_x": "its values look like longitudes",
    "values_y": "its values look like latitudes",
    "nothing": "no column looks like it",
}


@dataclass(frozen=True)
class Known:
    """Codes and names that are there already: those of the county, and of the other layers of an import."""

    codes: AbstractSet[str] = frozenset()
    names: AbstractSet[str] = frozenset()


NOTHING_KNOWN = Known()


def guess_fields(
    layer: Layer, noun: Noun, chosen: Mapping[str, str] | None = None, known: Known = NOTHING_KNOWN
) -> FieldGuess:
    """The guess for a layer that holds a noun; `chosen` (ours to theirs) is what the user said already."""
    search = _Search(layer, noun, known)
    for ours, column in named_columns(layer, noun, chosen or {}).items():
        told = ours in (chosen or {})
        search.take(ours, column, "told" if told else "certain", "told" if told else "by_name")
    for ours, look in _LOOKS[noun].items():
        if ours not in search.found:
            look(search)
    return FieldGuess(noun.value, search.tier(), tuple(search.choices()), tuple(search.left()))


def named_columns(layer: Layer, noun: Noun, chosen: Mapping[str, str]) -> dict[str, str]:
    """The columns of our fields that bear a name we know, `chosen` ones first."""
    columns = {plain(column): column for column in layer.columns}
    found = {}
    for ours, names in KNOWN[noun].items():
        for name in (chosen[ours],) if ours in chosen else names:
            column = next((columns[form] for form in forms(name) if form in columns), None)
            if column is not None:
                found[ours] = column
                break
    return found


class _Search:
    """The columns of a layer while our fields are looked for, each column for one field at most."""

    def __init__(self, layer: Layer, noun: Noun, known: Known) -> None:
        self.noun, self.known = noun, known
        self.columns = {name: Column(name, values) for name, values in layer.columns.items()}
        self.found: dict[str, FieldChoice] = {}

    def take(self, ours: str, column: str, certainty: Certainty, rule: str, **facts: str | int) -> None:
        """Settle one of our fields on a column."""
        told = {"column": column, **facts}
        self.found[ours] = FieldChoice(ours, column, certainty, rule, REASONS[rule] % told, REASONS[rule], told)

    def free(self) -> list[Column]:
        """The columns that no field has taken."""
        taken = {choice.column for choice in self.found.values()}
        return [column for name, column in self.columns.items() if name not in taken]

    def choices(self) -> Iterable[FieldChoice]:
        """A choice for each of our fields, in our order."""
        for ours in KNOWN[self.noun]:
            none = FieldChoice(ours, None, "unsure", "nothing", REASONS["nothing"], REASONS["nothing"])
            yield self.found.get(ours, none)

    def left(self) -> list[str]:
        """The columns that are none of our fields."""
        return [column.name for column in self.free()]

    def tier(self) -> Tier | None:
        """The one tier that the column of tiers says for all rows."""
        choice = self.found.get("tier")
        return None if choice is None or choice.column is None else self.columns[choice.column].one_tier()


def _code(search: _Search) -> None:
    """The column of codes: one that nearly every row has its own of, which is called so or builds on another."""
    matching = _best(search.free(), lambda column: column.share_in(search.known.codes) if column.is_codes else 0.0)
    if matching is not None and matching.is_unique and matching.share_in(search.known.codes) >= 0.5:
        share = round(100 * matching.share_in(search.known.codes))
        search.take("code", matching.name, "likely", "names_net", share=share)
        return
    codes = [column for column in search.free() if column.is_codes and column.is_unique]
    best = _best(codes, lambda column: _code_score(column, search.free()))
    if best is None or _code_score(best, search.free()) < 2:
        return
    above = _parent_of(best, search.free())
    if above is not None:
        search.take("code", best.name, "likely", "nests", other=above.name)
    elif CODE_LIKE.search(plain(best.name)):
        search.take("code", best.name, "likely", "unique_code")
    else:
        search.take("code", best.name, "unsure", "unique")


def _code_score(column: Column, others: Sequence[Column]) -> float:
    """How much a column of codes looks like the code of its row."""
    score = 2.0 * bool(CODE_LIKE.search(plain(column.name))) + (column.same_length and column.longest > 3)
    score += 2.0 * (_parent_of(column, others) is not None) + column.is_unique
    # Of two codes that nest the longer one is the row's own.
    return score - 3.0 * column.is_serial + column.longest / 1000


def _parent_of(code: Column, others: Sequence[Column]) -> Column | None:
    """The column whose values are the longest beginnings of the codes in another, many rows sharing one."""
    above = [
        other
        for other in others
        if other.name != code.name and other.is_codes and not other.is_unique and code.begins_with(other)
    ]
    return _best(above, lambda column: float(column.longest))


def _parent(search: _Search) -> None:
    """The column of the parents' codes."""
    code = search.found.get("code")
    if code is not None and code.column is not None:
        above = _parent_of(search.columns[code.column], search.free())
        if above is not None:
            # One value for all rows may as well be the country: nobody is told that it is the parent.
            certainty: Certainty = "likely" if len(above.distinct) > 1 else "unsure"
            search.take("parent", above.name, certainty, "begins", other=code.column)
            return
    shared = [column for column in search.free() if column.is_codes and not column.is_unique]
    best = _best(shared, lambda column: column.share_in(search.known.codes))
    if best is not None and best.share_in(search.known.codes) >= 0.8:
        search.take("parent", best.name, "likely", "names_net", share=round(100 * best.share_in(search.known.codes)))


def _name(search: _Search) -> None:
    """The column of names: the code's own, else the one whose values differ most, people's own script first."""
    texts = [column for column in search.free() if column.is_names]
    net = _best(texts, lambda column: column.share_in(search.known.names))
    if net is not None and net.share_in(search.known.names) >= 0.5:
        search.take("name", net.name, "likely", "net_names", share=round(100 * net.share_in(search.known.names)))
        return
    code = search.found.get("code")
    about = search.columns[code.column].stem if code is not None and code.column is not None else ""
    same = [column for column in texts if about and column.stem == about]
    best = _best(same, lambda column: column.differing - column.is_foreign)
    if best is not None and code is not None and code.column is not None:
        search.take("name", best.name, "likely", "same_stem", other=code.column)
        return
    named = [column for column in texts if NAME_LIKE.search(plain(column.name))]
    best = _best(named, lambda column: column.differing - 0.2 * column.is_foreign)
    if best is not None:
        search.take("name", best.name, "likely", "looks_like")


def _tier(search: _Search) -> None:
    """The column of tiers: one whose every value names one."""
    for column in search.free():
        if column.is_tiers:
            search.take("tier", column.name, "certain", "tier_words")
            return


def _by_values(ours: str, test: Callable[[Column], bool]) -> Callable[[_Search], None]:
    """A look for a column whose values pass a test."""

    def look(search: _Search) -> None:
        fits = [column for column in search.free() if test(column)]
        if len(fits) == 1:
            search.take(ours, fits[0].name, "unsure" if ours in "xy" else "likely", f"values_{ours}")

    return look


def _best(columns: Sequence[Column], worth: Callable[[Column], float]) -> Column | None:
    """The column of the greatest worth above 0, the first of several."""
    return max((column for column in columns if worth(column) > 0), key=worth, default=None)


_PHONE = _by_values("phone", lambda column: column.is_phones)
_PLACE = {
    "x": _by_values("x", lambda column: column.is_between(73, 136)),
    "y": _by_values("y", lambda column: column.is_between(3, 54)),
}
_ADDRESS = _by_values("address", lambda column: column.is_addresses)

#: How each field is looked for when no column bears a known name, in order.
_LOOKS: dict[Noun, dict[str, Callable[[_Search], None]]] = {
    Noun.GRIDS: {"tier": _tier, "code": _code, "parent": _parent, "name": _name},
    Noun.HOUSEHOLDS: {"phone": _PHONE, "address": _ADDRESS, **_PLACE, "code": _code},
    Noun.RISK_SITES: {**_PLACE, "code": _code, "name": _name},
    Noun.FACILITIES: {"phone": _PHONE, "address": _ADDRESS, **_PLACE, "code": _code, "name": _name},
    Noun.WORKERS: {"phone": _PHONE},
}


def with_reasons(guess: FieldGuess, lasting: Mapping[str, str]) -> FieldGuess:
    """The guess with columns somebody settled on (ours to theirs) in the place of its own."""
    choices = tuple(
        replace(choice, column=lasting[choice.ours], certainty="told", rule="told", reason=REASONS["told"])
        if choice.ours in lasting
        else choice
        for choice in guess.choices
    )
    return replace(guess, choices=choices)
