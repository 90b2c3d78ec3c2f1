"""What the reader would have scored on folders of pages before it had the rules that only those need.

    python -m measure.curve PAGES SCORER [LAST …]

PAGES is a folder of folders of saved pages with gold values, SCORER the script that scores readings of them. The
folders are taken one at a time, in the order of their names, those named LAST at the end. A rule is a word or a set of
characters in a string of the reader, or a function that answers yes or no; without it the word stands nowhere, and the
function says no. The rules that any page needs, each by itself, are looked for first. Before a folder is taken, the
reader lacks as many of them as the folders before can spare, all at once: what it scores on the folders that are left
is what to expect of pages nobody has read, short of what a person would have thought of beside them. The last figures
of a folder are its score without the rules that it alone needs.

What no page here needs the reader keeps: it was taught elsewhere. So are the data files of `pipelines/`.
"""

import importlib.util
import json
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from measure.ablation import FORK, READER, Rule, read, rules_of

_SHOWN = "f1 clean leak title day zoned named source".split()
_NOT_READ: dict[str, Any] = dict.fromkeys(("title", "published", "source", "authors", "body"))
_AT_ONCE = 2
_ARGUMENTS = 2
_CHUNK = 32


def needed(rules: Sequence[Rule], whole: Mapping[Path, str]) -> list[tuple[Rule, list[Path]]]:
    """Each rule that some page needs, with those pages: many are tried at once, then halves of them.

    Args:
        rules: the rules to try.
        whole: the pages, each with what the whole reader reads.
    """
    lines = read(rules, [*whole])
    changed = {file: right for (file, right), line in zip(whole.items(), lines, strict=True) if line != right}
    if not changed or len(rules) == 1:
        return [(rules[0], [*changed])] if changed else []
    half = len(rules) // 2
    return needed(rules[:half], changed) + needed(rules[half:], changed)


def spared(
    rules: Sequence[Rule], whole: Mapping[Path, str], others: tuple[Rule, ...] = ()
) -> tuple[Rule, ...]:
    """The rules that pages can spare, all at once, beside others that they do."""
    lacking = (*others, *rules)
    if read(lacking, [*whole]) == [*whole.values()]:
        return lacking
    if len(rules) == 1:
        return others
    half = len(rules) // 2
    return spared(rules[half:], whole, spared(rules[:half], whole, others))


@dataclass(frozen=True)
class Corpus:
    """Folders of pages with gold values, and the scorer."""

    path: Path
    scorer: Any

    def files(self, folders: Collection[str]) -> list[Path]:
        """The pages of some folders."""
        return [file for file in sorted(self.path.glob("*/*.html")) if file.parent.name in folders]

    def whole(self, folders: Collection[str]) -> dict[Path, str]:
        """What the whole reader reads on the pages of some folders."""
        files = self.files(folders)
        return dict(zip(files, read((), files), strict=True))

    def needs(self, folders: Collection[str]) -> dict[str, set[Rule]]:
        """The rules each folder needs."""
        rules = [rule for file in READER for rule in rules_of(file)]
        chunks = [rules[at : at + _CHUNK] for at in range(0, len(rules), _CHUNK)]
        needs: dict[str, set[Rule]] = {folder: set() for folder in folders}
        with ProcessPoolExecutor(_AT_ONCE, mp_context=FORK) as workers:
            for found in workers.map(needed, chunks, [self.whole(folders)] * len(chunks)):
                for rule, changed in found:
                    for file in changed:
                        needs[file.parent.name].add(rule)
        return needs

    def score(self, lacking: Iterable[Rule], folders: Collection[str]) -> str:
        """What a reader without some rules scores on some folders."""
        files = self.files(folders)
        lines = dict(zip(map(self._id, files), read(lacking, files), strict=True))
        golds = {page: gold for page, gold in self.scorer.load_gold(self.path).items() if page in lines}
        if not golds:
            return "no article"
        read_as = {
            page: self.scorer.from_read(json.loads(line)) if line.startswith("{") else _NOT_READ
            for page, line in lines.items()
        }
        table, _ = self.scorer.summarise(read_as, golds)
        shown = (f"{name} {100 * table[name]:.1f}" for name in _SHOWN if table[name] is not None)
        return f"{len(golds)} articles, " + ", ".join(shown)

    def _id(self, file: Path) -> str:
        return file.relative_to(self.path).with_suffix("").as_posix()


def _load(script: Path) -> Any:
    spec = importlib.util.spec_from_file_location("scorer", script)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{script} is no script")
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    return scorer


def report(corpus: Corpus, order: Sequence[str]) -> Iterator[str]:
    """The lines of the curve."""
    needs = corpus.needs(order)
    lacking = tuple(sorted(set[Rule]().union(*needs.values())))
    yield f"{len(lacking)} rules are needed by {len(order)} folders"
    for at, folder in enumerate(order):
        yield f"{folder}: before it, on all unread: {corpus.score(lacking, order[at:])}"
        yield f"    on it: {corpus.score(lacking, [folder])}"
        known = spared(lacking, corpus.whole(order[: at + 1]))
        yield f"    asks for {len(lacking) - len(known)}: {', '.join(map(_shown, sorted({*lacking} - {*known})))}"
        lacking = known
        alone = needs[folder].difference(*(needs[other] for other in order if other != folder))
        yield f"    without the {len(alone)} it alone needs: {corpus.score(alone, [folder])}"


def _shown(rule: Rule) -> str:
    return f"{rule.module.rpartition('.')[2]}:{rule.name}"


def main() -> int:
    """Print the curve: the score of the folders still unread, and the rules each folder then asks for."""
    if len(sys.argv) <= _ARGUMENTS or not Path(sys.argv[1]).is_dir() or not Path(sys.argv[2]).is_file():
        print("usage: python -m measure.curve PAGES SCORER [LAST …]", file=sys.stderr)
        return 2
    corpus = Corpus(Path(sys.argv[1]).resolve(), _load(Path(sys.argv[2])))
    last = sys.argv[_ARGUMENTS + 1 :]
    folders = {file.parent.name for file in corpus.path.glob("*/*.html")}
    for line in report(corpus, sorted(folders, key=lambda folder: (folder in last, folder))):
        print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
