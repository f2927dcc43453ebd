"""Plane geometry of the net: arrays of polygons and points in, arrays out; no database, no files."""

from geo_grid.partition.chain import Edges, edges_of, leftover, unpack
from geo_grid.partition.cuts import CutRings, Cuts, cuts_in, cuts_like, cuts_of, joined
from geo_grid.partition.hilbert import hilbert_order
from geo_grid.partition.lattice import SCALE, is_on_lattice, to_lattice, to_metres, units
from geo_grid.partition.locate import locate
from geo_grid.partition.remainder import Nest, cancels, multi, nest, outline, region

__all__ = [
    "SCALE",
    "CutRings",
    "Cuts",
    "Edges",
    "Nest",
    "cancels",
    "cuts_in",
    "cuts_like",
    "cuts_of",
    "edges_of",
    "hilbert_order",
    "is_on_lattice",
    "joined",
    "leftover",
    "locate",
    "multi",
    "nest",
    "outline",
    "region",
    "to_lattice",
    "to_metres",
    "units",
    "unpack",
]
