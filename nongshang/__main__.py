"""`nongshang`: the command line for analysts, operators and those who keep the rules."""

import sys

import typer
from typer.exceptions import TyperException

from crawler.report import ExitCode
from nongshang import (
    counting,
    diff,
    duplicates,
    exporting,
    fixtures,
    gaps,
    ingesting,
    keeping,
    newsite,
    operating,
    outlets,
    pruning,
    reading,
    reextracting,
    searching,
    serving,
    showing,
    verifying,
)
from nongshang.doctor import doctor

app = typer.Typer(
    name="nongshang",
    help="The archive of China's rural-bank news.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("search")(searching.search)
app.command("show")(showing.show)
app.command("stats")(counting.stats)
app.command("export")(exporting.export)
app.command("snapshot")(exporting.snapshot)
app.command("serve")(serving.serve)
app.command("doctor")(doctor)
app.command("runs")(operating.runs)
app.command("report")(operating.report)
app.command("gaps")(gaps.gaps)
app.command("diff")(diff.diff)
app.command("rejections")(operating.list_rejections)
app.command("backup")(keeping.backup)
app.command("restore")(keeping.restore)
app.command("copy-archive")(keeping.copy)
app.command("remove")(keeping.remove)
app.add_typer(outlets.app, name="sources")
app.command("read")(reading.read)
app.command("verify")(verifying.verify)
app.command("prune")(pruning.prune)
app.command("reextract")(reextracting.reextract)
app.add_typer(fixtures.app, name="fixture")
app.command("ingest")(ingesting.ingest)
app.command("newsite")(newsite.newsite)
app.command("why-duplicate")(duplicates.why_duplicate)
app.command("split")(duplicates.split)
app.command("merge")(duplicates.merge)
app.command("dedup")(duplicates.dedup)


def main() -> None:
    """Run the command line; a reader that closes the pipe early is no fault."""
    try:
        sys.exit(app(standalone_mode=False))
    except TyperException as error:
        sys.exit(_wrong_use(error))
    except (typer.Abort, KeyboardInterrupt):
        sys.exit(int(ExitCode.INTERRUPTED))
    except BrokenPipeError:
        sys.stderr.close()


def _wrong_use(error: TyperException) -> int:
    """One line, and where to read on; a command without any word shows its help."""
    context = getattr(error, "ctx", None)
    said = " ".join(error.format_message().split())
    if context and not said:
        print(context.get_help(), file=sys.stderr)
    else:
        command = context.command_path if context else "nongshang"
        print(f"nongshang: {said}; see `{command} --help`", file=sys.stderr)
    return int(ExitCode.WRONG_USE)


if __name__ == "__main__":
    main()
