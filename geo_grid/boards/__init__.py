"""Boards: the signs that stand in a grid, and map sheets of places, as PDF."""

from geo_grid.boards.board import Board, Line, Phones, Wish, boards_of
from geo_grid.boards.paper import board_pdf, sheet_pdf
from geo_grid.boards.parts import laid_out_parts
from geo_grid.boards.series import Series, print_series
from geo_grid.boards.source import Source, read_source
from geo_grid.boards.words import PAPERS

__all__ = [
    "PAPERS",
    "Board",
    "Line",
    "Phones",
    "Series",
    "Source",
    "Wish",
    "board_pdf",
    "boards_of",
    "laid_out_parts",
    "print_series",
    "read_source",
    "sheet_pdf",
]
