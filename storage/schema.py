"""Making an archive and bringing an older one up to date.

Alembic is imported only when there is something to migrate: opening a current archive stays quick.
"""

from importlib.resources import files
from string import Template

from sqlalchemy import Connection, Engine, inspect, text

from storage.database import kind_of
from storage.errors import ArchiveError

LATEST = "0002"
"""The newest migration; they are numbered, so that of two versions one can say which is newer."""

VIEWS = (
    "article_list",
    "daily_counts",
    "source_counts",
    "section_counts",
    "contributor_counts",
    "run_health",
    "field_coverage",
)


def prepare(engine: Engine, *, create: bool, read_only: bool) -> None:
    """Leave the archive at `LATEST`, or raise `ArchiveError` and leave it as it was."""
    with engine.connect() as connection:
        found = version_of(connection)
    if found == LATEST:
        return
    if found is None and (read_only or not create):
        raise ArchiveError("there is no archive here")
    if read_only:
        raise ArchiveError(f"version {found} is older than this program's {LATEST}: open it for writing once")
    with engine.execution_options(writing=True).begin() as connection:
        bring_up_to_date(connection)


def version_of(connection: Connection) -> str | None:
    """The version of the archive, None of an empty database; a newer or a strange one is refused."""
    tables = inspect(connection).get_table_names()
    if "alembic_version" not in tables:
        if tables:
            raise ArchiveError("a database, but not a nongshang archive")
        return None
    version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    if version is not None and version > LATEST:
        raise ArchiveError(f"version {version} is newer than this program's {LATEST}: update nongshang")
    return version


def bring_up_to_date(connection: Connection) -> None:
    """Run the missing migrations inside the caller's transaction: killed half-way, the old archive stands."""
    # Asked again now that nobody else writes: of two programs that start together one has already done it.
    if version_of(connection) == LATEST:
        return
    # The views go first, as SQLite can't rebuild a table that a view looks at.
    for view in VIEWS:
        connection.execute(text(f"DROP VIEW IF EXISTS {view}"))
    _run_migrations(connection)
    for statement in _view_statements(connection):
        connection.exec_driver_sql(statement)
    kind = kind_of(connection.engine.url)
    kind.install_search(connection)
    kind.refresh_search(connection)


def _run_migrations(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 - see the top of the module

    from storage.migrations import configuration  # noqa: PLC0415

    command.upgrade(configuration(connection), "head")


def _view_statements(connection: Connection) -> list[str]:
    lines = files("storage").joinpath("views.sql").read_text(encoding="utf-8").splitlines()
    template = Template("\n".join(line for line in lines if not line.startswith("--")))
    script = template.substitute(kind_of(connection.engine.url).VIEW_WORDS)
    return [statement for statement in script.split(";") if statement.strip()]
