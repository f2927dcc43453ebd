"""/import/kept: what is kept to be used again in imports, shown, changed and forgotten: rules of repairing, fields."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from geo_grid.access import Action
from geo_grid.intake.clean import forget_rules, save_rules, saved_rules
from geo_grid.intake.runs import forget_map, saved_maps
from web import imports as shown
from web.access import needs
from web.database import read, write
from web.import_form import rules_of
from web.session import actor

kept_choices = Blueprint("kept_choices", __name__, url_prefix="/import/kept")


@kept_choices.get("")
@needs(Action.IMPORT)
def overview() -> str:
    """All kept rules and fields."""
    return render_template(
        "import/kept.html",
        rules=read(saved_rules),
        maps=read(saved_maps),
        tiers=shown.tier_choices(),
        nouns=shown.NOUNS,
        fields=shown.FIELDS,
    )


@kept_choices.post("/rules")
@needs(Action.IMPORT)
def keep_rules() -> Answer:
    """Keep the rules of the form under its name."""
    name, rules, who = request.form.get("name", ""), rules_of(request.form), actor().username
    write(lambda conn: save_rules(conn, name, rules, who))
    flash(_("Done."), "good")
    return redirect(url_for("kept_choices.overview"), 303)


@kept_choices.post("/rules/forget")
@needs(Action.IMPORT)
def drop_rules() -> Answer:
    """Forget the rules of that name."""
    name = request.form.get("name", "")
    write(lambda conn: forget_rules(conn, name))
    flash(_("Done."), "good")
    return redirect(url_for("kept_choices.overview"), 303)


@kept_choices.post("/fields/forget")
@needs(Action.IMPORT)
def drop_fields() -> Answer:
    """Forget the fields of that name."""
    name = request.form.get("name", "")
    write(lambda conn: forget_map(conn, name))
    flash(_("Done."), "good")
    return redirect(url_for("kept_choices.overview"), 303)
