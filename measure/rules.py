"""Which of the reader's words belong to one site only, and what is read otherwise without them.

    python -m measure.rules PAGES [MIXED …]

PAGES is a folder of folders of saved pages, one folder a site; a MIXED folder among them holds a page each of many
sites. Every word in the strings of the reader that could be a class name, an id, a host or a path is looked up in the
markup of those pages. A word found on one site alone may be a rule that knows the site. Each is printed for a person to
judge, and the pages are read once more by a reader that has none of them: where that changes nothing, no page is read
by a word of its own.
"""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Collection, Sequence
from pathlib import Path

from lxml import etree
from parsel import Selector

from measure.ablation import OF_THE_WEB, READER, read, rules_of, telling

_ESCAPE = re.compile(r"\\[a-zA-Z]")
_GROUP = re.compile(r"\?P<(\w+)>")
_WORD = re.compile(r"[A-Za-z][\w-]{2,}")


def words_of(modules: Sequence[Path] = READER) -> dict[str, set[str]]:
    """Each word in a string, with the modules that use it; docstrings and what a refusal says are no rules."""
    used: dict[str, set[str]] = defaultdict(set)
    for module in modules:
        source = module.read_text("utf-8")
        names = OF_THE_WEB.union(_GROUP.findall(source))
        for text in telling(ast.parse(source)):
            for word in _WORD.findall(_ESCAPE.sub(" ", str(text.value))):
                if word.lower() not in names:
                    used[word.lower()].add(f"{module.parent.name}/{module.name}")
    return used


def words_of_page(file: Path) -> set[str]:
    """Whole class and id words, hosts, and steps of paths in the markup of a page."""
    root = Selector(text=file.read_bytes().decode("latin-1")).root  # such words are ASCII in any charset
    return {word for element in root.iter(etree.Element) for word in _words_of(element)}


def words_by_site(pages: Path, mixed: set[str]) -> dict[str, set[str]]:
    """The words of each site: a folder is one site, of a mixed folder each page is one."""
    sites: dict[str, set[str]] = defaultdict(set)
    for file in sorted(pages.glob("*/*.html")):
        folder = file.parent.name
        sites[f"{folder}/{file.stem}" if folder in mixed else folder] |= words_of_page(file)
    return sites


def _words_of(element: etree._Element) -> set[str]:
    names = f"{element.get('class') or ''} {element.get('id') or ''}".lower().split()
    addresses = (
        f"{element.get('href') or ''} {element.get('src') or ''} {element.get('action') or ''}".lower()
    )
    return {*names, *_WORD.findall(addresses)}


def read_otherwise(files: Sequence[Path], words: Collection[str]) -> int:
    """How many pages a reader without these words reads otherwise."""
    lacking = [rule for module in READER for rule in rules_of(module) if rule.name.lower() in words]
    return sum(one != other for one, other in zip(read((), files), read(lacking, files), strict=True))


def main() -> int:
    """Print each word of the reader that stands on one site only, and what is read otherwise without them."""
    pages, mixed = Path((sys.argv[1:] or [""])[0]).resolve(), set(sys.argv[2:])
    if len(sys.argv) == 1 or not pages.is_dir():
        print("usage: python -m measure.rules PAGES [MIXED …], a folder of folders of pages", file=sys.stderr)
        return 2
    sites = words_by_site(pages, mixed)
    alone = []
    for word, files in sorted(words_of().items()):
        where = [name for name, words in sites.items() if word in words]
        if len(where) == 1:
            alone.append(word)
            print(f"{word:<16} only on {where[0]:<24} used by {', '.join(sorted(files))}")
    print(f"{len(alone)} words of the reader stand on one of {len(sites)} sites only")
    if alone:
        saved = sorted(pages.glob("*/*.html"))
        print(f"without them {read_otherwise(saved, alone)} of {len(saved)} pages are read otherwise")
    return 0


if __name__ == "__main__":
    sys.exit(main())
