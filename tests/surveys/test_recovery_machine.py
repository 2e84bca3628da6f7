"""Any acts, by anybody, in any order: no illegal state, a complete history, and never another rating (R21)."""

import contextlib

from django.core.exceptions import PermissionDenied, ValidationError
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from surveys import actions_recovery as acts
from surveys.actions import change_rating
from surveys.models import Rating, Recovery, RecoveryEvent
from tests.surveys.recovery_world import World

#: From which state an act may lead to which: written down here once more, in plain words.
MAY_FOLLOW = {
    **{("answer", state): "planned" for state in ("open", "planned", "escalated")},
    **{("mended", state): "mended" for state in ("open", "planned", "escalated")},
    ("not_mended", "planned"): "escalated",
    ("lapse", "planned"): "unsaid",
    **{("drop", state): "dropped" for state in ("open", "planned", "escalated", "mended", "unsaid")},
    ("open", "dropped"): "open",
}
RUNNING = {"open", "planned", "escalated"}
CUSTOMERS, SUPPLIERS = {"service", "rater", "colleague"}, {"finance", "deputy", "gm"}
PEOPLE = ("gm", "finance", "deputy", "cashier", "service", "rater", "colleague", "hr", "admin", "elsewhere")

#: Mostly those who may act, on what they see: so that long stories come about, not only refusals.
people = st.sampled_from([*PEOPLE, "finance", "finance", "gm", "rater", "rater", "colleague"])
words = st.sampled_from(["Tomorrow.", "Still nothing.", "Still nothing.", ""])
stale = st.sampled_from([False, False, False, True])


class Recoveries(RuleBasedStateMachine):
    """A recovery; every act is tried by everybody, also on versions that are no longer the latest."""

    @initialize()
    def rate_not_good(self):
        self.world = World()
        self.rating = self.world.rate()
        self.recovery = Recovery.objects.get(interaction=self.rating.interaction).pk
        self.kept = Rating.objects.values().get(pk=self.rating.pk)

    def _try(self, act, who, **fields):
        recovery = Recovery.objects.with_names().get(pk=self.recovery)
        if "version" in fields:
            fields["version"] += recovery.version
        with contextlib.suppress(PermissionDenied, ValidationError):
            act(acting_user=self.world.person(who), recovery=recovery, **fields)

    @rule(who=people, text=words, ahead=st.integers(-1, 5), stale=stale)
    def answer(self, who, text, ahead, stale):
        self._try(acts.answer_recovery, who, version=-stale, plan=text, promised_on=self.world.day(ahead))

    @rule(who=people, text=words, stale=stale, act=st.sampled_from([acts.say_not_mended] * 2 + [acts.say_mended]))
    def the_customers_word(self, who, text, stale, act):
        self._try(act, who, version=-stale, text=text)

    @rule(who=people, text=words)
    def comment(self, who, text):
        self._try(acts.comment_on_recovery, who, words=text)

    @rule(score=st.sampled_from([0, 1]))
    def change_the_rating(self, score):
        change_rating(acting_user=self.world.person("rater"), rating=self.rating, score=score)
        self.kept = {**self.kept, "score": score}

    @rule(waits=st.booleans())
    def time_passes(self, waits):
        if waits:
            Recovery.objects.filter(state="planned").update(promised_on=self.world.day(-60))
        acts.lapse_recoveries(dealership=self.world.store)

    @invariant()
    def the_rating_is_as_its_rater_left_it(self):
        assert Rating.objects.values().get(pk=self.rating.pk) == self.kept

    @invariant()
    def the_history_is_complete(self):
        """Replaying the talk gives the state; each version has one event, by somebody of the right side."""
        for recovery in Recovery.objects.filter(pk=self.recovery):
            events = list(RecoveryEvent.objects.filter(recovery=recovery, version__isnull=False).order_by("version"))
            assert [event.version for event in events] == list(range(1, recovery.version + 1))
            assert events[0].kind == "open"
            state = "open"
            names = {person.pk: name for name, person in self.world.people.items()}
            for event in events[1:]:
                state = MAY_FOLLOW[event.kind, state]
                who = names.get(event.person_id)
                if event.kind == "answer":
                    assert (who in SUPPLIERS, event.side) == (True, "supplier")
                elif event.kind == "lapse":
                    assert (who, event.side) == (None, "system")
                elif event.kind in ("open", "drop"):
                    assert (who, event.side) == ("rater", "customer")
                else:
                    assert (who in CUSTOMERS, event.side) == (True, "customer")
            assert state == recovery.state

    @invariant()
    def the_row_agrees_with_its_history(self):
        for recovery in Recovery.objects.filter(pk=self.recovery):
            kinds = list(
                RecoveryEvent.objects.filter(recovery=recovery, version__isnull=False)
                .order_by("version")
                .values_list("kind", flat=True)
            )
            since = kinds[len(kinds) - kinds[::-1].index("open") :]
            assert recovery.setbacks == since.count("not_mended")
            assert recovery.owner == self.world.people["gm" if recovery.setbacks else "finance"]
            assert (recovery.closed_at is None) == (recovery.state in RUNNING)
            assert bool(recovery.plan) == ("answer" in since)

    @invariant()
    def a_recovery_runs_only_for_what_is_not_good(self):
        for recovery in Recovery.objects.filter(pk=self.recovery):
            assert (recovery.state == "dropped") == (self.kept["score"] == 1)


class RecoveriesTest(Recoveries.TestCase, TestCase):
    """Run the machine, each example in a store of its own."""

    settings = settings(max_examples=40, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck))
