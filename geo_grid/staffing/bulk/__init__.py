"""Many grids given to one worker or to several in one step."""

from geo_grid.staffing.bulk.give import Conflicts, give, grid_lines, leaves_in_ring, plan_giving
from geo_grid.staffing.bulk.model import Conflict, Given, Giving, GridLine, Plan, WhyNot
from geo_grid.staffing.bulk.share import share_out

__all__ = [
    "Conflict",
    "Conflicts",
    "Given",
    "Giving",
    "GridLine",
    "Plan",
    "WhyNot",
    "give",
    "grid_lines",
    "leaves_in_ring",
    "plan_giving",
    "share_out",
]
