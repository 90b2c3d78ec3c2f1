"""A schema of its own on the server the tests use, as an archive's address."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import OperationalError

SERVER = make_url(os.environ.get("TEST_POSTGRESQL_URL", "postgresql+psycopg://root@127.0.0.1:5432/test"))


@contextmanager
def schema() -> Iterator[str]:
    """An empty archive's address; all in it goes when the block ends."""
    name = f"nongshang_{uuid.uuid4().hex[:12]}"
    _run_on_server(f"CREATE SCHEMA {name}")
    try:
        url = SERVER.update_query_dict({"options": f"-csearch_path={name}"})
        yield url.render_as_string(hide_password=False)
    finally:
        _run_on_server(f"DROP SCHEMA {name} CASCADE")


def _run_on_server(statement: str) -> None:
    engine = create_engine(SERVER, connect_args={"connect_timeout": 3})
    try:
        with engine.begin() as connection:
            connection.execute(text(statement))
    except OperationalError as error:
        pytest.skip(f"no PostgreSQL answers at {SERVER.host}:{SERVER.port}: {error.orig}")
    finally:
        engine.dispose()
