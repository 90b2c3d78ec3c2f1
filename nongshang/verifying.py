"""`nongshang verify`: whether database, captures and ledger hold together."""

import json
import sys
from dataclasses import asdict
from typing import Annotated

import typer

from crawler.report import ExitCode
from nongshang.archive import DEFAULT_CAPTURES, DEFAULT_URL, ArchiveUrl, CaptureDir, open_for_reading
from storage.soundness import Problem, problems


def verify(
    archive: ArchiveUrl = DEFAULT_URL,
    captures: CaptureDir = DEFAULT_CAPTURES,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Check every pointer, digest and foreign key; ends with 3 if something does not hold."""
    wrong = 0
    with open_for_reading(archive) as opened, opened.read() as connection:
        for problem in problems(connection, captures):
            wrong += not problem.harmless
            sys.stdout.write(f"{_as_json(problem) if as_json else _as_text(problem)}\n")
    if wrong:
        raise typer.Exit(int(ExitCode.RED))
    if not as_json:
        print("every pointer, digest and foreign key holds")


def _as_json(problem: Problem) -> str:
    return json.dumps(asdict(problem), ensure_ascii=False)


def _as_text(problem: Problem) -> str:
    where = f"\n    {problem.url}" if problem.url else ""
    return f"{'note' if problem.harmless else 'WRONG'}: {problem.what}{where}\n    → {problem.repair}"
