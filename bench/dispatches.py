"""A third invented newsroom: stories as a reporter tells them, where most people and places are named without
a title or an ending, and copies in which an editor changed next to nothing.

It was written before the rule it measures.
"""

import random
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from bench.corpus import Text

STOCK = tomllib.loads(Path(__file__).with_name("dispatches.toml").read_text("utf-8"))
FACT = re.compile(r"<(\w+)>")
_WORDS = dict(pair.split("|") for pair in STOCK["synonyms"].split())
_SLIPS = dict(pair.split("|") for pair in STOCK["slips"].split())

LOOKALIKES = {
    "one-person": ("walker",),
    "other-person": ("grower",),
    "both-people": ("walker", "grower"),
    "village": ("village",),
    "spot": ("spot",),
    "town": ("town",),
    "bank": ("county", "bank"),
    "sum": ("sum",),
    "trips": ("trips",),
    "income": ("income",),
    "names-only": ("walker", "grower", "village", "spot", "town", "county", "bank"),
}
"""Kinds of look-alikes, and the facts in which they differ."""


@dataclass(frozen=True)
class Dispatch:
    """A story before its facts are filled in."""

    title: str
    paragraphs: tuple[str, ...]
    facts: dict[str, str]

    def tells(self, names: tuple[str, ...]) -> bool:
        """Whether the body holds any of these facts."""
        return any(f"<{name}>" in line for name in names for line in self.paragraphs)

    def text(self, story: str, kind: str) -> Text:
        def fill(line: str) -> str:
            return FACT.sub(lambda slot: self.facts[slot[1]], line)

        return Text(story, kind, fill(self.title), tuple(map(fill, self.paragraphs)))


class Desk:
    """Writes stories, lightly edited copies and look-alikes."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def dispatch(self, *, figures: bool) -> Dispatch:
        """A story of some 400 to 1,000 characters."""
        pick = self.chance
        told = pick.sample(STOCK["plain"], pick.randint(7, 15)) + pick.sample(
            STOCK["named"], pick.randint(2, 5)
        )
        told += pick.sample(STOCK["figures"], pick.randint(1, 2)) if figures else []
        pick.shuffle(told)
        lines = ["".join(told[at : at + 2]) for at in range(0, len(told), 2)]
        return Dispatch(pick.choice(STOCK["titles"]), (pick.choice(STOCK["openings"]), *lines), self.facts())

    def facts(self) -> dict[str, str]:
        """Who, where, how much and when."""
        pick = self.chance

        def one(name: str) -> str:
            return pick.choice(STOCK[name].split())

        county = one("counties")
        walker, grower = pick.sample(STOCK["people"].split(), 2)
        return {
            "county": county,
            "bank": county.removesuffix("县").removesuffix("市") + one("tails"),
            "walker": walker,
            "grower": grower,
            "town": one("towns"),
            "village": one("villages"),
            "spot": one("spots"),
            "sum": pick.choice([f"{pick.randint(12, 990)}万元", f"{pick.choice('三四五六七八')}百多万"]),
            "income": pick.choice([f"{pick.randint(31, 99)}500元", f"{pick.choice('三四五六七八')}万块"]),
            "trips": pick.choice([f"{pick.randint(21, 310)}趟", f"{pick.choice('三四五六七八')}十个来回"]),
            "when": f"{pick.randint(1, 12)}月{pick.randint(1, 28)}日",
        }

    def lookalike(self, dispatch: Dispatch, kind: str, story: str) -> Text:
        """Another story told in the same words."""
        told = set(dispatch.facts.values())
        fresh = self.facts()
        while any(fresh[name] in told for name in LOOKALIKES[kind]):
            fresh = self.facts()
        changed = {name: fresh[name] for name in LOOKALIKES[kind]}
        return replace(dispatch, facts=dispatch.facts | changed).text(story, kind)

    def slip(self, text: Text) -> Text:
        """One slip of the pen put right."""
        return self._replaced(text, _SLIPS, 1)

    def word(self, text: Text) -> Text:
        """One word put for another."""
        return self._replaced(text, _WORDS, 1)

    def words(self, text: Text) -> Text:
        """Every word that has another."""
        return self._replaced(text, _WORDS, len(_WORDS))

    def drop(self, text: Text) -> Text:
        """One sentence gone, and one word put for another."""
        at = self.chance.randrange(len(text.paragraphs))
        kept = text.paragraphs[at].split("。")
        kept.pop(self.chance.randrange(max(1, len(kept) - 1)))
        return self.word(replace(text, paragraphs=_with(text.paragraphs, at, "。".join(kept))))

    def scatter(self, text: Text) -> Text:
        """12 % of the Chinese characters become others, names among them."""
        stock = "".join(STOCK["plain"]).replace("，", "").replace("。", "")

        def other(found: re.Match[str]) -> str:
            return self.chance.choice(stock) if self.chance.random() < 0.12 else found[0]

        return replace(
            text, paragraphs=tuple(re.sub(r"[\u4e00-\u9fff]", other, line) for line in text.paragraphs)
        )

    def note(self, text: Text) -> Text:
        return replace(self.words(text), paragraphs=(self.chance.choice(STOCK["notes"]), *text.paragraphs))

    def cut(self, text: Text) -> Text:
        count = len(text.paragraphs)
        gone = set(self.chance.sample(range(count), round(count * self.chance.uniform(0.3, 0.4))))
        return self.word(
            replace(text, paragraphs=tuple(line for at, line in enumerate(text.paragraphs) if at not in gone))
        )

    def retitle(self, text: Text) -> Text:
        return replace(text, title=self.chance.choice(STOCK["other_titles"]))

    def _replaced(self, text: Text, words: dict[str, str], most: int) -> Text:
        body = text.body
        held = [word for word in words if word in body]
        for word in self.chance.sample(held, min(most, len(held))):
            body = body.replace(word, words[word])
        return replace(text, paragraphs=tuple(body.split("\n")))


_EDITS: dict[str, Callable[[Desk, Text], Text]] = {
    "slip": Desk.slip,
    "word": Desk.word,
    "words": Desk.words,
    "drop": Desk.drop,
    "scatter": Desk.scatter,
    "note": Desk.note,
    "cut": Desk.cut,
    "title": Desk.retitle,
}


def _with(lines: tuple[str, ...], at: int, line: str) -> tuple[str, ...]:
    return (*lines[:at], line, *lines[at + 1 :])


def dispatches(pairs: int, *, seed: int = 1) -> Iterator[tuple[Text, Text]]:
    """So many pairs of each kind: a story and a copy of it, or a story and one that looks like it."""
    desk = Desk(seed)
    stories = [desk.dispatch(figures=number % 2 == 0) for number in range(pairs)]
    for kind, edit in _EDITS.items():
        for number, story in enumerate(stories):
            text = story.text(f"s{number}", "original")
            yield text, replace(edit(desk, text), kind=kind)
    for kind, changed in LOOKALIKES.items():
        fitting = [number for number, story in enumerate(stories) if story.tells(changed)]
        for turn in range(pairs):
            number = fitting[turn % len(fitting)]
            other = desk.lookalike(stories[number], kind, f"{kind}-{turn}")
            yield stories[number].text(f"s{number}", "original"), other
