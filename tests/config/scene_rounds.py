"""A survey round in the scene of all addresses: open, and Service's manager has saved a draft."""

from django.urls import reverse

from surveys import actions_rounds as actions
from surveys.models import RoundAnswer
from surveys.periods import period_of


class Rounds:
    """The general manager of the store opened a round today."""

    def __init__(self, scene):
        people, today = scene.people, scene.store.today()
        self.days = {"opens_on": today, "closes_on": scene._in_a_week}
        self.round = actions.prepare_round(
            acting_user=people["gm"],
            kind="quarter",
            period=period_of("quarter", today),
            opens_on=today,
            closes_on=today + (period_of("week", today).end - period_of("week", today).start),
        )
        actions.open_round(acting_user=people["gm"], survey_round=self.round)
        answer = RoundAnswer.objects.filter(invitation__person=people["manager"]).first()
        actions.save_answers(
            acting_user=people["manager"],
            survey_round=self.round,
            scores={answer.pk: {}},
            comments={answer.pk: "Always on time."},
            send=False,
        )

    def address(self, name):
        """Return the address of a page of rounds, or None for any other."""
        if not name.startswith("round_"):
            return None
        return reverse(name, kwargs=None if name in ("round_list", "round_create") else {"pk": self.round.pk})

    def forms(self):
        """Return what correct forms hold, by their addresses."""
        return {
            "round_create": {"about": str(self.round.start.year), **self.days},
            "round_answer": {"act": "draft"},
        }
