"""Tests of imports: files read, checked, planned and loaded."""
