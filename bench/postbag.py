"""A second invented newsroom, to measure the first by: other sentences, other names, other ways of editing.

It was written without regard to how names and figures are recognised, and its look-alikes differ in as little
as letters do: one name, one sum. What it measures is what a rule is worth on texts it has never met.
"""

import random
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from bench.corpus import WIDE, Text

BAG = tomllib.loads(Path(__file__).with_name("postbag.toml").read_text("utf-8"))

CHOICE = re.compile(r"\{([^{}]+)\}")
FACT = re.compile(r"<(\w+)>")

WHO = ("county", "bank", "bank_full", "leader")
HERE = ("town", "village", "branch", "clerk", "farmer", "firm")
HOW_MUCH = ("amount", "amount2", "households", "share", "area", "gain", "jobs", "loan", "days")
WHEN = ("year", "date")

LOOKALIKES = {
    "other-bank": WHO + HERE + HOW_MUCH + WHEN,
    "names-only": WHO + HERE,
    "bank-only": ("county", "bank", "bank_full"),
    "speech": WHO,
    "branch": HERE,
    "person": ("clerk",),
    "leader": ("leader",),
    "amount": HOW_MUCH,
    "one-amount": ("amount",),
    "year-later": HOW_MUCH + WHEN,
}
"""Kinds of look-alikes, and the facts in which they differ."""

_TAILS = re.compile("农村商业银行股份有限公司|" + "|".join(BAG["tails"].split()))
_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True)
class Letter:
    """A text before words are chosen and facts filled in."""

    title: str
    paragraphs: tuple[str, ...]
    facts: dict[str, str]
    words: int
    """Where the choice of words begins."""

    def holds(self, names: tuple[str, ...]) -> bool:
        """Whether the body tells any of these facts."""
        return any(name in FACT.findall("".join(self.paragraphs)) for name in names)


class Postbag:
    """Writes letters, reposts of them and letters that look like them."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def letter(self, *, figures: bool) -> Letter:
        """A letter of some 400 to 1,500 characters."""
        pick = self.chance
        opening = pick.choice(BAG["openings" if figures else "openings_without_figures"])
        told = pick.sample(BAG["plain"], pick.randint(6, 14)) + pick.sample(BAG["named"], pick.randint(1, 4))
        if figures:
            told += pick.sample(BAG["figures"], pick.randint(1, 3))
        pick.shuffle(told)
        paragraphs = [opening]
        while told:
            count = pick.randint(1, 2)
            paragraphs.append("".join(told[:count]))
            told = told[count:]
        return Letter(pick.choice(BAG["titles"]), tuple(paragraphs), self.facts(), pick.getrandbits(32))

    def facts(self) -> dict[str, str]:
        """Who, where, how much, when and what."""
        pick = self.chance

        def one(name: str) -> str:
            return pick.choice(BAG[name].split())

        county = one("counties")
        stem = county[:-1] if len(county) > 2 else county
        tail = one("tails")
        amount, amount2 = self._sum(), self._sum()
        while _value(amount) == _value(amount2):
            amount2 = self._sum()
        people = pick.sample(BAG["people"].split(), 3)
        return {
            "county": county,
            "bank": stem + tail,
            "bank_full": stem + pick.choice(["农村商业银行股份有限公司", tail]),
            "leader": people[0],
            "clerk": people[1],
            "farmer": people[2],
            "town": one("towns"),
            "village": one("villages"),
            "branch": one("branches"),
            "firm": one("firms"),
            "crop": one("crops"),
            "product": one("products"),
            "campaign": one("campaigns"),
            "meeting": one("meetings"),
            "year": f"{pick.randint(2016, 2024)}年",
            "date": pick.choice(
                [f"{pick.randint(1, 12)}月{pick.randint(1, 28)}日", "上周五", "去年底", "本月初"]
            ),
            "amount": amount,
            "amount2": amount2,
            "loan": pick.choice([f"{pick.randint(3, 80)}万元", f"{_DIGITS[pick.randint(2, 9)]}十万元"]),
            "households": f"{pick.randint(11, 989)}{pick.choice(['户', '余户', '多户'])}",
            "share": f"{pick.randint(11, 299) / 100:g}%",
            "area": f"{pick.randint(2, 98) * 100}{pick.choice(['亩', '余亩', '多亩'])}",
            "gain": f"{pick.randint(2, 98) * 100}元",
            "jobs": f"{pick.randint(12, 98)}人",
            "days": f"{pick.choice('两三四五')}天",
        }

    def _sum(self) -> str:
        pick = self.chance
        return pick.choice(
            [
                f"{pick.randint(2, 98) * 100}万元",
                f"{pick.randint(2, 9)}000余万元",
                f"{_DIGITS[pick.randint(2, 9)]}千余万元",
                f"{_DIGITS[pick.randint(2, 9)]}千{_DIGITS[pick.randint(1, 9)]}百万元",
                f"近{pick.randint(2, 9)}亿元",
                f"{pick.randint(11, 99) / 10:g}亿元",
            ]
        )

    def repost(self, letter: Letter, original: Text, edit: str) -> Text:
        """An edited form of a text; two ways of editing work on the words of the letter itself."""
        if edit == "rewrite":
            return replace(
                written(letter, original.story, edit, reworded=0.15, by=self.chance), title=original.title
            )
        return replace(_EDITS[edit](self, original), kind=edit)

    def lookalike(self, letter: Letter, kind: str, story: str) -> Text:
        """Another story told in the same words."""
        told = set(map(_value, letter.facts.values()))
        fresh = self.facts()
        while any(_value(fresh[name]) in told for name in LOOKALIKES[kind]):
            fresh = self.facts()
        changed = {name: fresh[name] for name in LOOKALIKES[kind]}
        return written(replace(letter, facts=letter.facts | changed), story, kind)

    def note(self, text: Text) -> Text:
        note = _worded(self.chance.choice(BAG["notes"]), self.chance)
        lines = (note, *text.paragraphs) if self.chance.random() < 0.5 else (*text.paragraphs, note)
        return replace(text, paragraphs=lines)

    def cut(self, text: Text) -> Text:
        count = len(text.paragraphs)
        gone = set(self.chance.sample(range(count), round(count * self.chance.uniform(0.3, 0.4))))
        return replace(
            text, paragraphs=tuple(line for i, line in enumerate(text.paragraphs) if i not in gone)
        )

    def retitle(self, text: Text) -> Text:
        title = _worded(self.chance.choice(BAG["other_titles"]), self.chance)
        return replace(text, title=FACT.sub("", title))

    def shuffle(self, text: Text) -> Text:
        return replace(text, paragraphs=tuple(self.chance.sample(text.paragraphs, len(text.paragraphs))))

    def widen(self, text: Text) -> Text:
        lines = tuple(line.translate(WIDE).replace("，", ",").replace("。", "．") for line in text.paragraphs)
        return replace(text, paragraphs=lines)

    def mix(self, text: Text) -> Text:
        return self.widen(self.note(self.cut(text)))

    def report(self, text: Text) -> Text:
        """A paper credits its own people, at the head and at the foot, and speaks of the bank as another."""
        names = self.chance.sample(BAG["people"].split(), 3)
        first, *rest = (line.replace("我行", "该行") for line in text.paragraphs)
        head = f"本报讯（记者 {names[0]} 通讯员 {names[1]}）{first}"
        return replace(text, paragraphs=(head, *rest, f"（责任编辑：{names[2]}）"))

    def proofread(self, text: Text) -> Text:
        """Signs and slips of the pen are put right, sums written in the other numerals."""
        body = (
            text.body.replace("截止", "截至")
            .replace("地说", "的说")
            .replace("、", "，")
            .replace("“", "「")
            .replace("”", "」")
        )
        return replace(text, paragraphs=tuple(_in_chinese_numerals(body).split("\n")))


_EDITS: dict[str, Callable[[Postbag, Text], Text]] = {
    "note": Postbag.note,
    "cut": Postbag.cut,
    "note+cut+width": Postbag.mix,
    "title": Postbag.retitle,
    "shuffle": Postbag.shuffle,
    "width": Postbag.widen,
    "report": Postbag.report,
    "proofread": Postbag.proofread,
}

EDITS = ("rewrite", *_EDITS)


def written(
    letter: Letter, story: str, kind: str, *, reworded: float = 0.0, by: random.Random | None = None
) -> Text:
    """The letter with its own choice of words, part of it made otherwise, and its facts."""
    own = random.Random(letter.words)

    def choose(found: re.Match[str]) -> str:
        choices = found[1].split("|")
        at = own.randrange(len(choices))
        if by and by.random() < reworded:
            at = (at + 1) % len(choices)
        return choices[at]

    def finished(pattern: str) -> str:
        return FACT.sub(lambda found: letter.facts[found[1]], CHOICE.sub(choose, pattern))

    return Text(story, kind, finished(letter.title), tuple(map(finished, letter.paragraphs)))


def _in_chinese_numerals(text: str) -> str:
    return re.sub(r"(?<![\d.])([2-9])000(?=余?万元)", lambda found: f"{_DIGITS[int(found[1])]}千", text)


def _value(fact: str) -> str:
    return _in_chinese_numerals(fact).lstrip("近").replace("余", "").replace("多", "")


def _of_one_bank(body: str) -> str:
    """The text whichever way its bank is called: 政和农商行, 政和农村商业银行."""
    return _TAILS.sub("银行", body)


def _worded(pattern: str, chance: random.Random) -> str:
    return CHOICE.sub(lambda found: chance.choice(found[1].split("|")), pattern)


def postbag(originals: int, *, edits: int, lookalikes: int, seed: int = 1) -> Iterator[Text]:
    """So many letters, then so many reposts of each kind, and so many letters of each kind that look like one.

    Reposts are of the first half of the letters, look-alikes of the second: a repost cut down to what two letters
    have in common could be of either.
    """
    bag = Postbag(seed)
    letters = [bag.letter(figures=number % 2 == 0) for number in range(originals)]
    texts = [written(letter, f"s{number}", "original") for number, letter in enumerate(letters)]
    yield from texts
    for kind in EDITS:
        for number in bag.chance.sample(range(originals // 2), edits):
            yield bag.repost(letters[number], texts[number], kind)
    sent = {_of_one_bank(text.body) for text in texts}
    for kind, changed in LOOKALIKES.items():
        plain = kind in {"names-only", "bank-only", "speech"}
        fitting = [
            number
            for number, letter in enumerate(letters)
            if number >= originals // 2 and letter.holds(changed) and not (plain and letter.holds(HOW_MUCH))
        ]
        for turn in range(lookalikes):
            number = fitting[turn % len(fitting)]
            name = f"{kind}-{turn}-of-s{number}"
            # Few facts may be drawn twice; then it would be a copy.
            tries = (bag.lookalike(letters[number], kind, name) for _ in range(100))
            text = next(one for one in tries if _of_one_bank(one.body) not in sent)
            sent.add(_of_one_bank(text.body))
            yield text
