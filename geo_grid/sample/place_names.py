"""Made-up Chinese names of townships, villages, communities, compounds and special grids."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from geo_grid.sample.settlements import Kind

COUNTY = "示例县"

_TOWNSHIP_FIRST = "石青云白龙柳清南永太高双金马长安福"
_TOWNSHIP_SECOND = "门泉台岭川河桥平原峪滩湾塬岗林沟山"
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许邓韩冯曹彭曾萧田董潘袁蔡蒋余于杜叶程魏"
    "苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙史陶贺毛郝顾龚邵万"
    "覃武钱戴严莫孔向常"
)
_LANDS = "庄沟坪塬岭湾洼垣峪崖坡川寨堡窑滩岔峁"
_FEATURES = [
    "柳树", "槐树", "桃树", "枣林", "核桃", "松林", "石板", "红土", "黄土", "白草", "青石", "龙泉",
    "清水", "甘泉", "寺头", "桥头", "前河", "后河", "凤凰", "卧牛", "鹿角", "雁门", "黑龙", "玉泉",
    "梨花", "杏花", "苇子", "苍耳", "艾蒿", "磨盘", "石窑", "土桥",
]  # fmt: skip
_SIDES = "上下东西南北前后大小"
_COMMUNITIES = [
    "东关", "西关", "南关", "北关", "鼓楼", "迎宾", "滨河", "新华", "解放", "人民", "和平", "文化",
    "建设", "朝阳", "振兴", "府前", "凤城", "学府", "光明", "友谊", "富强", "安居", "康宁", "春晖",
    "锦绣", "育才", "龙泉", "兴业", "永安", "祥和", "双拥", "幸福",
]  # fmt: skip
_COMPOUND_FIRST = [
    "阳光", "锦绣", "金桂", "翠竹", "春晖", "丽景", "安泰", "福满", "明珠", "紫荆", "兰亭", "御景",
    "祥瑞", "和谐", "龙湖", "滨江", "嘉和", "怡景", "馨和", "华府", "尚品", "佳苑", "盛世", "绿洲",
    "东方", "天成", "金色", "书香", "水岸", "星河", "九州", "瑞丰",
]  # fmt: skip
_COMPOUND_SECOND = ["花园", "家园", "小区", "名苑", "新村", "佳园", "雅居", "公寓", "华庭", "苑"]
_NUMBERS = "一二三四五六七八九"


@dataclass
class PlaceNames:
    """Names handed out one after another, none twice."""

    townships: Iterator[str]
    villages: Iterator[str]
    communities: Iterator[str]
    compounds: Iterator[str]


def shuffle_place_names(rng: np.random.Generator) -> PlaceNames:
    """Fresh lists of names in random order."""
    townships = [a + b for a in _TOWNSHIP_FIRST for b in _TOWNSHIP_SECOND if a != b]
    plain = [f"{surname}家{land}" for surname in _SURNAMES for land in _LANDS]
    plain += [f"{feature}{land}" for feature in _FEATURES for land in _LANDS]
    sided = [f"{side}{feature}{land}" for side in _SIDES for feature in _FEATURES for land in _LANDS]
    sided += [f"{side}{surname}家{land}" for side in _SIDES for surname in _SURNAMES for land in _LANDS]
    compounds = [a + b for a in _COMPOUND_FIRST for b in _COMPOUND_SECOND]
    return PlaceNames(
        townships=_endless(_shuffled(rng, townships)),
        villages=_endless(_shuffled(rng, plain) + _shuffled(rng, sided)),
        communities=_endless(_COMMUNITIES + _shuffled(rng, [a + b for a in _COMPOUND_FIRST for b in "东西南北"])),
        compounds=_endless(_shuffled(rng, compounds)),
    )


def _shuffled(rng: np.random.Generator, names: list[str]) -> list[str]:
    return [names[number] for number in rng.permutation(len(names)).tolist()]


def _endless(names: list[str]) -> Iterator[str]:
    """The names, then the names again with numbers, so that none comes twice."""
    yield from names
    turn = 2
    while True:
        yield from (name + numeral(turn) for name in names)
        turn += 1


def numeral(number: int) -> str:
    """A number from 1 to 99 in Chinese; larger ones in digits."""
    if number > 99:
        return str(number)
    tens, ones = divmod(number, 10)
    words = ("" if tens <= 1 else _NUMBERS[tens - 1]) + ("十" if tens else "")
    return words + (_NUMBERS[ones - 1] if ones else "")


def township_name(names: PlaceNames, number: int, is_town: bool) -> str:
    """The name of township `number`: that of the county town, 0, is 城关镇."""
    return "城关镇" if number == 0 else next(names.townships) + ("镇" if is_town else "乡")


def sub_name(names: PlaceNames, kind: Kind, township: str) -> str:
    """The name of a village or community."""
    match kind:
        case Kind.COMMUNITY:
            return next(names.communities) + "社区"
        case Kind.SEAT:
            return township[:-1] + "社区"
        case Kind.VILLAGE:
            return next(names.villages) + "村"
