"""How a door refuses: one line on standard error, and an exit code."""

import sys
from typing import NoReturn

import typer

from crawler.report import ExitCode


def refuse(message: object, code: ExitCode = ExitCode.WRONG_USE) -> NoReturn:
    """End the command with one clear line.

    Raises:
        typer.Exit: always, with `code`.
    """
    print(f"nongshang: {message}", file=sys.stderr)
    raise typer.Exit(int(code))
