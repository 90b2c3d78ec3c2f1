"""Which of the reader's words belong to one site only.

    python -m measure.rules PAGES [MIXED …]

PAGES is a folder of folders of saved pages, one folder a site; a MIXED folder among them holds a page each of many
sites. Every word in the string literals of `crawler/pages/` that could be a class name, an id, a host or a path is
looked up in the markup of those pages. A word found on one site alone may be a rule that knows the site: it is
printed for a person to judge, and there should be none but words of the web at large.
"""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from crawler.pages.document import Document
from pipelines.refusals import Refusal

READER = Path(__file__).resolve().parent.parent / "crawler" / "pages"
_WORD = re.compile(r"[A-Za-z][\w-]{2,}")
_HTML = frozenset(
    "address article aside base body button caption center code details dialog div embed figcaption figure font footer "
    "form frame frameset head header html iframe image img input label legend link main map menu meta nav object option "
    "param picture section select source span strong style sub summary sup svg table tbody template text textarea tfoot "
    "thead time title track video area audio canvas cite class name content href http https property type value width "
    "height none hidden display visibility block data script html5 utf-8 gbk gb2312 gb18030 charset www".split()
)
"""Words of HTML and HTTP themselves: they are on every page and name no site."""


def words_of_the_reader(folder: Path = READER) -> dict[str, set[str]]:
    """Each word in a string literal, docstrings aside, with the files that use it."""
    used: dict[str, set[str]] = defaultdict(set)
    for file in sorted(folder.rglob("*.py")):
        for text in _literals(ast.parse(file.read_text("utf-8"))):
            for word in _WORD.findall(re.sub(r"\\[a-zA-Z]", " ", text)):
                if word.lower() not in _HTML:
                    used[word.lower()].add(file.relative_to(folder).as_posix())
    return used


def _literals(tree: ast.Module) -> Iterator[str]:
    explained = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in explained:
            yield node.value


def words_of_page(file: Path) -> set[str]:
    """Whole class and id words, hosts, and steps of paths in the markup of a page."""
    try:
        root = Document.parse(file.read_bytes(), url="http://localhost/").root
    except Refusal:
        return set()
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


def main() -> int:
    """Print each word of the reader that stands on one site only."""
    pages, mixed = Path((sys.argv[1:] or [""])[0]), set(sys.argv[2:])
    if len(sys.argv) == 1 or not pages.is_dir():
        print("usage: python -m measure.rules PAGES [MIXED …], a folder of folders of pages", file=sys.stderr)
        return 2
    sites = words_by_site(pages, mixed)
    alone = 0
    for word, files in sorted(words_of_the_reader().items()):
        where = [name for name, words in sites.items() if word in words]
        if len(where) == 1:
            alone += 1
            print(f"{word:<16} only on {where[0]:<24} used by {', '.join(sorted(files))}")
    print(f"{alone} words of the reader stand on one of {len(sites)} sites only")
    return 0


if __name__ == "__main__":
    sys.exit(main())
