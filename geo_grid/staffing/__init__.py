"""Staffing: workers, the posts they fill, and from when to when."""

from geo_grid.staffing.duties import (
    EndBeforeStart,
    HandOver,
    PostTaken,
    StillHolds,
    TwoFullTimePosts,
    assign,
    close_post,
    demand_worker,
    duties_of,
    hand_over,
    hire,
    let_go,
    make_contact,
    open_post,
    release,
    rename,
)
from geo_grid.staffing.model import Assignment, Post, Staff, Worker
from geo_grid.staffing.store import read_staff, read_today, read_worker_codes, write_staff

__all__ = [
    "Assignment",
    "EndBeforeStart",
    "HandOver",
    "Post",
    "PostTaken",
    "Staff",
    "StillHolds",
    "TwoFullTimePosts",
    "Worker",
    "assign",
    "close_post",
    "demand_worker",
    "duties_of",
    "hand_over",
    "hire",
    "let_go",
    "make_contact",
    "open_post",
    "read_staff",
    "read_today",
    "read_worker_codes",
    "release",
    "rename",
    "write_staff",
]
