"""`make bench`: every part of this folder, into `bench/results.json`. `python -m bench [PART…]` runs some.

A part is a module with a `run() -> list[Result]`.
"""

import argparse
import json
import sys
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

FOLDER = Path(__file__).parent
PARTS = sorted(path.stem for path in FOLDER.glob("*.py") if "\ndef run(" in path.read_text("utf-8"))


def main() -> int:
    """Run the parts named, all if none is."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("part", nargs="*", help=f"one of {', '.join(PARTS)}; all, if none is named")
    asked = parser.parse_args()
    if unknown := set(asked.part) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    results = [result for part in asked.part or PARTS for result in import_module(f"bench.{part}").run()]
    for result in results:
        print(f"{result.ratio:8.3f} ± {result.spread:.3f}  {result.name}")
        print(f"          {result.what}")
    if not asked.part:
        text = json.dumps([asdict(result) for result in results], ensure_ascii=False, indent=1)
        (FOLDER / "results.json").write_text(f"{text}\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
