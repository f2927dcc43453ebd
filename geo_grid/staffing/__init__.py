"""Staffing: workers, the posts they fill, and from when to when."""

from geo_grid.staffing.model import Assignment, Post, Staff, Worker
from geo_grid.staffing.store import read_staff, read_today, read_worker_codes, write_staff

__all__ = ["Assignment", "Post", "Staff", "Worker", "read_staff", "read_today", "read_worker_codes", "write_staff"]
