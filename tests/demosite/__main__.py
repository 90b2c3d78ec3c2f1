"""Write the demo site into a folder, and beside it what an archive of it has to hold."""

import argparse
import json
from pathlib import Path

from tests.demosite.catalogue import Catalogue
from tests.demosite.expected import expectation
from tests.demosite.site import Site

parser = argparse.ArgumentParser(prog="python -m tests.demosite", description=__doc__)
parser.add_argument("out", type=Path, help="the folder; OUT.expected.json is written beside it")
parser.add_argument("--edition", type=int, default=1, help="regenerate: other sidebars, the same stories")
asked = parser.parse_args()

site = Site(Catalogue.load(), edition=asked.edition)
site.write(asked.out)
beside = asked.out.with_name(f"{asked.out.name}.expected.json")
beside.write_text(json.dumps(expectation(site.catalogue), ensure_ascii=False, indent=1) + "\n", "utf-8")
