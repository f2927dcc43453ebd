"""Tests of the database: schema, proofs, history, rights and failures."""
