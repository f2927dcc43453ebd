"""Every term of the product once: code, 中文, English and meaning; pages, exports and the glossary read it here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Term:
    """One word of the field in both languages."""

    zh: str
    en: str
    meaning: str


class Named(Enum):
    """An enumeration whose members carry a `Term`; the member's name is the code stored and exported."""

    value: Term

    @property
    def code(self) -> str:
        """The code stored in the database and written to files."""
        return self.name

    @property
    def zh(self) -> str:
        """The Chinese word."""
        return self.value.zh

    @property
    def en(self) -> str:
        """The English word."""
        return self.value.en

    @property
    def meaning(self) -> str:
        """What the word means, in one sentence."""
        return self.value.meaning


class Tier(Named):
    """A tier of grids, from the widest to the narrowest."""

    TOTAL = Term("总网格", "Total grid", "a township, the widest tier")
    SUB = Term("分网格", "Sub grid", "a village or urban community")
    BRANCH = Term("支网格", "Branch grid", "a part of a large village or community; most sub grids have none")
    GROUP = Term("组网格", "Group grid", "a villagers' or residents' group, or a compound")
    MICRO = Term("微网格", "Micro grid", "10 to 20 linked households, a courtyard, a stairwell")
    SPECIAL = Term("专属网格", "Special grid", "a school, hospital, enterprise, market, scenic area or reservoir")

    @property
    def rank(self) -> int:
        """1 for the widest tier, 6 for the narrowest."""
        return list(Tier).index(self) + 1

    @property
    def is_leaf(self) -> bool:
        """Whether a grid of this tier holds households directly."""
        return self in LEAF_TIERS

    @property
    def letter(self) -> str:
        """The letter that opens this tier's serial in a grid code; empty for the tiers coded by digits alone."""
        return TIER_LETTERS.get(self, "")


LEAF_TIERS = frozenset({Tier.MICRO, Tier.SPECIAL})
TIER_LETTERS = {Tier.BRANCH: "B", Tier.GROUP: "G", Tier.MICRO: "M", Tier.SPECIAL: "S"}

#: Which tiers may lie directly in which: the default of the source county. A tier with no entry is a root.
PARENT_TIERS: dict[Tier, tuple[Tier, ...]] = {
    Tier.SUB: (Tier.TOTAL,),
    Tier.BRANCH: (Tier.SUB,),
    Tier.GROUP: (Tier.BRANCH, Tier.SUB),
    Tier.MICRO: (Tier.GROUP,),
    Tier.SPECIAL: (Tier.GROUP, Tier.BRANCH, Tier.SUB, Tier.TOTAL),
}


class Role(Named):
    """What a post asks of whoever fills it."""

    LEADER = Term("网格长", "Grid leader", "answers for the grid as a whole")
    FULL_TIME = Term("专职网格员", "Full-time worker", "works in the grid full-time")
    PART_TIME = Term("兼职网格员", "Part-time worker", "village cadre, group head, ranger or volunteer")
    PARTY_HEAD = Term("网格党小组组长", "Party-group head", "heads the Party group of the grid")
    CONTACT = Term("联户长", "Micro-grid contact", "keeps contact with the households of a micro grid")
    STAND_IN = Term("B角", "Stand-in", "acts when the first person is away")
    CADRE = Term("包联干部", "Linked cadre", "a county or township cadre linked to households")
    LIAISON = Term("部门联络员", "Department liaison", "links a department to the grid")


class RiskKind(Named):
    """What a risk site is; the first seven are the source county's."""

    FOREST = Term("林地", "Forest", "woodland under watch for fire")
    FARMLAND = Term("农田", "Farmland", "farmland under protection")
    ROAD = Term("道路", "Road", "a road section with known dangers")
    WELL = Term("水井", "Well", "a well that must stay covered and clean")
    MINE = Term("矿点", "Mine", "a mine, working or abandoned")
    RIVER = Term("河道", "River", "a river reach")
    GULLY = Term("沟谷", "Gully", "a gully where floods come down")
    DAM = Term("水库坝体", "Dam", "a dam or reservoir wall")
    SLOPE = Term("边坡", "Slope", "a slope that may slide")
    BUILDING = Term("老旧房屋", "Old building", "a building that may fail")
    OTHER = Term("其他", "Other", "anything else worth a watch")


class Season(Named):
    """The season of the year, which decides how often a risk site is inspected."""

    FLOOD = Term("汛期", "Flood season", "the months of heavy rain; June to September unless a county says otherwise")
    FIRE = Term("防火期", "Fire season", "the dry months; October to May unless a county says otherwise")


class Hazard(Named):
    """What threatens the households of a hazard zone."""

    FLASH_FLOOD = Term("山洪", "Flash flood", "water that comes down a valley within minutes")
    LANDSLIDE = Term("滑坡", "Landslide", "a slope that slides")
    DEBRIS_FLOW = Term("泥石流", "Debris flow", "mud and stones that come down a gully")
    COLLAPSE = Term("崩塌", "Collapse", "rock, ground or a building that falls")
    FLOOD = Term("洪水", "Flood", "a river or reservoir that rises over its banks")
    FIRE = Term("火灾", "Fire", "a fire in the woods or in a settlement")
    OTHER = Term("其他", "Other", "anything else that calls for leaving")


class FacilityLevel(Named):
    """The four tiers of service centres."""

    COUNTY = Term("县级中心", "County centre", "the county's service centre")
    TOWNSHIP = Term("乡镇中心", "Township centre", "a township's service centre")
    VILLAGE = Term("村级站", "Village station", "a village's or community's service station")
    POINT = Term("服务点", "Service point", "a service point near the households")


class AccountRole(Named):
    """What an account may do; given for the county or for a grid and all below it, from a day and to a day."""

    ADMINISTRATOR = Term("县级管理员", "County administrator", "keeps accounts and may do everything")
    GIS_STAFF = Term("数据管理员", "GIS staff", "brings data in and keeps them right")
    PLANNER = Term("规划员", "Planner", "drafts redraws")
    APPROVER = Term("审批员", "Approver", "approves, refuses, applies and undoes redraws")
    TOWNSHIP = Term("乡镇监督员", "Township supervisor", "looks after the grids of a township or village")
    GRID_WORKER = Term("网格员账号", "Grid worker", "works in a grid and reaches its households")
    READER = Term("只读用户", "Reader", "reads what is not personal")


class Action(Named):
    """What somebody may be allowed to do; `geo_grid.access.rights` says which role may."""

    OPEN = Term("公开访问", "Open", "see what is shown to everybody, signed in or not")
    OWN_ACCOUNT = Term("管理本人账号", "Own account", "change one's own password")
    SEE = Term("查看", "See", "read the map, grids, households with masked phones, and figures")
    REVEAL_PHONES = Term("查看完整电话", "Reveal phones", "read a phone in full, with a reason that is kept")
    EXPORT = Term("导出", "Export", "write layers to files, without phones")
    EXPORT_PHONES = Term("导出电话", "Export phones", "write phones to files, which is kept")
    IMPORT = Term("导入数据", "Import", "bring data in from files")
    SEE_REDRAWS = Term("查看网格调整", "See redraws", "read redraws and their consequences")
    DRAW = Term("拟定网格调整", "Draw", "make, change and submit a draft of a redraw")
    APPROVE = Term("审批网格调整", "Approve", "approve or refuse a redraw")
    APPLY = Term("实施网格调整", "Apply", "let a redraw take effect, and undo it")
    READ_JOURNAL = Term("查看日志", "Read the journal", "read who did what, when")
    RESTORE = Term("恢复旧状态", "Restore", "bring a former state of the county back")
    MANAGE_STAFF = Term("管理人员岗位", "Manage staff", "assign workers to posts and households, and hand over")
    MANAGE_COVERAGE = Term("管理覆盖规则", "Manage coverage", "change coverage rules and waive them in places")
    INSPECT = Term("记录巡查走访", "Inspect", "record inspections and visits, and close what was found")
    EDIT_SITES = Term("维护风险点", "Edit sites", "add, change and remove risk sites and hazard zones")
    SEE_HEALTH = Term("查看运行状况", "See health", "read how the machine, the database and the backups are")
    MANAGE_ACCOUNTS = Term("管理账号", "Manage accounts", "add accounts, give roles, reset passwords, disable")


class Stage(Named):
    """How far a redraw has come on its way into force."""

    DRAFT = Term("草稿", "Draft", "being drawn")
    SUBMITTED = Term("已提交", "Submitted", "handed in, waiting for the county")
    FIELD_CHECKED = Term("已踏勘", "Field-checked", "the new border was walked on site")
    APPROVED = Term("已批准", "Approved", "approved, in force from its date")
    APPLIED = Term("已生效", "Applied", "in force")
    REFUSED = Term("已退回", "Refused", "refused with a reason")
    WITHDRAWN = Term("已撤回", "Withdrawn", "taken back by its author")


class RuleKind(Named):
    """What a coverage rule asks for."""

    IN_LEAF = Term("户在末级网格", "Household in a leaf", "every household lies in a leaf grid")
    CONTACT = Term("户有联系人", "Household has a contact", "every household has a worker as its contact")
    POST_FILLED = Term("岗位有人", "Posts are filled", "every post of a grid has somebody in it")
    ROLE_FILLED = Term("角色有人", "Grid has a role filled", "every grid of a tier has somebody in one of some roles")
    FACILITY_IN = Term("区内有站点", "Facility in the grid", "every grid of a tier holds a facility of a level")
    FACILITY_NEAR = Term("站点在近处", "Facility near", "every household has a facility within a distance")
    INSPECTED = Term("按期巡查", "Inspected in rhythm", "every grid of a tier inspects its risk sites in their rhythm")
    VISITED = Term("按月走访", "Visited every month", "every linked grid of a tier has so many visits in 30 days")


class CoverState(Named):
    """How a rule finds a household served."""

    COVERED = Term("已覆盖", "Covered", "the rule is kept for the household")
    OVERLOADED = Term("超负荷", "Overloaded", "somebody is there, but has too much to carry")
    UNCOVERED = Term("未覆盖", "Not covered", "nobody or nothing is there")
    WAIVED = Term("已豁免", "Waived", "the rule is not kept, which was accepted until a day")


class LoadTerm(Named):
    """What adds to a workload; each has a weight in households, which a county can change."""

    HOUSEHOLDS = Term("户数", "Households", "households to keep contact with")
    SITES = Term("风险点巡查", "Site visits", "visits a month to the risk sites that touch the ground")
    AREA = Term("面积", "Area", "km² of ground to cover")
    DISTANCE = Term("路程", "Distance", "km from the middle of a grid's households to each of them, summed up")
    MATTERS = Term("待办事项", "Open matters", "matters that were reported and are not closed")


#: The nouns and verbs of the product that are not members of an enumeration above.
TERMS: dict[str, Term] = {
    "tier": Term("层级", "Tier", "one of the six levels of grids"),
    "grid": Term("网格", "Grid", "an area with a code, a tier and a parent"),
    "grid_code": Term("网格编码", "Grid code", "the code of a grid; a retired one is never given again"),
    "leaf": Term("末级网格", "Leaf", "a grid that holds households directly"),
    "partition": Term(
        "平面划分",
        "Partition",
        "polygons that fill an area without overlap and share edges vertex for vertex",
    ),
    "coverage": Term("服务覆盖", "Coverage", "who is served by whom; never geometry"),
    "remainder": Term("未细分地块", "Remainder", "ground of a parent that none of its children covers"),
    "household": Term("户", "Household", "an address point"),
    "contact": Term("联系人", "Contact", "the worker who keeps contact with a household"),
    "worker": Term("网格员", "Worker", "a person who fills posts"),
    "post": Term("岗位", "Post", "a role in a grid; vacant while nobody fills it"),
    "assignment": Term("任职", "Assignment", "a worker in a post for a time"),
    "workload": Term("工作量", "Workload", "what a worker or a grid has to carry"),
    "risk_site": Term("风险点", "Risk site", "a point, line or area under inspection"),
    "inspection": Term("巡查", "Inspection", "a visit to a risk site, with what was found"),
    "rhythm": Term("巡查频次", "Rhythm", "after how many days a risk site is inspected again: kind × tier × season"),
    "visit": Term("走访", "Visit", "a linked cadre at a place and with its households"),
    "visit_quota": Term("走访定额", "Visit quota", "how many visits a linked cadre of a place makes in 30 days"),
    "hazard_zone": Term("风险区", "Hazard zone", "an area whose households are threatened"),
    "matter": Term("事项", "Matter", "something reported that must be handled"),
    "department": Term("部门", "Department", "a body that handles matters"),
    "deadline": Term("时限", "Deadline", "when a matter is due"),
    "coverage_rule": Term("覆盖规则", "Coverage rule", "what must be there for whom, counted in households"),
    "waiver": Term("豁免", "Waiver", "a breach of a coverage rule that was accepted until a day, with a reason"),
    "facility": Term("服务中心/站点", "Facility", "a service centre, station or point"),
    "redraw": Term("网格调整", "Redraw", "a draft change of boundaries"),
    "move": Term("调整动作", "Move", "one step of a redraw: split, merge, reshape, transfer or carve"),
    "change_set": Term("变更集", "Change set", "what a change did, row by row; it can be undone"),
    "proposal": Term("划分方案", "Proposal", "a division found by the machine"),
    "intake": Term("数据导入", "Intake", "bringing files in"),
    "field_map": Term("字段映射", "Field map", "which column of a file is which of our fields"),
    "finding": Term("问题", "Finding", "a fault in data: where, what, whom it touches, what to do"),
    "actor": Term("操作人", "Actor", "who asks"),
    "scope": Term("管辖范围", "Scope", "the grids an actor may see and touch"),
}
