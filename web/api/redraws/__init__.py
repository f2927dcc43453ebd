"""/api/redraws: drafts, their moves, their life and the ground around them, for the studio and for programs."""

from flask import Blueprint

from web.api.redraws.drafts import drafts
from web.api.redraws.ground import ground
from web.api.redraws.life import life
from web.api.redraws.moves import moves
from web.api.redraws.problems import tell_problems
from web.redraws.guard import guard_drafts

redraws = Blueprint("redraws", __name__, url_prefix="/redraws")
for _part in (drafts, moves, life, ground):
    tell_problems(_part)
    redraws.register_blueprint(_part)
guard_drafts(redraws)
