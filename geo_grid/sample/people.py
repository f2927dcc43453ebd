"""Made-up people: names as common as in life, telephone numbers that no operator gives out."""

from __future__ import annotations

import numpy as np

#: Surnames with their share of the population in per mille (public name statistics of China, rounded).
_SURNAMES = {
    "王": 72, "李": 71, "张": 68, "刘": 54, "陈": 45, "杨": 31, "赵": 22, "黄": 22, "周": 19, "吴": 18, "徐": 15, "孙": 15, "胡": 13,
    "朱": 13, "高": 12, "林": 11, "何": 11, "郭": 12, "马": 10, "罗": 9, "梁": 9, "宋": 8, "郑": 8, "谢": 7, "韩": 7, "唐": 7, "冯": 6,
    "于": 6, "董": 6, "萧": 6, "程": 6, "曹": 6, "袁": 5, "邓": 5, "许": 5, "傅": 5, "沈": 5, "曾": 5, "彭": 5, "吕": 5, "苏": 5,
    "卢": 5, "蒋": 5, "蔡": 5, "贾": 4, "丁": 4, "魏": 4, "薛": 4, "叶": 4, "阎": 4, "余": 4, "潘": 4, "杜": 4, "戴": 4, "夏": 4,
    "任": 4, "田": 4, "姚": 4, "石": 4, "郝": 3, "白": 3, "崔": 3, "康": 3, "毛": 3, "秦": 3, "史": 3, "侯": 3, "孟": 3, "段": 3,
}  # fmt: skip
_MALE = [
    "伟", "强", "磊", "军", "勇", "杰", "涛", "超", "明", "刚", "平", "辉", "鹏", "飞", "波", "斌", "建国", "建军", "志强", "国庆", "海龙",
    "俊杰", "文斌", "晓东", "永红", "小军", "卫东", "志明", "建平", "玉林", "保平", "长生", "二虎", "根生", "双喜", "有才", "振华", "宏伟",
]  # fmt: skip
_FEMALE = [
    "芳", "娜", "敏", "静", "丽", "艳", "娟", "霞", "燕", "玲", "红", "梅", "秀英", "桂英", "玉兰", "秀兰", "丽娟", "晓红", "春梅", "海燕",
    "雪梅", "爱华", "美玲", "淑珍", "翠萍", "改花", "月娥", "彩霞", "慧", "婷", "雅琴", "文静", "小燕", "巧云", "凤英", "素芳",
]  # fmt: skip
#: Mobile numbers of mainland China begin with 13 to 19; 12 is given to no subscriber.
_UNUSED_PREFIX = 12_000_000_000


def make_names(rng: np.random.Generator, count: int) -> list[str]:
    """So many full names; namesakes occur, as in life."""
    surnames = list(_SURNAMES)
    bounds = np.cumsum(np.array(list(_SURNAMES.values())))
    chosen = np.searchsorted(bounds, rng.integers(0, bounds[-1], count), side="right")
    given = _MALE + _FEMALE
    picks = rng.integers(0, len(given), count)
    return [surnames[a] + given[b] for a, b in zip(chosen.tolist(), picks.tolist(), strict=True)]


def make_phones(rng: np.random.Generator, count: int) -> list[str]:
    """So many telephone numbers of eleven digits that belong to nobody."""
    return [str(_UNUSED_PREFIX + number) for number in rng.integers(100_000_000, 999_999_999, count).tolist()]
