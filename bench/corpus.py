"""An invented newsroom: stories, edited reposts of them, and letters that only look like copies.

Everything follows from the seed. Of each story it is known which story it is, so recall and precision can be
counted instead of judged.
"""

import random
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

WORDS = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))
LEXICON = {"v": WORDS["verbs"].split(), "n": WORDS["nouns"].split(), "a": WORDS["adjectives"].split()}
CLASS_OF = {word: kind for kind, words in LEXICON.items() for word in words}
ANY_WORD = re.compile("|".join(CLASS_OF))
WIDE = str.maketrans({code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x3001: "､"})

EDITS = ("note", "cut", "rewrite", "misread", "note+cut+width", "title", "shuffle", "width")
LOOKALIKES = ("other-bank", "year-later", "speech", "names-only")


@dataclass(frozen=True)
class Text:
    """One article of the newsroom."""

    story: str
    """Which story it tells: articles with one name here belong together, all others apart."""

    kind: str
    """`original`, an edit, or a kind of look-alike."""

    title: str
    paragraphs: tuple[str, ...]

    @property
    def body(self) -> str:
        return "\n".join(self.paragraphs)


@dataclass(frozen=True)
class Draft:
    """A story before its facts are filled in: the same draft with other facts is a form letter."""

    title: str
    paragraphs: tuple[str, ...]
    facts: dict[str, str] = field(default_factory=dict)

    def text(self, story: str, kind: str, **changed: str) -> Text:
        facts = self.facts | changed
        return Text(
            story, kind, _filled(self.title, facts), tuple(_filled(line, facts) for line in self.paragraphs)
        )


class Newsroom:
    """Writes stories, edits and look-alikes."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def draft(self, *, with_figures: bool = True) -> Draft:
        """A new story of 300 to 2,500 characters."""
        opening = [pattern for pattern in WORDS["openings"] if with_figures or "{month}" not in pattern]
        lines = [self.worded(self.chance.choice(opening))]
        for _ in range(self.chance.randint(6, 19)):
            count = self.chance.randint(1, 4)
            lines.append("".join(self.worded(self.chance.choice(WORDS["sentences"])) for _ in range(count)))
        for pattern in WORDS["figures" if with_figures else "names_only"]:
            at = self.chance.randrange(1, len(lines))
            lines[at] += self.worded(pattern)
        return Draft(self.worded(self.chance.choice(WORDS["headlines"][:2])), tuple(lines), self.facts())

    def facts(self) -> dict[str, str]:
        """Who, where, how much and when."""
        pick = self.chance
        numbers = {
            "month": pick.randint(1, 12),
            "day": pick.randint(1, 28),
            "amount": pick.randint(1000, 99999),
            "count": pick.randint(100, 9999),
            "people": pick.randint(10000, 99999),
            "share": pick.randint(201, 999) / 100,
            "loan": pick.randint(11, 99),
            "machines": pick.randint(3, 20),
            "gain": pick.randint(2, 40) + 0.5,
        }
        names = {
            "bank": self._place() + pick.choice(["农商银行", "农村商业银行", "联社"]),
            "town": self._place(),
            "village": self._place(),
            "post": pick.choice(WORDS["posts"]),
            "person": self._person(),
            "farmer": self._person(),
            "clerk": self._person(),
        }
        return {name: str(value) for name, value in (numbers | names).items()}

    def edited(self, text: Text, edit: str) -> Text:
        """A repost of the text."""
        changed = _EDITS[edit](self, text)
        return replace(changed, kind=edit)

    def lookalike(self, draft: Draft, kind: str, story: str) -> Text:
        """Another story in the words of the draft."""
        fresh = self.facts()
        if kind == "year-later":
            fresh |= {name: draft.facts[name] for name in ("bank", "town", "village", "post")}
            lines = list(draft.paragraphs)
            plain = [at for at, line in enumerate(lines) if "{" not in line]
            for at in self.chance.sample(plain, len(plain) // 5):
                lines[at] = self.worded(self.chance.choice(WORDS["sentences"]))
            return replace(draft, paragraphs=tuple(lines)).text(story, kind, **fresh)
        if kind == "speech":
            fresh |= {name: draft.facts[name] for name in ("month", "day")}
        return draft.text(story, kind, **fresh)

    def note(self, text: Text) -> Text:
        note = self.worded(self.chance.choice(WORDS["notes"]))
        front = self.chance.random() < 0.5
        lines = (note, *text.paragraphs) if front else (*text.paragraphs, note)
        return replace(text, paragraphs=lines)

    def cut(self, text: Text) -> Text:
        """30 to 40 % of the paragraphs go, the first as likely as any."""
        count = len(text.paragraphs)
        gone = round(count * self.chance.uniform(0.3, 0.4))
        out = set(self.chance.sample(range(count), gone))
        return replace(text, paragraphs=tuple(line for i, line in enumerate(text.paragraphs) if i not in out))

    def rewrite(self, text: Text) -> Text:
        """12 % of the characters: words become others, the facts stay."""
        body = text.body
        places = list(ANY_WORD.finditer(body))
        wanted = min(len(places), round(len(body) * 0.12 / 2))
        pieces, end = [], 0
        for found in sorted(self.chance.sample(places, wanted), key=re.Match.start):
            others = [word for word in LEXICON[CLASS_OF[found[0]]] if not set(word) & set(found[0])]
            pieces += [body[end : found.start()], self.chance.choice(others)]
            end = found.end()
        return replace(text, paragraphs=tuple("".join([*pieces, body[end:]]).split("\n")))

    def misread(self, text: Text) -> Text:
        """12 % of the characters become others wherever they stand, as in a text read off a picture."""
        body = list(text.body)
        places = [at for at, character in enumerate(body) if character.isalpha()]
        letters = [body[at] for at in places]
        for at in self.chance.sample(places, round(len(body) * 0.12)):
            body[at] = self.chance.choice(letters)
        return replace(text, paragraphs=tuple("".join(body).split("\n")))

    def retitle(self, text: Text) -> Text:
        return replace(text, title=self.worded(self.chance.choice(WORDS["headlines"][2:3])))

    def shuffle(self, text: Text) -> Text:
        lines = list(text.paragraphs)
        self.chance.shuffle(lines)
        return replace(text, paragraphs=tuple(lines))

    def widen(self, text: Text) -> Text:
        """Full-width figures, half-width commas: what another editor's keyboard makes of a text."""
        lines = tuple(line.translate(WIDE).replace("，", ",").replace("：", ":") for line in text.paragraphs)
        return replace(text, paragraphs=lines)

    def mix(self, text: Text) -> Text:
        return self.widen(self.note(self.cut(text)))

    def worded(self, pattern: str) -> str:
        """A sentence with words in place of its {v}, {n} and {a}."""
        return re.sub(r"\{([vna])\}", lambda slot: self.chance.choice(LEXICON[slot[1]]), pattern)

    def _place(self) -> str:
        return "".join(self.chance.sample(WORDS["stems"], 2))

    def _person(self) -> str:
        return self.chance.choice(WORDS["surnames"]) + "".join(self.chance.sample(WORDS["given"], 2))


_EDITS: dict[str, Callable[[Newsroom, Text], Text]] = {
    "note": Newsroom.note,
    "cut": Newsroom.cut,
    "rewrite": Newsroom.rewrite,
    "misread": Newsroom.misread,
    "note+cut+width": Newsroom.mix,
    "title": Newsroom.retitle,
    "shuffle": Newsroom.shuffle,
    "width": Newsroom.widen,
}


def corpus(originals: int, *, edits: int, lookalikes: int, seed: int = 1) -> Iterator[Text]:
    """So many originals, then so many of each edit and of each kind of look-alike, each of another original."""
    room = Newsroom(seed)
    drafts = [room.draft(with_figures=number % 4 != 3) for number in range(originals)]
    texts = [draft.text(f"s{number}", "original") for number, draft in enumerate(drafts)]
    yield from texts
    for kind in EDITS:
        for number in room.chance.sample(range(originals), edits):
            yield room.edited(texts[number], kind)
    for kind in LOOKALIKES:
        plain = kind == "names-only"
        fitting = [number for number in range(originals) if (number % 4 == 3) == plain]
        for turn in range(lookalikes):
            number = fitting[turn % len(fitting)]
            yield room.lookalike(drafts[number], kind, f"{kind}-{turn}-of-s{number}")


def _filled(pattern: str, facts: dict[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda slot: facts[slot[1]], pattern)
