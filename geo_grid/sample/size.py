"""How large a sample county is: its counts of grids per tier, its households, its ground."""

from __future__ import annotations

from dataclasses import dataclass

from geo_grid.errors import BadInput

LEAST_HOUSEHOLDS, MOST_HOUSEHOLDS = 400, 1_000_000
MOST_COUNTIES = 24


@dataclass(frozen=True, slots=True)
class CountySize:
    """The figures a county is built to, exactly (the area: nearly)."""

    total: int
    sub: int
    branch: int
    group: int
    micro: int
    special: int
    households: int
    area_km2: float

    @property
    def town_subs(self) -> int:
        """The number of urban communities in the county town."""
        return max(1, round(self.sub * 0.15))


#: The source county's own figures (county news; see the domain notes).
SOURCE_COUNTY = CountySize(6, 79, 38, 380, 1846, 226, 28_500, 1_700.0)


def size_for(households: int) -> CountySize:
    """The size of a county of so many households: the source county's net, as many times larger, ground included.

    Raises
    ------
    BadInput
        When `households` is outside what a county can hold.
    """
    if not LEAST_HOUSEHOLDS <= households <= MOST_HOUSEHOLDS:
        raise BadInput(
            f"--households {households} is out of range: choose {LEAST_HOUSEHOLDS} to {MOST_HOUSEHOLDS} for one county"
        )
    if households == SOURCE_COUNTY.households:
        return SOURCE_COUNTY
    times = households / SOURCE_COUNTY.households
    total = max(2, round(SOURCE_COUNTY.total * times))
    sub = max(2 * total, round(SOURCE_COUNTY.sub * times))
    group = max(2 * sub, round(SOURCE_COUNTY.group * times))
    return CountySize(
        total=total,
        sub=sub,
        branch=max(2, round(SOURCE_COUNTY.branch * times)),
        group=group,
        micro=max(2 * group, round(SOURCE_COUNTY.micro * times)),
        special=max(3, round(SOURCE_COUNTY.special * times)),
        households=households,
        area_km2=SOURCE_COUNTY.area_km2 * times,
    )
