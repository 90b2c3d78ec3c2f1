"""`make soak`: what takes hours. `python -m soak [PART…] [--seed N]`; each module here is a part."""

import argparse
import sys
from importlib import import_module
from pathlib import Path

PARTS = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if not path.stem.startswith("_"))


def main() -> int:
    """Run the parts named, all if none is; 1 if one of them failed."""
    parser = argparse.ArgumentParser(prog="python -m soak", description=__doc__)
    parser.add_argument("part", nargs="*", help=f"one of {', '.join(PARTS)}; all, if none is named")
    parser.add_argument("--seed", type=int, default=1, help="where chance begins; a failure names its own")
    asked = parser.parse_args()
    unknown = set(asked.part) - set(PARTS)
    if unknown:
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    passed = [import_module(f"soak.{part}").run(seed=asked.seed) for part in asked.part or PARTS]
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
