"""`nongshang serve`: the archive in a browser."""

import socket
from typing import Annotated

import typer
from sqlalchemy import make_url

from crawler.report import ExitCode
from nongshang.archive import DEFAULT_URL, ArchiveUrl, open_for_reading
from nongshang.errors import refuse

_SETTINGS = {
    "sql_time_limit_ms": 3000,
    "allow_download": False,  # `nongshang snapshot` makes a sound copy while a crawl writes
    "allow_csv_stream": False,  # a CSV is looked through whole, so it must be bounded
}

# What only the program has a use for; the first table not hidden is the one a query is proposed for.
_HIDDEN = ("alembic_version", "bands", "search_pending")
_METADATA = {"databases": {"archive": {"tables": {name: {"hidden": True} for name in _HIDDEN}}}}


def serve(
    *,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes any free port.")] = 8438,
    archive: ArchiveUrl = DEFAULT_URL,
) -> None:
    """Open the archive to a browser: charts, search, articles, and SQL behind them; for looking only."""
    url = make_url(archive)
    if url.get_backend_name() != "sqlite" or not url.database:
        refuse("the web page reads an archive in SQLite")
    try:
        import uvicorn  # noqa: PLC0415 - an extra
        from datasette import app, handle_exception  # noqa: PLC0415 - in this order, or it isn't a plug-in
        from datasette.database import Database  # noqa: PLC0415
        from datasette.plugins import pm  # noqa: PLC0415

        from nongshang.web.plugin import Door  # noqa: PLC0415
    except ModuleNotFoundError:
        refuse("the web page needs its packages: pip install 'nongshang[web]'")
    with open_for_reading(archive) as opened, socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, port))
            listening.listen()  # so that a browser as quick as the line below waits and is not refused
        except OSError as error:
            refuse(f"{host}:{port} can't be listened on: {error.strerror}", ExitCode.FAULT)
        # With rich at hand Datasette prints pages of variables for every mistyped query.
        handle_exception.rich = None
        pm.register(Door(opened))
        datasette = app.Datasette(settings=_SETTINGS, metadata=_METADATA)
        datasette.add_database(Database(datasette, path=url.database), name="archive")
        print(f"http://{host}:{listening.getsockname()[1]}/", flush=True)
        uvicorn.Server(uvicorn.Config(datasette.app(), log_level="warning")).run(sockets=[listening])
