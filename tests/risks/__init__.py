"""Tests of risk sites."""
