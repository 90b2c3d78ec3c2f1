"""What differs between two texts in much the same words: who, where, how much and when. Pure.

Two texts are laid side by side sentence by sentence. What only one of them tells (a note added, a paragraph
cut) is no contradiction. Where one sentence is told twice with another name or another figure in the same
place, and neither text mentions what the other has there, the two tell of different things.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from importlib import resources

from storage.article import Difference, FactKind

_PIPELINES = resources.files("pipelines")
_RULES: dict[str, str] = tomllib.loads(_PIPELINES.joinpath("facts.toml").read_text("utf-8"))
_KNOWN = tomllib.loads(_PIPELINES.joinpath("names.toml").read_text("utf-8"))


def _any_of(words: str) -> str:
    return "|".join(sorted(map(re.escape, words.split()), key=len, reverse=True))


_HAN = "\u4e00-\u9fff\u3400-\u4dbf"
_GRAMMAR = frozenset(_RULES["grammar"])
_GENERIC = frozenset(_RULES["generic"].split())
_SINGLE_SURNAMES = "".join("".join(_KNOWN[kind].split()) for kind in ("common", "surnames", "wordy"))
_SURNAME = f"(?:{'|'.join(_KNOWN['compound'])}|[{_SINGLE_SURNAMES}])"
_GIVEN = f"[{_HAN}](?:(?![{_RULES['after_name']}])[{_HAN}])?"

_BODY = re.compile(_any_of(_RULES["bodies"]))
_PLACE = re.compile(
    f"(?<![{_RULES['place_before']}])(?:{_any_of(_RULES['places'])})(?![{_RULES['place_behind']}])"
)
_KNOWN_PLACE = re.compile(_any_of(_KNOWN["places"]))
_TITLED = re.compile(f"(?:{_any_of(_RULES['titles'])})[:：]?({_SURNAME}{_GIVEN})")
_CALLED = re.compile(f"({_SURNAME}[{_HAN}]{{1,2}}?)(?:{_any_of(_RULES['callings'])})")
_DISTRICT = "省市县区"
_STEM = 2

_NUMERALS = "零〇○一二三四五六七八九十百千万亿两"
_NUMBER = re.compile(
    rf"(?P<digits>\d+(?:,\d{{3}})*(?:\.\d+)?)(?P<times>[百千万亿]*)(?P<unit>[年月日号%‰]?)"
    rf"|(?P<percent>百分之)?(?P<han>[{_NUMERALS}]+(?:点[零〇一二三四五六七八九]+)?)"
    r"(?P<han_unit>[年月日号]?)(?P<measure>[户名人个家笔元岁亩斤吨里次场届期村辆台件间位时成倍]?)"
)
_NO_NUMBER = frozenset({"万一", "千万", "一一", "十万", "百万", "万千", "三五", "一二", "两", "一"})
_DIGIT = {character: value for value, character in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "○": 0,
    "两": 2,
}
_TIMES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}

_SENTENCE = re.compile(r"[^。!?;\n]+")
_NOT_WORD = re.compile(r"[\W_]+")
_ALIKE = 0.4
"""Share of a sentence's pairs of characters that makes another its counterpart."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A name, a place, a person or a figure as it is compared."""

    kind: FactKind
    text: str


class Sentences:
    """A text, folded to one width, as the sentences it is made of."""

    def __init__(self, text: str) -> None:
        self.text = text
        told = [(sentence, _NOT_WORD.sub("", sentence)) for sentence in _SENTENCE.findall(text)]
        self.printed = [sentence for sentence, words in told if words]
        self.words = [words for _, words in told if words]

    @cached_property
    def figures(self) -> frozenset[Fact]:
        """Every figure of the text; `1` is found in `10`, so figures can't be looked up in the text itself."""
        return frozenset(_figures(self.text))

    def mentions(self, fact: Fact) -> bool:
        """Whether the text has the fact anywhere."""
        return fact in self.figures if fact.kind in {"number", "date"} else fact.text in self.text


def differences(ours: Sentences, theirs: Sentences) -> Iterator[Difference]:
    """The facts that stand in the same place of both texts and are not the same."""
    for one, other in counterparts(ours, theirs):
        yield from _contradictions(one, other, ours, theirs)


def counterparts(ours: Sentences, theirs: Sentences) -> list[tuple[str, str]]:
    """The sentences told in both texts, but not in the same words.

    First those that share words; then those that share nothing but the place between the same neighbours,
    as a signature or a line of a table does.
    """
    mine, yours = _only_in(ours, theirs), _only_in(theirs, ours)
    pairs = _alike(ours, theirs, mine, yours)
    taken, given = {i for i, _ in pairs}, {j for _, j in pairs}
    place = _places_of_shared(ours, theirs) | dict(pairs)
    for i in mine:
        j = place.get(i - 1, -1 if i == 0 else None)
        if i not in taken and j is not None and j + 1 in yours and j + 1 not in given:
            pairs.append((i, j + 1))
            given.add(j + 1)
            place[i] = j + 1
    return [(ours.printed[i], theirs.printed[j]) for i, j in pairs]


def _only_in(ours: Sentences, theirs: Sentences) -> list[int]:
    shared = set(theirs.words)
    return [i for i, words in enumerate(ours.words) if words not in shared]


def _places_of_shared(ours: Sentences, theirs: Sentences) -> dict[int, int]:
    place = {words: j for j, words in enumerate(theirs.words)}
    return {i: place[words] for i, words in enumerate(ours.words) if words in place}


def _alike(ours: Sentences, theirs: Sentences, mine: list[int], yours: list[int]) -> list[tuple[int, int]]:
    """Pairs of sentences that share the most, each sentence in one pair."""
    left = {i: _pairs_of_characters(ours.words[i]) for i in mine}
    right = {j: _pairs_of_characters(theirs.words[j]) for j in yours}
    holders: dict[str, list[int]] = {}
    for j, pairs in right.items():
        for pair in pairs:
            holders.setdefault(pair, []).append(j)
    ranked: list[tuple[float, int, int]] = []
    for i, pairs in left.items():
        shared = Counter(j for pair in pairs for j in holders.get(pair, ()))
        ranked += [(-count / min(len(pairs), len(right[j])), i, j) for j, count in shared.items()]
    chosen: dict[int, int] = {}
    for negative, i, j in sorted(ranked):
        if -negative >= _ALIKE and i not in chosen and j not in chosen.values():
            chosen[i] = j
    return list(chosen.items())


def _pairs_of_characters(words: str) -> set[str]:
    return {words[i : i + 2] for i in range(max(1, len(words) - 1))}


def _contradictions(one: str, other: str, ours: Sentences, theirs: Sentences) -> Iterator[Difference]:
    lost = [fact for fact in facts_in(one) if not theirs.mentions(fact)]
    gained = [fact for fact in facts_in(other) if not ours.mentions(fact)] if lost else []
    for fact in lost:
        instead = next((new for new in gained if new.kind == fact.kind), None)
        if instead:
            yield Difference(fact.kind, fact.text, instead.text)


@lru_cache(maxsize=4096)
def facts_in(sentence: str) -> tuple[Fact, ...]:
    """The names, places, people and figures of a sentence folded to one width, each once.

    >>> [fact.text for fact in facts_in("柳溪农商银行向北坡村村民王小满发放贷款12万元")]
    ['柳溪', '北坡', '王小满', '120000']
    """
    found = (*_bodies(sentence), *_places(sentence), *_people(sentence), *_figures(sentence))
    return tuple(dict.fromkeys(found))


def _bodies(sentence: str) -> Iterator[Fact]:
    end = 0
    for tail in _BODY.finditer(sentence):
        stem = _stem(sentence, end, tail.start())
        end = tail.end()
        if stem:
            yield Fact("organisation", stem)


def _places(sentence: str) -> Iterator[Fact]:
    end = 0
    for tail in _PLACE.finditer(sentence):
        stem = _stem(sentence, end, tail.start())
        end = tail.end()
        if stem:
            yield Fact("place", stem)
    for known in _KNOWN_PLACE.finditer(sentence):
        yield Fact("place", known[0])


def _stem(sentence: str, start: int, end: int) -> str | None:
    """The two characters a name ends in before its ending, or None if they are no name.

    In 禾川市农商银行 they are 禾川: what kind of district it is would be alike in many names.
    """
    before = sentence[start:end]
    if len(before) > _STEM and before[-1] in _DISTRICT:
        before = before[:-1]
    stem = before[-_STEM:]
    if len(stem) < _STEM or stem in _GENERIC or not _GRAMMAR.isdisjoint(stem):
        return None
    return stem if re.fullmatch(f"[{_HAN}]+", stem) else None


def _people(sentence: str) -> Iterator[Fact]:
    for pattern in (_TITLED, _CALLED):
        for found in pattern.finditer(sentence):
            if _GRAMMAR.isdisjoint(found[1]) and found[1] not in _GENERIC:
                yield Fact("person", found[1])


def _figures(text: str) -> Iterator[Fact]:
    for found in _NUMBER.finditer(text):
        value = _arabic(found) if found["digits"] else _han(found)
        if value is None:
            continue
        unit = (found["unit"] or found["han_unit"] or ("%" if found["percent"] else "")).replace("号", "日")
        plain = f"{value.normalize():f}{unit}"
        yield Fact("date" if unit and unit in "年月日" else "number", plain)


def _arabic(found: re.Match[str]) -> Decimal:
    value = Decimal(found["digits"].replace(",", ""))
    for times in found["times"]:
        value *= _TIMES[times]
    return value


def _han(found: re.Match[str]) -> Decimal | None:
    """The value of Chinese numerals, None where they are only part of a word: 十分, 一起, 万一."""
    numerals: str = found["han"]
    measured = found["measure"] or found["han_unit"] or found["percent"]
    if numerals in _NO_NUMBER or (len(numerals) == 1 and not measured):
        return None
    whole, _, fraction = numerals.partition("点")
    digits = "".join(str(_DIGIT[character]) for character in fraction)
    return Decimal(f"{_whole(whole)}.{digits or 0}")


def _whole(numerals: str) -> int:
    """二〇二四 is read digit by digit, 三千二百 by its places."""
    if not any(character in _TIMES for character in numerals):
        return int("".join(str(_DIGIT[character]) for character in numerals))
    total = section = digit = 0
    for character in numerals:
        times = _TIMES.get(character)
        if times is None:
            digit = _DIGIT[character]
        elif times < _TIMES["万"]:
            section, digit = section + (digit or 1) * times, 0
        elif times == _TIMES["万"]:
            total, section, digit = total + (section + digit or 1) * times, 0, 0
        else:
            total, section, digit = (total + section + digit or 1) * times, 0, 0
    return total + section + digit
