"""Tests of workers, posts and who holds them."""
