"""Tests of what leaves the database: tiles, summaries, answers, exports."""
