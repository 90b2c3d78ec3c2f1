"""Who, where, how much and when: the names and figures of a sentence. Pure.

A name is known by what stands around it: a body or a place by how it ends, a person by a title before or a
calling behind. In place of a name that is known, `may_be_name` knows others that alone look like none.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from importlib import resources

from pipelines.names import is_surely_person
from storage.article import FactKind

_PIPELINES = resources.files("pipelines")
_RULES: dict[str, str] = tomllib.loads(_PIPELINES.joinpath("facts.toml").read_text("utf-8"))
_KNOWN = tomllib.loads(_PIPELINES.joinpath("names.toml").read_text("utf-8"))


def _any_of(*words: str) -> str:
    """A pattern of words, the longest first where one begins another."""
    return "|".join(sorted(map(re.escape, " ".join(words).split()), key=len, reverse=True))


_HAN = "\u4e00-\u9fff\u3400-\u4dbf"
_NOT_HAN = re.compile(f"[^{_HAN}]")
_GRAMMAR = frozenset(_RULES["grammar"])
_FUNCTION = frozenset(_RULES["function"])
_NEVER_FIRST = frozenset(_RULES["never_first"])
_PRONOUNS = frozenset(_RULES["pronouns"])
_VERB_ENDS = frozenset(_RULES["verb_ends"])
_GENERIC = frozenset(_RULES["generic"].split())
_WORDS = frozenset(_KNOWN["words"].split()) | _GENERIC

_TITLES = _any_of(_RULES["titles"])
_CALLINGS = _any_of(_RULES["callings"])
_COMPOUND = "|".join(_KNOWN["compound"])
_SINGLE = "".join((_KNOWN["common"] + _KNOWN["surnames"]).split())
_SURNAME = f"(?:{_COMPOUND}|[{_SINGLE}])"
_ANY_SURNAME = f"(?:{_COMPOUND}|[{_SINGLE}{_KNOWN['wordy']}])"
_AFTER = f"[{_RULES['after_name']}]"
_GIVEN = f"[{_HAN}](?:(?!{_AFTER})[{_HAN}])?"
_SOUNDING = frozenset("".join(_RULES["sounds"].split()))
_SOUNDS = f"[{''.join(_RULES['sounds'].split())}]{{3,8}}"

_PEOPLE = tuple(
    re.compile(pattern)
    for pattern in (
        f"(?:{_TITLES}):?({_SOUNDS})",
        f"(?:{_TITLES}):?({_SURNAME}{_GIVEN})",
        f"(?:{_TITLES}):?({_ANY_SURNAME}(?:(?!{_AFTER})[{_HAN}]){{2}})(?={_AFTER})",
        f"({_SOUNDS})(?:{_CALLINGS})",
        f"({_SURNAME}[{_HAN}]{{1,2}}?)(?:{_CALLINGS})",
        f"(?<![{_HAN}])({_ANY_SURNAME}[{_HAN}]{{2}})(?:{_CALLINGS}|{_any_of(_RULES['adverbs'])})",
        f"([{_HAN}]{{1,6}}(?:·[{_HAN}]{{1,6}}?)+)(?=[^{_HAN}·]|{_CALLINGS}|[{_RULES['grammar']}]|$)",
    )
)
_FOREIGN = re.compile(_SOUNDS)
_KNOWN_PART = re.compile(_any_of(_KNOWN["syllables"]))
_SOMEBODY = re.compile(f"[{_HAN}·]{{2,8}}")
_ROLE = re.compile(_any_of(_RULES["titles"], _RULES["callings"]))

_NAMED_BEFORE = re.compile(f"(?:{_TITLES}):?$")
_NAMED_BEHIND = re.compile(f"{_CALLINGS}|{_any_of(_RULES['adverbs'])}")
_FULL, _LONGEST = 3, 8
_COUNTED = "一第"
_STEMMED: tuple[FactKind, ...] = ("organisation", "place")

_BODY = re.compile(_any_of(_RULES["bodies"]))
_PLACE = re.compile(
    f"(?<![{_RULES['place_before']}])(?:{_any_of(_RULES['places'])})(?![{_RULES['place_behind']}]|村(?!民))"
)
_KNOWN_PLACE = re.compile(_any_of(_KNOWN["places"]))
_DISTRICT = "省市县区旗"
_STEM = 2

_NUMERALS = "零〇○一二三四五六七八九十百千万亿两"
_NUMBER = re.compile(
    rf"(?P<digits>\d+(?:,\d{{3}})*(?:\.\d+)?)[余多]?(?P<times>[百千万亿]*)(?P<unit>[年月日号%‰]?)"
    rf"|(?P<percent>百分之)?(?P<han>[{_NUMERALS}]+(?:点[零〇一二三四五六七八九]+|[余多](?=[万亿]))?[万亿]*)"
    r"(?P<han_unit>[年月日号]?)(?P<measure>[户名人个家笔元天岁亩斤吨里次场届期村辆台件间位时成倍]?)"
)
_NO_NUMBER = frozenset({"万一", "千万", "一一", "十万", "百万", "万千", "三五", "一二", "两", "一"})
_DIGIT = {character: value for value, character in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "○": 0,
    "两": 2,
}
_TIMES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}


@dataclass(frozen=True, slots=True)
class Fact:
    """A name, a place, a person or a figure as it is compared."""

    kind: FactKind
    text: str


@lru_cache(maxsize=4096)
def facts_in(sentence: str) -> tuple[Fact, ...]:
    """The names, places, people and figures of a sentence folded to one width, each once.

    >>> [fact.text for fact in facts_in("柳溪农商银行向北坡村村民王小满发放贷款12万元")]
    ['柳溪', '北坡', '王小满', '120000']
    """
    found = (*_bodies(sentence), *_places(sentence), *_people(sentence), *figures_in(sentence))
    return tuple(dict.fromkeys(found))


def may_be_name(kind: FactKind, words: str, behind: str) -> bool:
    """Whether words that stand in place of a known name are a name too; `behind` is what follows them.

    >>> may_be_name("organisation", "和顺", "农商银行"), may_be_name("organisation", "该", "农商银行")
    (True, False)
    """
    if kind == "person" and _FOREIGN.fullmatch(words):
        return True
    if not words or words in _WORDS or words[0] in _PRONOUNS or words[-1] in _VERB_ENDS:
        return False
    if kind == "person":
        return bool(_SOMEBODY.fullmatch(words)) and not _ROLE.search(words)
    tail = (_BODY if kind == "organisation" else _PLACE).search(words + behind, 1)
    name = words[: tail.start()] if tail and tail.start() <= len(words) else ""
    return bool(name) and not _NOT_HAN.search(name) and not _GRAMMAR.issuperset(name) and name not in _WORDS


def is_surely_name(words: str, before: str, behind: str) -> bool:
    """Whether words replaced by others are a name, going by themselves and by what stands around them.

    >>> is_surely_name("王小满", "夜里", "又来了"), is_surely_name("明亮", "", "指出"), is_surely_name("落马岩", "去", "的路")
    (True, True, False)
    """
    if not _STEM <= len(words) <= _LONGEST or words in _WORDS:
        return False
    if _NAMED_BEFORE.search(before) or _NAMED_BEHIND.match(behind):
        return may_be_name("person", words, behind)
    if len(words) > _STEM and is_surely_person(words):
        return True
    return any(may_be_name(kind, words, behind) for kind in _STEMMED)


def looks_like_name(words: str) -> bool:
    """Whether words could be a name, going by themselves: most words are of two characters, most names of three.

    So two are one if the first is a family name, three if they are no word, more if other languages sound so.
    """
    if _NOT_HAN.search(words) or words in _WORDS:
        return False
    if len(words) > _FULL:
        return len(words) <= _LONGEST and _sounds_foreign(words)
    surnamed = words[0] in _SINGLE
    rest = words[1:] if surnamed else words
    if not _GRAMMAR.isdisjoint(rest) or not _VERB_ENDS.isdisjoint(words):
        return False
    if len(words) == _FULL:
        return surnamed or (words[0] not in _COUNTED and _WORDS.isdisjoint((words[:2], words[1:])))
    return surnamed and len(words) == _STEM


def _sounds_foreign(words: str) -> bool:
    """Whether all characters but one stand for sounds, be that one of grammar (曲比阿果), or a part is known (扎西东知)."""
    foreign = sum(map(_SOUNDING.__contains__, words))
    return foreign >= len(words) - 1 or _KNOWN_PART.search(words) is not None


def is_ending(words: str) -> bool:
    """Whether words are no more than what the names of bodies or places end in."""
    return bool(_BODY.fullmatch(words) or _PLACE.fullmatch(words))


def may_be_within_name(character: str) -> bool:
    """Whether a character may be one of a name's."""
    return not _NOT_HAN.match(character) and character not in _GRAMMAR


def _bodies(sentence: str) -> Iterator[Fact]:
    return _stems("organisation", _BODY, sentence)


def _places(sentence: str) -> Iterator[Fact]:
    yield from _stems("place", _PLACE, sentence)
    for known in _KNOWN_PLACE.finditer(sentence):
        yield Fact("place", known[0])


def _stems(kind: FactKind, tails: re.Pattern[str], sentence: str) -> Iterator[Fact]:
    end = 0
    for tail in tails.finditer(sentence):
        if stem := _stem(sentence[end : tail.start()]):
            yield Fact(kind, stem)
        end = tail.end()


def _stem(before: str) -> str | None:
    """The two characters a name ends in before its ending, or None if they are no name.

    In 禾川市农商银行 they are 禾川: what kind of district it is would be alike in many names.
    """
    words = _NOT_HAN.split(before)[-1]
    is_district = len(words) > _STEM and words[-1] in _DISTRICT
    stem = words[-_STEM - 1 : -1] if is_district else words[-_STEM:]
    if len(stem) < _STEM or stem in _WORDS or stem[-1] in _VERB_ENDS or not _PRONOUNS.isdisjoint(stem):
        return None
    # A character of grammar may be part of a name, and is where the name stands alone or behind a small word.
    alone = not is_district and (stem == words or words[-_STEM - 1] in _FUNCTION)
    return stem if _GRAMMAR.isdisjoint(stem) or (alone and stem[0] not in _NEVER_FIRST) else None


def _people(sentence: str) -> Iterator[Fact]:
    for pattern in _PEOPLE:
        for found in pattern.finditer(sentence):
            if _is_person(found[1]):
                yield Fact("person", found[1])


def _is_person(name: str) -> bool:
    if _FOREIGN.fullmatch(name):
        return True
    return _GRAMMAR.isdisjoint(name) and _VERB_ENDS.isdisjoint(name) and _WORDS.isdisjoint((name, name[:2]))


def figures_in(text: str) -> Iterator[Fact]:
    """The figures of a text, each as often as it is told."""
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
    numerals: str = found["han"].replace("余", "").replace("多", "")
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
