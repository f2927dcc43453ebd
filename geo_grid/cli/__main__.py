"""`python -m geo_grid.cli` is `geo-grid`."""

from geo_grid.cli import main

main()
