"""Workload: the formula, its balance, and the doors it is read through."""
