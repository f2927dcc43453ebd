"""The small county of the tests of the database, for these tests as well."""

from tests.db.conftest import own_county

__all__ = ["own_county"]
