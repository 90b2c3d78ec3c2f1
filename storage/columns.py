"""Column types that mean the same in SQLite and in PostgreSQL."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine

SITE_TIME = timezone(timedelta(hours=8))
"""The zone of every stored time. A fixed offset, as Asia/Shanghai had summer time from 1986 to 1991
and text order would then no longer be time order."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def refuse_unstorable(text: str) -> None:
    """Raise `ValueError` if the text holds what one of the databases can't keep.

    PostgreSQL takes neither NUL nor half a surrogate pair, and SQLite measures a text only up to its
    first NUL. Cleaning is the pipelines' work; here a silent change would be a lie.
    """
    found = _UNSTORABLE.search(text)
    if found:
        raise ValueError(f"U+{ord(found[0]):04X} at character {found.start()} can't be stored: {text[:40]!r}")


class PrintedText(TypeDecorator[str]):
    """Text exactly as printed."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002, D102
        if value is not None:
            refuse_unstorable(value)
        return value


class SiteTime(TypeDecorator[datetime]):
    """An instant: ISO 8601 text, always +08:00, in SQLite; timestamptz in PostgreSQL."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:  # noqa: D102
        native = dialect.name == "postgresql"
        return dialect.type_descriptor(DateTime(timezone=True) if native else String())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | str | None:  # noqa: D102
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError(f"a stored time needs a zone: {value!r}")
        local = value.astimezone(SITE_TIME)
        return local if dialect.name == "postgresql" else local.isoformat()

    def process_result_value(self, value: datetime | str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002, D102
        if value is None:
            return None
        return (datetime.fromisoformat(value) if isinstance(value, str) else value).astimezone(SITE_TIME)


class Structure(TypeDecorator[Any]):
    """JSON: text a person can read in SQLite, jsonb in PostgreSQL."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:  # noqa: D102
        native = dialect.name == "postgresql"
        return dialect.type_descriptor(JSONB(none_as_null=True) if native else JSON(none_as_null=True))

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002, D102
        for text in _texts_in(value):
            refuse_unstorable(text)
        return value


def _texts_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _texts_in(key)
            yield from _texts_in(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts_in(inner)
