"""What the reports on the reader's rules rest on."""

import json
import subprocess
import sys
from pathlib import Path

from measure.ablation import ROOT
from measure.rules import words_of

MODULE = r'''
"""Said of a vote."""
TRAPS = re.compile(r"\bdigg|(?P<box>vote)")
raise NotAnArticle("a list")
'''
PAGE = """<title>柳溪农商银行启动服务月</title><h1>柳溪农商银行启动服务月</h1><p>来源：柳溪日报 2021-04-02 10:15</p>
<p>柳溪农商银行近日在云坪镇启动服务月，组织十二支小队走访种植大户，逐户核对春耕资金需求。</p>"""
READ = """
import sys
from pathlib import Path
from measure.ablation import READER, read, rules_of
lacking = [rule for module in READER for rule in rules_of(module) if rule.name in sys.argv[2:]]
print(*read(lacking, [Path(sys.argv[1])]))
"""


def read_without(page: Path, *rules: str) -> dict[str, object]:
    """What a reader that lacks some rules reads, in a process that has not loaded the whole one."""
    command = [sys.executable, "-c", READ, str(page), *rules]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    line: dict[str, object] = json.loads(done.stdout)
    return line


def test_words_are_those_of_strings_that_are_said_of_pages(tmp_path: Path) -> None:
    module = tmp_path / "traps.py"
    module.write_text(MODULE)
    assert set(words_of([module])) == {"digg", "vote"}


def test_reader_without_a_rule_reads_less(tmp_path: Path) -> None:
    page = tmp_path / "1.html"
    page.write_text(PAGE)
    whole = read_without(page)
    assert (whole["kind"], whole["source"]) == ("article", "柳溪日报")
    assert read_without(page, "来源", "来", "源", "is_outlet()")["source"] is None
    assert read_without(page, "_tells_a_story()")["refusal"] == "not-an-article"
