"""The table of action × role."""

from __future__ import annotations

from geo_grid.vocabulary import AccountRole, Action

_ALL = frozenset(AccountRole)
_R = AccountRole

#: Which roles may do what; OPEN is everybody's and OWN_ACCOUNT is everybody's who signed in, whatever the role.
RIGHTS: dict[Action, frozenset[AccountRole]] = {
    Action.OPEN: _ALL,
    Action.OWN_ACCOUNT: _ALL,
    Action.SEE: _ALL,
    Action.REVEAL_PHONES: frozenset({_R.ADMINISTRATOR, _R.TOWNSHIP, _R.GRID_WORKER}),
    Action.EXPORT: frozenset({_R.ADMINISTRATOR, _R.GIS_STAFF, _R.PLANNER, _R.APPROVER, _R.TOWNSHIP}),
    Action.EXPORT_PHONES: frozenset({_R.ADMINISTRATOR, _R.TOWNSHIP}),
    Action.IMPORT: frozenset({_R.ADMINISTRATOR, _R.GIS_STAFF}),
    Action.SEE_REDRAWS: _ALL,
    Action.DRAW: frozenset({_R.ADMINISTRATOR, _R.GIS_STAFF, _R.PLANNER, _R.TOWNSHIP}),
    Action.APPROVE: frozenset({_R.ADMINISTRATOR, _R.APPROVER}),
    Action.APPLY: frozenset({_R.ADMINISTRATOR, _R.APPROVER}),
    Action.READ_JOURNAL: frozenset({_R.ADMINISTRATOR, _R.GIS_STAFF, _R.APPROVER}),
    Action.RESTORE: frozenset({_R.ADMINISTRATOR}),
    Action.MANAGE_STAFF: frozenset({_R.ADMINISTRATOR, _R.TOWNSHIP}),
    Action.MANAGE_COVERAGE: frozenset({_R.ADMINISTRATOR, _R.TOWNSHIP}),
    Action.INSPECT: frozenset({_R.ADMINISTRATOR, _R.TOWNSHIP, _R.GRID_WORKER}),
    Action.EDIT_SITES: frozenset({_R.ADMINISTRATOR, _R.GIS_STAFF, _R.TOWNSHIP}),
    Action.SEE_HEALTH: frozenset({_R.ADMINISTRATOR, _R.GIS_STAFF}),
    Action.MANAGE_ACCOUNTS: frozenset({_R.ADMINISTRATOR}),
}

#: What is done to the whole county at once: a role that was given for a part of it does not allow it.
COUNTY_WIDE = frozenset({Action.IMPORT, Action.RESTORE, Action.SEE_HEALTH, Action.MANAGE_ACCOUNTS})


def roles_for(action: Action) -> frozenset[AccountRole]:
    """The roles that may do `action`; an action that is missing in the table is nobody's."""
    return RIGHTS.get(action, frozenset())
