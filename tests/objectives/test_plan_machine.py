"""Whatever people do to a plan, in whatever order: what is adopted was signed by every manager, word for word (R23)."""

import contextlib

from django.core.exceptions import PermissionDenied, ValidationError
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from objectives.models import Event, PlanEdition, PlanEntry, PlanSignature
from objectives.plan_text import content_of
from tests.objectives.plan_world import SIGNERS, World

CODES = {"gm": "gm-office", "deputy": "finance", "cashier": "finance", "admin": "finance", "elsewhere": "finance"}

#: Mostly those who may act, so that long stories come about, not only refusals.
people = st.sampled_from([*SIGNERS, *SIGNERS, "gm", "gm", "deputy", "admin", "cashier", "elsewhere"])
#: Of what is the general manager's alone.
first_of_all = st.sampled_from(["gm", "gm", "gm", "gm", "admin", "finance"])
words = st.sampled_from(["We pay on time.", "The market grows.", "4711"])
stale = st.sampled_from([0, 0, 0, 1])


class Plan(RuleBasedStateMachine):
    """One plan; every act is tried by everybody at any time, also on a text that is no longer the latest."""

    @initialize(state=st.sampled_from(["drafting", "signing", "signing", "adopted"]))
    def begin(self, state):
        self.world = World()
        self.plan = getattr(self.world, state)()
        self.kept = {}

    @rule(who=people, text=words)
    def write(self, who, text):
        with contextlib.suppress(PermissionDenied, ValidationError):
            self.world.write(self.plan, who, code=CODES.get(who, who), text=text)

    @rule(who=people)
    def remove(self, who):
        entry = PlanEntry.objects.filter(plan=self.plan).first()
        if entry is not None:
            with contextlib.suppress(PermissionDenied, ValidationError):
                self.world.remove(entry, by=who)

    @rule(who=people, title=words)
    def set_a_goal(self, who, title):
        with contextlib.suppress(PermissionDenied, ValidationError):
            self.world.goal(self.plan, who, title=title)

    @rule(who=first_of_all, behind=stale)
    def put_to_signature(self, who, behind):
        with contextlib.suppress(PermissionDenied, ValidationError):
            self.world.submit(self.plan, who, version=self.world.seen(self.plan).version - behind)

    @rule(who=people, behind=stale)
    def sign(self, who, behind):
        with contextlib.suppress(PermissionDenied, ValidationError):
            self.world.sign(self.plan, who, revision=self.world.seen(self.plan).revision - behind)

    @rule(but=st.sampled_from([None, None, *SIGNERS]))
    def everybody_signs(self, but):
        for who in SIGNERS:
            if who != but:
                self.sign(who, 0)

    @rule(who=first_of_all)
    def adopt(self, who):
        with contextlib.suppress(PermissionDenied, ValidationError):
            self.world.adopt(self.plan, who)

    @rule(who=first_of_all, behind=stale)
    def reopen(self, who, behind):
        with contextlib.suppress(PermissionDenied, ValidationError):
            self.world.reopen(self.plan, who, version=self.world.seen(self.plan).version - behind)

    @invariant()
    def what_is_adopted_was_signed_by_everybody_word_for_word(self):
        plan = self.world.seen(self.plan)
        editions = {edition.number: edition.content for edition in PlanEdition.objects.filter(plan=plan)}
        assert all(editions[number] == content for number, content in self.kept.items()), "an edition was changed"
        assert set(editions) == set(range(1, plan.edition + (plan.state == "adopted")))
        self.kept = editions
        signed = set(PlanSignature.objects.filter(plan=plan, revision=plan.revision).values_list("person", flat=True))
        everybody = {self.world.people[name].pk for name in SIGNERS}
        if plan.state == "adopted":
            assert signed == everybody
            text = content_of(plan)
            assert (text["entries"], text["goals"]) == (
                editions[plan.edition]["entries"],
                editions[plan.edition]["goals"],
            )
        elif plan.state == "signing":
            assert signed < everybody
        else:
            assert not signed

    @invariant()
    def the_history_is_complete(self):
        plan = self.world.seen(self.plan)
        versions = Event.objects.filter(plan=plan).order_by("version").values_list("version", flat=True)
        assert list(versions) == list(range(1, plan.version + 1))


class PlanTest(Plan.TestCase, TestCase):
    """Run the machine, each example in a store of its own."""

    settings = settings(max_examples=30, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck))
