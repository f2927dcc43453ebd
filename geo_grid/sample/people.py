"""Made-up people: names as common as in life, telephone numbers that no operator gives out."""

from __future__ import annotations

import numpy as np

#: Surnames by their share of the population in per mille (public name statistics of China, rounded).
_SURNAMES_BY_SHARE = {
    72: "王",
    71: "李",
    68: "张",
    54: "刘",
    45: "陈",
    31: "杨",
    22: "赵黄",
    19: "周",
    18: "吴",
    15: "徐孙",
    13: "胡朱",
    12: "高郭",
    11: "林何",
    10: "马",
    9: "罗梁",
    8: "宋郑",
    7: "谢韩唐",
    6: "冯于董萧程曹",
    5: "袁邓许傅沈曾彭吕苏卢蒋蔡",
    4: "贾丁魏薛叶阎余潘杜戴夏任田姚石",
    3: "郝白崔康毛秦史侯孟段",
}
_MALE = [
    "伟", "强", "磊", "军", "勇", "杰", "涛", "超", "明", "刚", "平", "辉",
    "鹏", "飞", "波", "斌", "建国", "建军", "志强", "国庆", "海龙", "俊杰", "文斌", "晓东",
    "永红", "小军", "卫东", "志明", "建平", "玉林", "保平", "长生", "二虎", "根生", "双喜", "有才",
    "振华", "宏伟",
]  # fmt: skip
_FEMALE = [
    "芳", "娜", "敏", "静", "丽", "艳", "娟", "霞", "燕", "玲", "红", "梅",
    "秀英", "桂英", "玉兰", "秀兰", "丽娟", "晓红", "春梅", "海燕", "雪梅", "爱华", "美玲", "淑珍",
    "翠萍", "改花", "月娥", "彩霞", "慧", "婷", "雅琴", "文静", "小燕", "巧云", "凤英", "素芳",
]  # fmt: skip
#: Mobile numbers of mainland China begin with 13 to 19; 12 is given to no subscriber.
_UNUSED_PREFIX = 12_000_000_000


def make_names(rng: np.random.Generator, count: int) -> list[str]:
    """So many full names; namesakes occur, as in life."""
    surnames = [name for names in _SURNAMES_BY_SHARE.values() for name in names]
    bounds = np.cumsum([share for share, names in _SURNAMES_BY_SHARE.items() for _ in names])
    chosen = np.searchsorted(bounds, rng.integers(0, bounds[-1], count), side="right")
    given = _MALE + _FEMALE
    picks = rng.integers(0, len(given), count)
    return [surnames[a] + given[b] for a, b in zip(chosen.tolist(), picks.tolist(), strict=True)]


def make_phones(rng: np.random.Generator, count: int) -> list[str]:
    """So many telephone numbers of eleven digits that belong to nobody."""
    return [str(_UNUSED_PREFIX + number) for number in rng.integers(100_000_000, 999_999_999, count).tolist()]
