"""docs/plan.md says what the code does (R23)."""

import re
from pathlib import Path

from django.utils import translation

from objectives.acts_plan import RULES
from objectives.models import PlanState

PAGE = Path(__file__).parents[2] / "docs" / "plan.md"


def words(values):
    return ", ".join(str(value).replace("_", " ") for value in values)


def test_r23_the_table_of_the_docs_is_the_one_the_code_reads():
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    with translation.override("en"):
        expected = [
            (
                words([rule.act]),
                words(rule.parts),
                words(PlanState(state).label for state in rule.before) or "nothing",
                str(PlanState(rule.after).label) if rule.after else "as it is",
            )
            for rule in RULES.values()
        ]
    assert rows[0] == ("act", "who", "from", "to")
    assert rows[1:] == expected
