"""Tests of the plane geometry: lattice, chains, location, remainders."""
