"""The web application: parse a request, call geo_grid, show the answer."""
