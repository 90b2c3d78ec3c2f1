"""`nongshang`: the command line for analysts, operators and those who keep the rules."""

import sys

import typer

from nongshang import duplicates, fixtures, operating, reading, reextracting, searching, verifying

app = typer.Typer(
    name="nongshang",
    help="The archive of China's rural-bank news.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("search")(searching.search)
app.command("report")(operating.report)
app.command("read")(reading.read)
app.command("verify")(verifying.verify)
app.command("reextract")(reextracting.reextract)
app.add_typer(fixtures.app, name="fixture")
app.command("why-duplicate")(duplicates.why_duplicate)
app.command("split")(duplicates.split)
app.command("merge")(duplicates.merge)
app.command("dedup")(duplicates.dedup)


def main() -> None:
    """Run the command line; a reader that closes the pipe early is no fault."""
    try:
        app()
    except BrokenPipeError:
        sys.stderr.close()


if __name__ == "__main__":
    main()
