"""The day it is in the county, whatever clock the machine keeps."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

#: The zone that the database's connections keep, so that both know the same day.
TIME_ZONE = "Asia/Shanghai"
#: The whole country keeps it, without summer time since 1991 (IANA tz database, asia); so no zone file is needed.
_AHEAD = timezone(timedelta(hours=8), TIME_ZONE)


def today() -> date:
    """The day it is in the county now."""
    return day_of(datetime.now(_AHEAD))


def day_of(moment: datetime) -> date:
    """The county's day at a moment with its zone: from 16:00 UTC on it is the next one."""
    return moment.astimezone(_AHEAD).date()
