"""The templates, written in the tag notation of the CMS itself."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "templates"
TAG = re.compile(r"\[!--([a-z_.]+)--\]")


def render(name: str, values: Mapping[str, object]) -> str:
    """Fill the template of that name; `[!--temp.NAME--]` includes another, any other tag is a value.

    A tag without a value is a KeyError: a template never prints a tag by accident.
    """

    def fill(tag: re.Match[str]) -> str:
        word = tag[1]
        return render(word.removeprefix("temp."), values) if word.startswith("temp.") else str(values[word])

    return TAG.sub(fill, _source(name))


@cache
def _source(name: str) -> str:
    return (FOLDER / f"{name}.html").read_text("utf-8").rstrip("\n")
