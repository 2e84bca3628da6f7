"""How the demo store's managers were judged by their superiors and subordinates, month by month (R3, R29)."""

from __future__ import annotations

import random

from config.demo.office import Office
from config.demo.store import Plan
from dealership.models import Dealership
from dealership.superiors import Superiors
from surveys.actions_management import publish_blocks
from surveys.models import ManagementRating, ManagementSide
from surveys.periods import month_start, period_of, periods_between

#: What the superior gives whom, month after month; the general manager sees CRM otherwise than its customers do.
SCORES = {
    "crm": (2, 4, 2, 3),
    "administration": (5, 5, 4),
    "finance": (4, 5, 4, 5, 3),
    "sales": (5, 4, 4, 5),
    "hr": (4, 5, 4),
    "parts": (4, 3, 4, 4, 3),
    "accessories": (4, 4, 5, 4, 4, 3, 4, 4),
    "logistics": (4, 4, 3, 4),
    "service-workshop": (4, 3, 5),
}
OTHERS = (4, 5, 4)
#: What subordinates give, and how often they say anything.
FROM_BELOW = (5, 4, 4, 5, 3, 4, 2)
SHARE = 0.9

WORDS = {
    "zh-hans": {
        "crm": ("回访报告总是拖到月底。", "", "计划没有和销售部对齐。", ""),
        "administration": ("会议安排得井井有条。", "", ""),
        "sales": ("", "带新人很用心。", ""),
    },
    "en": {
        "crm": ("Visit reports always wait for the end of the month.", "", "The plan was not agreed with Sales.", ""),
        "administration": ("Meetings are well prepared.", "", ""),
        "sales": ("", "Takes good care of newcomers.", ""),
    },
}
WORDS_FROM_BELOW = {
    "zh-hans": ("遇到问题会替我们出面。", "排班可以早点通知。", "希望多听一线的意见。", *("",) * 9),
    "en": ("Stands up for us.", "Shifts could be announced earlier.", "Listen more to the floor.", *("",) * 9),
}


class Management:
    """Writes the months that are over; the running one waits for its raters."""

    def __init__(self, dealership: Dealership, plan: Plan, office: Office) -> None:
        self.dealership, self.plan, self.office = dealership, plan, office
        self._random = random.Random(f"management {plan.seed}")

    def write(self) -> None:
        """Write what superiors and subordinates gave, and publish what may be shown."""
        rows: list[ManagementRating] = []
        months = list(periods_between("month", month_start(self.plan.start), self.plan.today))[:-1]
        for number, month in enumerate(months):
            end = period_of("month", month.start).end
            line = Superiors(self.dealership, end)
            given_at = self.office.moment(self.office.back(end, 1), 16)
            for position in line.positions:
                above = line.above(position)
                if above is None:
                    continue
                common = {"dealership": self.dealership, "month": month.start, "rated_at": given_at}
                if position in line.managers:
                    code = line.tree.by_id[position.department_id].code
                    scores = SCORES.get(code, OTHERS)
                    words = WORDS[self.plan.language].get(code, ("",))
                    rows.append(
                        ManagementRating(
                            **common,
                            side=ManagementSide.SUPERIOR,
                            department_id=position.department_id,
                            manager_id=position.person_id,
                            given_by_id=above.person_id,
                            score=scores[number % len(scores)],
                            comment=words[number % len(words)],
                        )
                    )
                if self._random.random() < SHARE:
                    rows.append(
                        ManagementRating(
                            **common,
                            side=ManagementSide.SUBORDINATE,
                            department_id=above.department_id,
                            manager_id=above.person_id,
                            given_by_id=position.person_id,
                            score=self._random.choice(FROM_BELOW),
                            comment=self._random.choice(WORDS_FROM_BELOW[self.plan.language]),
                        )
                    )
        ManagementRating.objects.bulk_create(rows)
        publish_blocks(dealership=self.dealership, today=self.plan.today)
