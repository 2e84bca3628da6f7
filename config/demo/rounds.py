"""The demo store's survey rounds: last quarter's published, this quarter's open (R4-R6, R20)."""

from __future__ import annotations

import datetime
import random

from config.demo.office import Office
from config.demo.store import ONE_DAY, Plan
from dealership.models import Dealership, Department, Role, User
from surveys.actions_rounds import invite, who_is_asked
from surveys.models import RoundAnswer, RoundInvitation, RoundResult, RoundState, SurveyRound
from surveys.periods import Period, period_of
from surveys.qualities import QUALITIES
from surveys.round_results import outcome_of

#: How people see a supplier, from 1 to 5, and a quality on which it is seen otherwise; of others they think well.
SEEN = {"finance": 3.3, "hr": 3.7, "administration": 4.5, "parts": 4.1, "crm": 3.6, "service": 4.3, "gm-office": 4.0}
WELL = 4.1
OTHERWISE = {"prompt": -0.5, "timely": -0.4, "courteous": 0.4, "undamaged": 0.4}
#: How many of those asked answer; of these, how often one cannot say, and how often one writes a word.
ANSWERED, ANSWERED_SO_FAR, CANNOT_SAY, WRITES = 0.86, 0.4, 0.04, 0.12
RAN, OPEN_SINCE, OPEN_FOR = 14, 4, 10  # days

WORDS = {
    "zh-hans": {
        "good": ("配合很好，谢谢。", "问题当天就解决了。", "态度一直很好。", "有事一叫就到。", "资料齐全，一看就懂。"),
        "bad": (
            "等得太久，最好能提前说一声。",
            "希望一次说清楚要哪些材料。",
            "数据要反复核对才能用。",
            "月底总是最慢。",
            "换了经办人要重新解释一遍。",
        ),
    },
    "en": {
        "good": (
            "Good to work with, thank you.",
            "Solved the same day.",
            "Always friendly.",
            "Comes when called.",
            "Complete and easy to read.",
        ),
        "bad": (
            "The wait is too long; a word ahead would help.",
            "Say at once which papers you need.",
            "Figures have to be checked before one can use them.",
            "Always slowest at the end of the month.",
            "With each new person one explains it all again.",
        ),
    },
}


class Rounds:
    """Writes both rounds. What was published keeps figures only, as in real life."""

    def __init__(self, dealership: Dealership, plan: Plan, office: Office) -> None:
        self.dealership, self.plan, self.office = dealership, plan, office
        self._random = random.Random(f"rounds {plan.seed}")
        self._said: dict[int, set[str]] = {}
        self._codes = dict(Department.objects.filter(dealership=dealership).values_list("pk", "code"))
        head = Department.objects.get(dealership=dealership, heads_store=True)
        self._gm = User.objects.get(
            dealership=dealership, positions__department=head, positions__role=Role.MANAGER, positions__end=None
        )

    def write(self) -> None:
        """Write the round of the last quarter, and that of this one."""
        this = period_of("quarter", self.plan.today)
        last = period_of("quarter", this.start - ONE_DAY)
        self._published(last, min(this.start + RAN * ONE_DAY, self.plan.today - 2 * ONE_DAY))
        self._open(this)

    def _published(self, period: Period, closes_on: datetime.date) -> None:
        survey_round = self._round(period, closes_on - RAN * ONE_DAY, closes_on)
        asked = who_is_asked(self.dealership, survey_round.opens_on)
        rows = [
            RoundAnswer(invitation_id=person, supplier_id=supplier, flow=flow)
            for person, about in sorted(asked.items())
            for supplier, flow in about
        ]
        sent = {person: self._random.random() < ANSWERED for person in sorted(asked)}
        for row in rows:
            self._answer(row)
        outcome = outcome_of(survey_round, rows, sent)
        survey_round.state = RoundState.PUBLISHED
        survey_round.closed_at = survey_round.published_at = self.office.moment(closes_on + ONE_DAY, 0.5)
        survey_round.invited, survey_round.answered = outcome.invited, outcome.answered
        survey_round.raters = outcome.raters
        survey_round.save(force_insert=True)
        RoundResult.objects.bulk_create(outcome.results)

    def _open(self, period: Period) -> None:
        today = self.plan.today
        survey_round = self._round(period, today - OPEN_SINCE * ONE_DAY, today + OPEN_FOR * ONE_DAY)
        survey_round.save(force_insert=True)
        invite(survey_round, who_is_asked(self.dealership, survey_round.opens_on))
        invited = RoundInvitation.objects.filter(round=survey_round)
        busy = set(
            User.objects.filter(dealership=self.dealership, positions__role=Role.MANAGER).values_list("pk", flat=True)
        )
        answered = [
            row
            for row in invited.order_by("pk")
            if row.person_id not in busy and self._random.random() < ANSWERED_SO_FAR
        ]
        for row in answered:
            row.answered_at = self.office.moment(today - self._random.randint(1, OPEN_SINCE - 1) * ONE_DAY, 16)
        RoundInvitation.objects.bulk_update(answered, ["answered_at"])
        sheets = list(RoundAnswer.objects.filter(invitation__in=answered).order_by("pk"))
        for sheet in sheets:
            self._answer(sheet)
        RoundAnswer.objects.bulk_update(sheets, ["scores", "comment"])

    def _round(self, period: Period, opens_on: datetime.date, closes_on: datetime.date) -> SurveyRound:
        opened_at = self.office.moment(opens_on, 8.5)
        return SurveyRound(
            dealership=self.dealership,
            start=period.start,
            opens_on=opens_on,
            closes_on=closes_on,
            state=RoundState.OPEN,
            least_raters=self.dealership.least_raters,
            created_by=self._gm,
            created_at=opened_at - ONE_DAY,
            opened_at=opened_at,
        )

    def _answer(self, row: RoundAnswer) -> None:
        """Fill in a sheet."""
        seen = SEEN.get(self._codes[row.supplier_id], WELL)
        mood = self._random.gauss(0, 0.5)
        scores: dict[str, int | None] = {}
        for quality in QUALITIES[row.flow]:
            felt = self._random.gauss(seen + OTHERWISE.get(quality, 0.0) + mood, 0.6)
            scores[quality] = None if self._random.random() < CANNOT_SAY else min(max(round(felt), 1), 5)
        row.scores = scores
        if self._random.random() < WRITES:
            row.comment = self._word(row.supplier_id, "good" if seen + mood >= 4 else "bad")

    def _word(self, supplier: int, kind: str) -> str:
        """Return a word nobody has said of this supplier yet; empty once all are said."""
        said = self._said.setdefault(supplier, set())
        left = [word for word in WORDS[self.plan.language][kind] if word not in said]
        word = self._random.choice(left) if left else ""
        said.add(word)
        return word
