"""What the report on the reader's words rests on."""

from pathlib import Path

from measure.rules import without, words_of_the_reader

SOURCE = r'''
"""Said of a vote."""
TRAPS = re.compile(r"\bvote|digg|voters" "sort")
vote = sort("by\n", vote)
'''


def test_words_are_taken_out_of_every_string_and_nothing_else_is_touched() -> None:
    assert (
        without(SOURCE, ["vote", "sort"])
        == r'''
"""Said of a qzqzq."""
TRAPS = re.compile(r"\bqzqzq|digg|voters" "qzqzq")
vote = sort("by\n", vote)
'''
    )


def test_what_a_refusal_says_is_no_rule(tmp_path: Path) -> None:
    (tmp_path / "rules.py").write_text(
        '"""Said of a vote."""\nNotAnArticle("a list")\nTRAPS = re.compile("digg|vote")\n'
    )
    assert words_of_the_reader(tmp_path) == {"digg": {"rules.py"}, "vote": {"rules.py"}}
