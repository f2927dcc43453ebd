"""Long work in a queue: asked for by the web, done by a worker, kept through crashes of either."""

from geo_grid.jobs.boards import archive_of, print_boards
from geo_grid.jobs.cards import keep_pages
from geo_grid.jobs.daily import keep_noting, note_today
from geo_grid.jobs.importing import TASKS as IMPORTING
from geo_grid.jobs.importing import remove_old_uploads
from geo_grid.jobs.model import Job, JobState, NewJob, Task, Told
from geo_grid.jobs.store import cancel, count_jobs, latest_jobs, queue, read_job
from geo_grid.jobs.worker import STALE_S, die_with_parent, work, work_off

#: The tasks of the worker, by the kind of job.
TASKS: dict[str, Task] = {**IMPORTING, "boards": print_boards}

__all__ = [
    "STALE_S",
    "TASKS",
    "Job",
    "JobState",
    "NewJob",
    "Task",
    "Told",
    "archive_of",
    "cancel",
    "count_jobs",
    "die_with_parent",
    "keep_noting",
    "keep_pages",
    "latest_jobs",
    "note_today",
    "queue",
    "read_job",
    "remove_old_uploads",
    "work",
    "work_off",
]
