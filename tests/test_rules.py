"""What the report on the reader's words rests on."""

from measure.rules import without

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
