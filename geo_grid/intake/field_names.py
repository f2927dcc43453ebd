"""Our fields of each noun, with the names that people give their columns, in Chinese, English and pinyin letters."""

from __future__ import annotations

import re
from enum import Enum


class Noun(Enum):
    """What a layer can hold."""

    GRIDS = "grids"
    WORKERS = "workers"
    HOUSEHOLDS = "households"
    RISK_SITES = "risk-sites"
    FACILITIES = "facilities"


#: Our fields of each noun, with the names they go by, the most telling first.
KNOWN: dict[Noun, dict[str, tuple[str, ...]]] = {
    Noun.GRIDS: {
        "code": (
            *("网格编码", "网格编号", "网格代码", "grid_code", "gridcode", "wgbm", "wgdm", "wgbh"),
            *("编码", "编号", "代码", "code"),
        ),
        "name": ("网格名称", "grid_name", "gridname", "wgmc", "名称", "name"),
        "tier": ("网格层级", "层级", "网格级别", "wgcj", "wgjb", "tier", "level"),
        "parent": (
            *("上级编码", "上级网格编码", "上级网格", "父级编码", "sjbm", "sjwgbm", "parent_code"),
            "parent",
        ),
    },
    Noun.HOUSEHOLDS: {
        "code": ("户编码", "户编号", "户号", "household_code", "household", "hbm", "编码", "code"),
        "address": ("地址", "户主地址", "住址", "门牌地址", "dizhi", "dz", "mpdz", "address"),
        "persons": ("人口数", "家庭人口", "人口", "人数", "rks", "jtrk", "persons"),
        "phone": ("联系电话", "电话", "手机", "lxdh", "sjh", "phone"),
        "contact": ("联系人", "联系人工号", "联户长", "lxr", "contact_code", "contact"),
        "x": ("经度", "jingdu", "jd", "lon", "lng", "longitude", "x"),
        "y": ("纬度", "weidu", "wd", "lat", "latitude", "y"),
    },
    Noun.RISK_SITES: {
        "code": ("风险点编码", "编码", "编号", "code"),
        "name": ("风险点名称", "名称", "name"),
        "kind": ("类别", "风险类别", "风险类型", "类型", "kind", "type"),
        "note": ("说明", "备注", "note", "remark"),
        "x": ("经度", "jingdu", "jd", "lon", "lng", "longitude", "x"),
        "y": ("纬度", "weidu", "wd", "lat", "latitude", "y"),
    },
    Noun.FACILITIES: {
        "code": ("站点编码", "编码", "编号", "code"),
        "name": ("站点名称", "名称", "name"),
        "level": ("级别", "层级", "level"),
        "address": ("地址", "address"),
        "phone": ("电话", "联系电话", "phone"),
        "x": ("经度", "jingdu", "jd", "lon", "lng", "longitude", "x"),
        "y": ("纬度", "weidu", "wd", "lat", "latitude", "y"),
    },
    Noun.WORKERS: {
        "code": ("工号", "人员编号", "worker_code", "worker", "gh", "code"),
        "name": ("姓名", "worker_name", "xm", "name"),
        "phone": ("电话", "联系电话", "手机", "phone"),
        "grid": ("网格编码", "网格编号", "所属网格", "grid_code", "grid"),
        "role": ("岗位", "角色", "职务", "gw", "role"),
        "since": ("起始日期", "任职日期", "开始日期", "since", "from"),
        "until": ("截止日期", "离任日期", "结束日期", "until", "to"),
    },
}

#: Cut at this many bytes by the shapefile's table format.
CUT = 10

#: How a column's name ends that holds a code, or a name, in public files: VILLCODE, ADM3_PCODE, GEOID10, XZQDM, XZMC.
CODE_LIKE = re.compile(r"(code|_cod|pcode|_pc|geoid|_bm|bm|_dm|dm|bh|编码|代码|编号|区划)\d*_?$|^geoid")
NAME_LIKE = re.compile(r"(name|_na|nam|mc|名称|名|_zh|_ar|_fr|_en|eng)\d*_?$|^name")
#: Columns that number the rows of a table and name nothing.
SERIAL = re.compile(r"^(objectid|fid|gid|id|oid|ogc_fid|rowid|index|序号|shape__?\w*)(_?\d+)?$")
#: Where the middle of a shape lies, as our own tables without shapes tell it for people to look at.
CENTRE = re.compile(r"^(中心经度|中心纬度)$")
#: A name in another script or language than the one people use for the place.
FOREIGN = re.compile(r"(eng|_en|english|_fr|pinyin|拼音)\d*_?$")


def forms(name: str) -> list[str]:
    """How a name can come: whole, or cut by a table format that counts bytes."""
    cut = [name.encode(codec)[:CUT].decode(codec, "ignore") for codec in ("gb18030", "utf-8")]
    return [plain(form) for form in dict.fromkeys([name, *cut])]


def plain(name: str) -> str:
    """A name without what people vary."""
    return name.strip().casefold().replace(" ", "_")


def stem(name: str) -> str:
    """What a column is about: its name without what says that it holds a code or a name."""
    bare = FOREIGN.sub("", plain(name))
    return NAME_LIKE.sub("", CODE_LIKE.sub("", bare)).strip("_0123456789")
