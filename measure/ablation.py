"""The reader without some of its rules.

A rule is a word or a set of characters in a string of the reader, or a function that answers yes or no. Without it the
word stands nowhere, and the function says no. A reader that lacks rules is loaded into a process of its own, so the
caller must not have loaded the reader itself.
"""

import ast
import importlib.util
import json
import multiprocessing
import re
import signal
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Any, NamedTuple

import dateparser.search  # noqa: F401 - loaded once here, not in every reader
import parsel  # noqa: F401
import sqlalchemy  # noqa: F401
import typer  # noqa: F401

from pipelines import refusals

ROOT = Path(__file__).resolve().parent.parent
READER = (
    *sorted((ROOT / "crawler" / "pages").glob("*.py")),
    *(
        ROOT / "pipelines" / f"{name}.py"
        for name in "boilerplate byline folding labels names normalise people sources timestamps urls".split()
    ),
)
"""The modules that read a page; beside them only data files."""

FORK = multiprocessing.get_context("fork")

OF_THE_WEB = frozenset(
    "address article aside base body button caption center code details dialog div embed figcaption figure font footer "
    "form frame frameset head header html iframe image img input label legend link main map menu meta nav object option "
    "param picture section select source span strong style sub summary sup svg table tbody template text textarea tfoot "
    "thead time title track video area audio canvas cite class name content href http https property type value width "
    "height none hidden display visibility block data script html5 utf-8 gbk gb2312 gb18030 charset www next "
    "big5 doc swf flv json aspx cgi".split()
)
"""Words of HTML and HTTP themselves, charsets and the endings of files: they are on every page and name no site."""

_PIECE = re.compile(r"\[[^\]^]*[\u4e00-\u9fff][^\]]*\]|[\u4e00-\u9fff]+|(?<![\\\w])[A-Za-z][\w-]{2,}")
"""A word, or a set of characters in a pattern."""

_NOTHING = "\ue000"
"""A character for private use: it stands on no page."""

_PATIENCE = 300
"""Seconds after which a reader without some rule is taken to hang."""

_REFUSALS = frozenset(name for name, value in vars(refusals).items() if isinstance(value, type))


class Rule(NamedTuple):
    """Something the reader knows."""

    module: str
    name: str
    """A word as it stands in a string, or a function as `name()`."""


def rules_of(file: Path) -> list[Rule]:
    """Every rule of a module, each once."""
    module = ".".join(file.relative_to(ROOT).with_suffix("").parts)
    tree = _parsed(file)
    words = {piece[0] for text in telling(tree) for piece in _PIECE.finditer(str(text.value))} - OF_THE_WEB
    answers = {f"{function.name}()" for function in _answering(tree)}
    return [Rule(module, name) for name in sorted(words | answers)]


def _parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


def telling(tree: ast.Module) -> Iterator[ast.Constant]:
    """The strings that are said of pages."""
    return (text for text in literals(tree) if text.value not in _values())


@cache
def _values() -> frozenset[str]:
    return _values_of_types(map(_parsed, READER))


def _answering(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """The functions that say yes or no."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.FunctionDef)
            and isinstance(node.returns, ast.Name)
            and node.returns.id == "bool"
        ):
            yield node


def literals(tree: ast.Module) -> Iterator[ast.Constant]:
    """The strings of a module; docstrings and what a refusal says are left out."""
    explained = {id(said) for node in ast.walk(tree) if _explains(node) for said in ast.walk(node)}
    return (text for text in _strings(tree) if id(text) not in explained)


def _values_of_types(trees: Iterable[ast.Module]) -> frozenset[str]:
    """The values of the literal types of some modules: words the code says to itself."""
    types = (node for tree in trees for node in ast.walk(tree) if _is_literal_type(node))
    return frozenset(str(text.value) for node in types for text in _strings(node))


def _strings(node: ast.AST) -> Iterator[ast.Constant]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            yield inner


def _explains(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in _REFUSALS
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_literal_type(node: ast.AST) -> bool:
    return isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == "Literal"


class _Without(SourceFileLoader):
    """Loads a module without some of its rules."""

    lacking: Collection[str] = ()

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002 - the name is the loader's own
        tree = _parsed(Path(self.path))
        for text in telling(tree):
            text.value = _PIECE.sub(self._piece, str(text.value))
        for function in _answering(tree):
            if f"{function.name}()" in self.lacking:
                function.body = [ast.Return(ast.Constant(False))]
        return compile(ast.fix_missing_locations(tree), self.path, "exec")

    def _piece(self, piece: Any) -> str:
        return _NOTHING if piece[0] in self.lacking else str(piece[0])


class _Finder(MetaPathFinder):
    def __init__(self, lacking: Iterable[Rule]) -> None:
        self.lacking = set(lacking)

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> ModuleSpec | None:  # noqa: ARG002
        names = {rule.name for rule in self.lacking if rule.module == fullname}
        if not names:
            return None
        file = ROOT.joinpath(*fullname.split(".")).with_suffix(".py")
        loader = _Without(fullname, str(file))
        loader.lacking = names
        return importlib.util.spec_from_file_location(fullname, file, loader=loader)


def _read(task: tuple[tuple[Rule, ...], tuple[Path, ...]]) -> list[str]:
    """What a reader without some rules reads on each page, as a line; runs in a process of its own."""
    lacking, files = task
    signal.alarm(_PATIENCE)
    sys.meta_path.insert(0, _Finder(lacking))
    try:
        from nongshang.reading import read_page  # noqa: PLC0415 - the reader that is made here
    except Exception as error:  # noqa: BLE001 - a rule may be anything
        return [f"cannot be loaded: {error}"] * len(files)
    return [_line(read_page, file) for file in files]


def _line(read_page: Any, file: Path) -> str:
    try:
        read = read_page(file.read_bytes(), url=f"http://localhost/{file.parent.name}/{file.name}")
    except Exception as error:  # noqa: BLE001 - so may what it fails of
        return f"fails: {error!r}"
    return json.dumps(read, ensure_ascii=False)


def read(lacking: Iterable[Rule], files: Sequence[Path]) -> list[str]:
    """The readings of a reader without these rules, a line a page."""
    with ProcessPoolExecutor(1, mp_context=FORK) as apart:
        try:
            return apart.submit(_read, (tuple(lacking), tuple(files))).result()
        except BrokenProcessPool:
            return ["hangs"] * len(files)
