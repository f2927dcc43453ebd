"""In which encoding bytes are, weighed from what the file says and from what the bytes themselves look like."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp
from typing import Literal

from geo_grid.checks.finding import Finding
from geo_grid.intake.encoding import CHINESE, TRIED, Claims, label, languages_of
from geo_grid.intake.noticed import shortened
from geo_grid.intake.plausible import plausibility
from geo_grid.intake.sighting import Certainty, EncodingGuess, Reading

#: How much text is weighed: more of it changes no verdict.
MOST_VALUES, MOST_BYTES = 1000, 10_000
#: Logarithms of odds from which on a verdict is likely and certain; each byte of a value that does not read costs more
#: than the rarest character of one that does.
LIKELY, CERTAIN, UNREAD_COST = 4.0, 12.0, 10.0
#: A text whose average character is rarer than this looks like no language we know.
STRANGE = -11.0
#: What an encoding is given before any text is seen, and any other one: this is a program for Chinese counties.
_BEFOREHAND = {"utf-8": 3.0, CHINESE: 2.0, "cp950": 1.0, "cp949": -1.0, "cp932": -1.0, "euc_jp": -1.0}
_ANY_OTHER_BEFOREHAND = -3.0
MOST_ALTERNATIVES, MOST_EXAMPLES, LONGEST_EXAMPLE = 3, 4, 40


@dataclass(frozen=True, slots=True)
class _Candidate:
    """An encoding that reads (nearly) all the text."""

    codec: str
    score: float
    values: tuple[str, ...]


def weigh(raws: Iterable[bytes], claims: Claims) -> EncodingGuess:
    """The encoding of the values; those of ASCII alone say nothing and may be left out."""
    sample = _sample(raws)
    if claims.told:
        return _told(sample, claims)
    if not sample:
        codec = claims.named or "utf-8"
        reason = "its text is plain ASCII, which reads the same in every encoding"
        return EncodingGuess(Reading(codec, label(codec)), "certain", "encoding_ascii", reason, reason, _said(claims))
    found = _candidates(sample, claims)
    best, others = found[0], _different(found)
    shown = _telling(best, others)
    readings = [_reading(one, found, shown) for one in (best, *others)]
    odds = best.score - others[0].score if others else 2 * CERTAIN
    certainty = _certainty(best, odds, claims)
    rule, says = _why(readings, certainty, claims)
    facts = _facts(readings, claims)
    return EncodingGuess(readings[0], certainty, rule, says % facts, says, _said(claims), tuple(readings[1:]), facts)


def encoding_findings(guess: EncodingGuess | None, source: str) -> list[Finding]:
    """What somebody must know of how the text was read: nothing where the file says it and its bytes agree."""
    if guess is None or guess.rule in {"encoding_ascii", "encoding_said", "encoding_told"}:
        return []
    severity: Literal["error", "warning"] = "error" if guess.certainty == "unsure" else "warning"
    hint = "say which with --encoding" if severity == "error" else "look at the names; --encoding chooses another"
    facts = {name: str(fact) for name, fact in guess.facts.items()}
    return [Finding.of(guess.rule, source, guess.says, hint, facts=facts, severity=severity)]


def text_of(raw: bytes, codec: str) -> tuple[str, Literal["whole", "cut", "unread"]]:
    """The text, and whether it was whole, cut inside its last character, or holds what the codec cannot read."""
    try:
        return raw.decode(codec), "whole"
    except UnicodeDecodeError:
        pass
    try:
        return codecs.getincrementaldecoder(codec)().decode(raw), "cut"
    except UnicodeDecodeError:
        return raw.decode(codec, "replace"), "unread"


def better_reading(raw: bytes, codec: str) -> str | None:
    """The text in another encoding than the layer's where it reads so much better that it must be that; else None."""
    other = CHINESE if codec == "utf-8" else "utf-8"
    theirs, whole = text_of(raw, other)
    if whole != "whole":
        return None
    ours, readable = text_of(raw, codec)
    if readable != "whole":
        return theirs
    gain = plausibility(theirs, languages_of(other)) - plausibility(ours, languages_of(codec))
    return theirs if gain > CERTAIN else None


def _sample(raws: Iterable[bytes]) -> list[bytes]:
    """Distinct values that tell something, as many as are weighed."""
    kept: dict[bytes, None] = {}
    room = MOST_BYTES
    for raw in raws:
        if raw in kept or raw.isascii():
            continue
        kept[raw] = None
        room -= len(raw)
        if room < 0 or len(kept) >= MOST_VALUES:
            break
    return list(kept)


def _told(sample: Sequence[bytes], claims: Claims) -> EncodingGuess:
    """The user's word."""
    codec = claims.told or "utf-8"
    chosen = Reading(codec, label(codec), _examples([text_of(raw, codec)[0] for raw in sample]), 1.0)
    says, facts = "it is read as %(encoding)s, as you said", {"encoding": label(codec)}
    return EncodingGuess(chosen, "told", "encoding_told", says % facts, says, _said(claims), facts=facts)


def _candidates(sample: Sequence[bytes], claims: Claims) -> list[_Candidate]:
    """The encodings that read the sample, the likeliest first; there is always one, for some read any bytes."""
    codecs_tried = dict.fromkeys([*([claims.named] if claims.named else []), *TRIED, "iso8859-1"])
    found = [one for codec in codecs_tried if (one := _candidate(codec, sample, claims)) is not None]
    return sorted(found, key=lambda one: -one.score)


def _candidate(codec: str, sample: Sequence[bytes], claims: Claims) -> _Candidate | None:
    """The encoding with its score; None when it cannot read more than a few of the values."""
    read = _texts_of(sample, codec)
    unread = sum(state == "unread" for _, state in read)
    if 2 * unread >= len(sample):
        return None
    values = tuple(text for text, _ in read)
    whole = "\n".join(text for text, state in read if state != "unread")
    lost = sum(len(raw) for raw, (_, state) in zip(sample, read, strict=True) if state == "unread")
    cost = UNREAD_COST * lost + 2.0 * sum(state == "cut" for _, state in read)
    claim = claims.weight if codec == claims.named else 0.0
    score = plausibility(whole, languages_of(codec)) - cost + claim + _BEFOREHAND.get(codec, _ANY_OTHER_BEFOREHAND)
    return _Candidate(codec, score, values)


def _texts_of(sample: Sequence[bytes], codec: str) -> list[tuple[str, Literal["whole", "cut", "unread"]]]:
    """What `text_of` says of each value; all at once where all are whole, as no character of many bytes holds a \\n."""
    try:
        together = b"\n".join(sample).decode(codec).split("\n")
    except UnicodeDecodeError:
        together = []
    if len(together) == len(sample):
        return [(text, "whole") for text in together]
    return [text_of(raw, codec) for raw in sample]


def _different(found: Sequence[_Candidate]) -> list[_Candidate]:
    """The candidates behind the best whose text differs from those before them."""
    seen, others = {found[0].values}, []
    for one in found[1:]:
        if one.values not in seen and not any("\ufffd" in value for value in one.values):
            seen.add(one.values)
            others.append(one)
    return others[:MOST_ALTERNATIVES]


def _certainty(best: _Candidate, odds: float, claims: Claims) -> Certainty:
    """How sure the best is, `odds` being the logarithm of its lead."""
    strange = best.score / max(sum(map(len, best.values)), 1) < STRANGE
    if best.codec == claims.named and claims.by_cpg:
        return "certain" if odds >= claims.weight else "likely"
    if odds < LIKELY or strange:
        return "unsure"
    return "certain" if odds >= CERTAIN else "likely"


def _telling(best: _Candidate, others: Sequence[_Candidate]) -> list[int]:
    """Which values show best how the candidates differ: the first that each of them reads otherwise, then any."""
    count = range(len(best.values))
    telling = [next(at for at in count if one.values[at] != best.values[at]) for one in others]
    return list(dict.fromkeys([*telling, *count]))[:MOST_EXAMPLES]


def _reading(one: _Candidate, found: Sequence[_Candidate], shown: Sequence[int]) -> Reading:
    """The candidate as it is shown, with the share of all odds that it has."""
    total = sum(exp(max(other.score - found[0].score, -700)) for other in found)
    share = exp(max(one.score - found[0].score, -700)) / total
    return Reading(one.codec, label(one.codec), _examples([one.values[at] for at in shown]), share)


def _examples(values: Sequence[str]) -> tuple[str, ...]:
    """Some of the values, shortened."""
    return tuple(shortened(value.strip(" \x00"), LONGEST_EXAMPLE) for value in values[:MOST_EXAMPLES])


def _said(claims: Claims) -> str | None:
    """What the file says of itself, as it is shown."""
    return label(claims.named) if claims.named else None


def _facts(readings: Sequence[Reading], claims: Claims) -> dict[str, object]:
    """What the reason is made of."""
    facts: dict[str, object] = {"encoding": readings[0].label, "example": "、".join(readings[0].examples[:1])}
    if claims.named:
        facts |= {"said": label(claims.named), "by": claims.where}
    if len(readings) > 1:
        facts |= {"other": readings[1].label, "other_example": "、".join(readings[1].examples[:1])}
    return facts


def _why(readings: Sequence[Reading], certainty: Certainty, claims: Claims) -> tuple[str, str]:
    """The rule by which the first reading was taken, and the sentence for the facts that says so."""
    if certainty == "unsure" and len(readings) > 1:
        return "encoding_unsure", "its text may be %(encoding)s (%(example)s) or %(other)s (%(other_example)s)"
    if certainty == "unsure":
        says = "its text may be %(encoding)s (%(example)s), but looks like no language known here"
        return "encoding_unsure", says
    if not claims.named:
        return "encoding_found", "nothing says its encoding: it reads as %(encoding)s (%(example)s)"
    if claims.named == readings[0].encoding:
        return "encoding_said", "its %(by)s says %(said)s, and its text reads so"
    return "encoding_contradicts", "its %(by)s says %(said)s, but its text reads as %(encoding)s (%(example)s)"
