"""/redraws: the list of drafts, the studio, the consequence sheet with what can be decided there, and the papers."""

from flask import Blueprint

from web.redraws.guard import guard_drafts
from web.views.redraws import acts, comparing, pages, papers

redraws = Blueprint("redraws", __name__)
for _part in (pages, comparing, acts, papers):
    _part.register(redraws)
guard_drafts(redraws)
