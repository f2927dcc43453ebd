"""What somebody settled for a file or a layer, put into effect on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from geo_grid.errors import BadInput
from geo_grid.intake.field_map import FieldMap
from geo_grid.intake.fields import KNOWN, Noun
from geo_grid.intake.layer import Layer, Unreadable
from geo_grid.intake.layer_told import left_told

LONGEST_WORD = 4000


@dataclass(frozen=True, slots=True)
class LayerChoice:
    """What is settled for one layer: left out, its CRS, its fields; None where the layer speaks for itself."""

    left_out: bool = False
    crs: str | None = None
    map: FieldMap | None = None

    def to_json(self) -> dict[str, object]:
        """The choice as plain values."""
        fields = None if self.map is None else self.map.to_json()
        return {"left_out": self.left_out, "crs": self.crs, "map": fields}

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> LayerChoice:
        """The choice of plain values; raises `BadInput`."""
        crs, fields = plain.get("crs"), plain.get("map")
        if crs is not None and not (isinstance(crs, str) and 0 < len(crs) <= LONGEST_WORD):
            raise BadInput.of("a CRS is a text such as EPSG:4546: choose one of the list")
        if fields is not None and not isinstance(fields, Mapping):
            raise BadInput.of("this is no field map: choose the fields again")
        return cls(bool(plain.get("left_out")), crs, None if fields is None else FieldMap.from_json(fields))


@dataclass(frozen=True, slots=True)
class Choices:
    """What is settled for all files: encodings by file name, layers by their `source`."""

    encodings: Mapping[str, str] = field(default_factory=dict)
    layers: Mapping[str, LayerChoice] = field(default_factory=dict)

    def settled(self, layer: Layer) -> Layer | None:
        """The layer with what was settled for it; None when it is left out."""
        choice = self.layers.get(layer.source)
        if choice is None:
            return layer
        if choice.left_out:
            return None
        if choice.crs is not None:
            layer = replace(layer, crs=choice.crs, crs_told=True)
        return layer if choice.map is None else _named(layer, choice.map)

    def to_json(self) -> dict[str, object]:
        """The choices as plain values."""
        layers = {source: choice.to_json() for source, choice in self.layers.items()}
        return {"encodings": dict(self.encodings), "layers": layers}

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Choices:
        """The choices of plain values; raises `BadInput`."""
        try:
            encodings = {str(file): str(word) for file, word in dict(plain.get("encodings") or {}).items() if word}
            layers = {str(s): LayerChoice.from_json(one) for s, one in dict(plain.get("layers") or {}).items()}
        except (TypeError, ValueError, AttributeError) as wrong:
            raise BadInput.of("these choices cannot be read: choose again") from wrong
        return cls(encodings, layers)


def _named(layer: Layer, chosen: FieldMap) -> Layer:
    """The layer with only the chosen columns, under the names that we know them by; the others are told."""
    try:
        noun = Noun(chosen.noun)
    except ValueError:
        known = ", ".join(one.value for one in Noun)
        raise BadInput.of(
            "there is no noun %(noun)s: a layer holds one of %(known)s", noun=chosen.noun, known=known
        ) from None
    columns = {}
    for ours, theirs in chosen.columns.items():
        if ours not in KNOWN[noun]:
            known = ", ".join(KNOWN[noun])
            raise BadInput.of("there is no field %(field)s of ours: choose one of %(known)s", field=ours, known=known)
        if theirs not in layer.columns:
            raise Unreadable(
                layer.source,
                "there is no field %(field)s in it: choose one of %(there)s",
                field=theirs,
                there=", ".join(layer.columns),
            )
        columns[KNOWN[noun][ours][0]] = layer.columns[theirs]
    if noun is Noun.GRIDS and chosen.tier is not None:
        columns[KNOWN[noun]["tier"][0]] = [chosen.tier.zh] * len(layer)
    told = (*layer.findings, *left_told(layer, chosen.columns.values()))
    return replace(layer, columns=columns, noun=noun.value, findings=told)


#: Nothing settled: every file speaks for itself.
NO_CHOICES = Choices()


def called_so(layer: Layer, path: Path, called: str) -> Layer:
    """The layer of the file at `path` under the name that people know the file by."""
    source = layer.source.replace(path.name, called, 1)
    name = Path(called).stem if layer.name == path.stem else layer.name
    findings = tuple(replace(one, where=one.where.replace(path.name, called, 1)) for one in layer.findings)
    return replace(layer, source=source, name=name, findings=findings)
