"""Which of the reader's words belong to one site only, and what is read otherwise without them.

    python -m measure.rules PAGES [MIXED …]

PAGES is a folder of folders of saved pages, one folder a site; a MIXED folder among them holds a page each of many
sites. Every word in the string literals of `crawler/pages/` that could be a class name, an id, a host or a path is
looked up in the markup of those pages. A word found on one site alone may be a rule that knows the site. Each is
printed for a person to judge, and the pages are read once more by a reader that has none of them: where that changes
nothing, no page is read by a word of its own.
"""

import ast
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tokenize
from collections import defaultdict
from collections.abc import Collection, Iterator
from pathlib import Path

from lxml import etree

from crawler.pages.document import Document
from pipelines import refusals
from pipelines.refusals import Refusal

ROOT = Path(__file__).resolve().parent.parent
READER = ROOT / "crawler" / "pages"
_PROGRAMME = ("crawler", "nongshang", "pipelines", "storage")
_NO_WORD = "qzqzq"
_WORD = re.compile(r"[A-Za-z][\w-]{2,}")
_HTML = frozenset(
    "address article aside base body button caption center code details dialog div embed figcaption figure font footer "
    "form frame frameset head header html iframe image img input label legend link main map menu meta nav object option "
    "param picture section select source span strong style sub summary sup svg table tbody template text textarea tfoot "
    "thead time title track video area audio canvas cite class name content href http https property type value width "
    "height none hidden display visibility block data script html5 utf-8 gbk gb2312 gb18030 charset www next".split()
)
"""Words of HTML and HTTP themselves: they are on every page and name no site."""

_REFUSALS = frozenset(name for name, value in vars(refusals).items() if isinstance(value, type))

_FORMATS = frozenset("big5 doc swf flv json aspx cgi".split())
"""Charsets and the endings of files and programmes, which are nobody's names either."""


def words_of_the_reader(folder: Path = READER) -> dict[str, set[str]]:
    """Each word in a string literal, with the files that use it; docstrings and what a refusal says are no rules."""
    used: dict[str, set[str]] = defaultdict(set)
    for file in sorted(folder.rglob("*.py")):
        for text in _literals(ast.parse(file.read_text("utf-8"))):
            for word in _WORD.findall(re.sub(r"\\[a-zA-Z]", " ", text)):
                if word.lower() not in _HTML | _FORMATS:
                    used[word.lower()].add(file.relative_to(folder).as_posix())
    return used


def _literals(tree: ast.Module) -> Iterator[str]:
    explained = {
        id(said)
        for node in ast.walk(tree)
        if (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)) or _is_refusal(node)
        for said in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in explained:
            yield node.value


def _is_refusal(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _REFUSALS


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


def read_otherwise(pages: Path, words: Collection[str]) -> tuple[int, int]:
    """How many pages a reader without these words reads otherwise, and how many there are."""
    with tempfile.TemporaryDirectory() as folder:
        for name in _PROGRAMME:
            shutil.copytree(ROOT / name, Path(folder) / name)
        for file in (Path(folder) / "crawler" / "pages").rglob("*.py"):
            file.write_text(without(file.read_text("utf-8"), words), "utf-8")
        ours, theirs = _read(ROOT, pages), _read(Path(folder), pages)
    return sum(one != other for one, other in zip(ours, theirs, strict=True)), len(ours)


def without(source: str, words: Collection[str]) -> str:
    """A module with nonsense for these words in all its strings."""
    known = re.compile(rf"(?:(?<![\w-])|(?<=\\[a-zA-Z]))(?:{'|'.join(words)})(?![\w-])", re.IGNORECASE)
    lines = source.splitlines(keepends=True)
    for token in reversed([*tokenize.generate_tokens(io.StringIO(source).readline)]):
        if token.type in _STRINGS:
            (first, begin), (last, end) = token.start, token.end
            changed = known.sub(_NO_WORD, token.string)
            lines[first - 1 : last] = [lines[first - 1][:begin] + changed + lines[last - 1][end:]]
            lines[first:first] = [""] * (last - first)
    return "".join(lines)


_STRINGS = {tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)}


def _read(programme: Path, pages: Path) -> list[str]:
    command = [sys.executable, "-m", "nongshang", "read", str(pages)]
    path = {**os.environ, "PYTHONPATH": str(programme)}
    done = subprocess.run(command, cwd=programme, env=path, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit("without these words nothing can be read: some are words of the code")
    return done.stdout.splitlines()


def main() -> int:
    """Print each word of the reader that stands on one site only, and what is read otherwise without them."""
    pages, mixed = Path((sys.argv[1:] or [""])[0]).resolve(), set(sys.argv[2:])
    if len(sys.argv) == 1 or not pages.is_dir():
        print("usage: python -m measure.rules PAGES [MIXED …], a folder of folders of pages", file=sys.stderr)
        return 2
    sites = words_by_site(pages, mixed)
    alone = []
    for word, files in sorted(words_of_the_reader().items()):
        where = [name for name, words in sites.items() if word in words]
        if len(where) == 1:
            alone.append(word)
            print(f"{word:<16} only on {where[0]:<24} used by {', '.join(sorted(files))}")
    print(f"{len(alone)} words of the reader stand on one of {len(sites)} sites only")
    if alone:
        changed, read = read_otherwise(pages, alone)
        print(f"without them {changed} of {read} pages are read otherwise")
    return 0


if __name__ == "__main__":
    sys.exit(main())
