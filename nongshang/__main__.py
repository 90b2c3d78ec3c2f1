"""`nongshang`: the command line for analysts, operators and those who keep the rules."""

import sys

import typer

from nongshang import diff, gaps, operating, reading, runs, searching

app = typer.Typer(
    name="nongshang",
    help="The archive of China's rural-bank news.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("search")(searching.search)
app.command("report")(operating.report)
app.command("runs")(runs.runs)
app.command("gaps")(gaps.gaps)
app.command("diff")(diff.diff)
app.command("read")(reading.read)


def main() -> None:
    """Run the command line; a reader that closes the pipe early is no fault."""
    try:
        app()
    except BrokenPipeError:
        sys.stderr.close()


if __name__ == "__main__":
    main()
