"""Verdicts come from facts and criteria, and from nothing else (R22, R30): what holds for all of them."""

import datetime
from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from objectives.verdicts import Finding, Outcome, Reading, Verdict, Yardstick, read_criterion, verdict_of

DUE = datetime.date(2026, 3, 2)
DAY = datetime.timedelta(days=1)
RANK = {Outcome.NOT_MET: 0, Outcome.OPEN: 1, Outcome.MET: 2}

days = st.integers(-20, 20).map(lambda away: DUE + away * DAY)
values = st.integers(0, 6).map(Decimal)
NUMERIC = ("number", "amount", "percentage")
numeric = st.builds(
    Yardstick, st.sampled_from(NUMERIC), st.sampled_from(("at_least", "at_most", "exactly")), st.just(DUE), values
)
dates = st.builds(Yardstick, st.just("date"), st.sampled_from(("by", "on")), st.just(DUE))
proofs = st.just(Yardstick("fact", "proven", DUE))
yardsticks = st.one_of(numeric, dates, proofs)


@st.composite
def recorded(draw, dated=days, most=6, unique_days=False):
    """Facts in the order of recording."""
    on = draw(st.lists(dated, max_size=most, unique=unique_days))
    return [Finding(day, draw(values), draw(st.booleans()), draw(st.booleans()), order) for order, day in enumerate(on)]


readings = st.sampled_from(Outcome).map(Reading)


@given(yardsticks, recorded(), recorded(dated=st.integers(1, 30).map(lambda late: DUE + late * DAY)), days)
def test_r22_what_happened_after_the_due_day_never_matters(yardstick, facts, late, today):
    late = [replace(fact, order=fact.order + len(facts)) for fact in late]
    assert read_criterion(yardstick, [*facts, *late], today) == read_criterion(yardstick, facts, today)


@given(yardsticks, recorded(), days)
def test_what_has_not_happened_yet_does_not_count_yet(yardstick, facts, today):
    so_far = [fact for fact in facts if fact.happened_on <= today]
    assert read_criterion(yardstick, facts, today) == read_criterion(yardstick, so_far, today)


@given(yardsticks, st.data(), days)
def test_facts_of_different_days_may_be_recorded_in_any_order(yardstick, data, today):
    facts = data.draw(recorded(unique_days=True))
    orders = data.draw(st.permutations(range(len(facts))))
    shuffled = [replace(fact, order=order) for fact, order in zip(facts, orders, strict=True)]
    found, other = read_criterion(yardstick, facts, today), read_criterion(yardstick, shuffled, today)
    assert (found.outcome, found.reached) == (other.outcome, other.reached)


@given(yardsticks, st.data(), days)
def test_how_the_facts_are_listed_never_matters(yardstick, data, today):
    facts = data.draw(recorded())
    listed = data.draw(st.permutations(facts))
    assert read_criterion(yardstick, listed, today) == read_criterion(yardstick, facts, today)


@given(values, recorded(), days, st.integers(1, 3))
def test_more_is_never_worse_for_at_least_and_never_better_for_at_most(target, facts, today, more):
    raised = [replace(fact, value=fact.value + more) for fact in facts]
    for comparison, sign in (("at_least", 1), ("at_most", -1)):
        yardstick = Yardstick("number", comparison, DUE, target)
        before, after = (read_criterion(yardstick, these, today).outcome for these in (facts, raised))
        assert sign * (RANK[after] - RANK[before]) >= 0


@given(values, recorded(), days)
def test_a_lower_target_is_never_harder_to_reach(target, facts, today):
    harder, easier = (Yardstick("number", "at_least", DUE, target + step) for step in (1, 0))
    assert RANK[read_criterion(easier, facts, today).outcome] >= RANK[read_criterion(harder, facts, today).outcome]


@given(yardsticks, recorded(), days)
def test_after_the_due_day_every_criterion_is_decided_and_stays_so(yardstick, facts, today):
    after = read_criterion(yardstick, facts, DUE + DAY)
    assert after.outcome is not Outcome.OPEN
    assert after == read_criterion(yardstick, facts, DUE + 20 * DAY)
    now = read_criterion(yardstick, [fact for fact in facts if fact.happened_on <= today], today)
    if today > DUE:
        assert now.outcome is after.outcome


@given(yardsticks, recorded(), days)
def test_r30_nothing_is_met_without_a_fact_that_says_so(yardstick, facts, today):
    reading = read_criterion(yardstick, facts, today)
    assert read_criterion(yardstick, [], today).outcome is (Outcome.OPEN if today <= DUE else Outcome.NOT_MET)
    if reading.outcome is Outcome.MET:
        decisive = reading.decisive
        assert decisive in facts
        assert decisive.happened_on <= min(DUE, today)
        if yardstick.kind == "fact":
            assert decisive.holds
            assert decisive.proven
        if yardstick.comparison == "on":
            assert decisive.happened_on == DUE


@given(recorded(), days)
def test_words_alone_prove_nothing(facts, today):
    unproven = [replace(fact, proven=False) for fact in facts]
    assert read_criterion(Yardstick("fact", "proven", DUE), unproven, today).outcome is not Outcome.MET


@given(yardsticks, recorded(), days)
def test_a_number_is_open_until_its_day_and_a_date_once_kept_stays_kept(yardstick, facts, today):
    reading = read_criterion(yardstick, facts, today)
    if yardstick.kind in NUMERIC and today < DUE:
        assert reading.outcome is Outcome.OPEN
    if yardstick.kind == "date" and reading.outcome is Outcome.MET:
        for later in (today + DAY, DUE + 9 * DAY):
            assert read_criterion(yardstick, facts, later).outcome is Outcome.MET


@given(st.lists(readings, min_size=1, max_size=8))
def test_the_verdict_follows_from_the_outcomes_alone(found):
    outcomes = {reading.outcome for reading in found}
    expected = {
        frozenset({Outcome.MET}): Verdict.MET,
        frozenset({Outcome.NOT_MET}): Verdict.NOT_MET,
        frozenset({Outcome.MET, Outcome.NOT_MET}): Verdict.PARTLY,
    }.get(frozenset(outcomes))
    assert verdict_of(found) is expected
    assert verdict_of(reversed(found)) is expected


@given(st.lists(readings, min_size=1, max_size=8))
def test_another_criterion_never_betters_a_verdict_unless_it_is_met(found):
    rank = {Verdict.NOT_MET: 0, Verdict.PARTLY: 1, Verdict.MET: 2}
    before = verdict_of(found)
    if before is None:
        assert verdict_of([*found, Reading(Outcome.MET)]) is None
        return
    assert rank[verdict_of([*found, Reading(Outcome.MET)])] >= rank[before]
    assert rank[verdict_of([*found, Reading(Outcome.NOT_MET)])] <= rank[before]
    assert verdict_of([*found, Reading(Outcome.OPEN)]) is None


def test_without_criteria_there_is_no_verdict():
    assert verdict_of([]) is None
