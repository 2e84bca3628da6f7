"""Recoveries (R21): a "not good" opens one, the supplier answers, the customer says whether it is mended."""

import datetime
import uuid

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from dealership.models import Notice, SpecialDay
from supplychain.models import Interaction
from surveys import actions_recovery as acts
from surveys import tasks
from surveys.actions import change_rating, explain_rating, rate_interaction, rate_link, undo_rating
from surveys.models import Rating, Recovery, RecoveryEvent
from tests.config.importing import ON_LINK, RATING_HEADER, Files, run, small_store
from tests.conftest import fresh
from tests.factories import InteractionFactory, PositionFactory
from tests.surveys.recovery_world import DAY, World, story

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


def refusal(error):
    """Return {field: code} of a refusal, or its code."""
    if hasattr(error.value, "error_dict"):
        return {field: errors[0].code for field, errors in error.value.error_dict.items()}
    return error.value.code


# --- What opens one ---------------------------------------------------------------------------------


def test_r21_not_good_opens_a_recovery_owned_by_the_suppliers_manager(world):
    rating = world.rate()
    recovery = Recovery.objects.get()
    assert (recovery.interaction, recovery.link, recovery.day) == (rating.interaction, world.link, rating.day)
    assert (recovery.state, recovery.version, recovery.owner) == ("open", 1, world.people["finance"])
    event = RecoveryEvent.objects.get()
    assert (event.kind, event.version, event.side, event.person) == ("open", 1, "customer", world.people["rater"])


def test_r21_it_is_to_be_answered_within_the_stores_working_days():
    """Worked example: two working days after a day before two days off."""
    world = World(recovery_days=2)
    for ahead in (1, 2):
        SpecialDay.objects.create(dealership=world.store, day=world.day(ahead))
    assert world.opened().due_on == world.day(4)


def test_r21_the_owner_is_told_by_when_and_about_what(world):
    world.rate()
    (told,) = world.told("finance")
    assert told.startswith("Reception rated “Reimbursement” not good.")
    assert Notice.objects.get().url == f"/recoveries/{Recovery.objects.get().pk}/"


def test_r21_good_opens_nothing_and_asks_nothing(world, django_assert_num_queries):
    interactions = [InteractionFactory(link=world.link) for _ in range(2)]
    raters = [world.person("rater") for _ in range(2)]
    rate_interaction(acting_user=raters[0], interaction=interactions[0], score=1)
    with django_assert_num_queries(6) as asked:  # of rights, the interaction, the rating, its mark; and a savepoint
        rate_interaction(acting_user=raters[1], interaction=interactions[1], score=1)
    assert not [query for query in asked.captured_queries if "recover" in query["sql"]]
    assert not Recovery.objects.exists()


@pytest.mark.parametrize(("threshold", "score", "opens"), [(2, 2, True), (1, 2, False), (3, 3, True), (2, 3, False)])
def test_r16_the_stores_threshold_says_what_is_not_good(threshold, score, opens):
    world = World(scale="five", not_good_threshold=threshold)
    world.rate(score)
    assert Recovery.objects.exists() is opens


def test_r21_what_nobody_logged_opens_one_too(world):
    rate_link(acting_user=world.person("rater"), link=world.link, score=0, key=uuid.uuid4())
    assert Recovery.objects.get().owner == world.people["finance"]


@pytest.mark.parametrize(
    ("gone", "owner"),
    [((), "finance"), (("finance",), "gm"), (("finance", "gm"), None)],
    ids=["manager", "vacant", "nobody"],
)
def test_r3_a_vacant_chair_is_passed_over_upwards(world, gone, owner):
    for name in gone:
        world.leave(name)
    assert world.opened().owner == (world.people[owner] if owner else None)


def test_r21_nobody_mends_what_they_complained_of(world):
    """The general manager rates for Service; with Finance vacant it would come back to them."""
    world.leave("finance")
    world.link.customer = world.departments["service"]
    world.link.save()
    assert world.opened(by="gm").owner is None


def test_r21_an_import_opens_none(tmp_path):
    """A past of another system: what became of it, that system knows."""
    store = small_store()
    row = f"a,{ON_LINK},2026-03-02T09:30,ser,0,2026-03-02T10:00,slow,"
    run("ratings", Files(tmp_path).csv(RATING_HEADER, row), store.slug)
    assert Rating.objects.get().score == 0
    assert not Recovery.objects.exists()


# --- When the rating changes ------------------------------------------------------------------------


def change(world, rating, score):
    return change_rating(acting_user=world.person("rater"), rating=rating, score=score)


def test_r21_a_rating_changed_to_good_drops_it_and_back_opens_the_same_again(world):
    rating = world.rate()
    recovery = Recovery.objects.get()
    world.not_mended(world.answer(recovery))
    change(world, rating, 1)
    recovery.refresh_from_db()
    assert recovery.state == "dropped"
    assert recovery.closed_at is not None
    change(world, rating, 0)
    recovery.refresh_from_db()
    assert (recovery.state, recovery.owner, recovery.closed_at) == ("open", world.people["finance"], None)
    assert (recovery.plan, recovery.promised_on, recovery.setbacks) == ("", None, 0)
    assert story(recovery) == ["open", "answer", "not_mended", "drop", "open"]
    assert recovery.version == 5


def test_r21_even_what_was_mended_is_dropped_with_its_rating(world):
    rating = world.rate()
    recovery = world.mended(world.answer(Recovery.objects.get()))
    change(world, rating, 1)
    recovery.refresh_from_db()
    assert recovery.state == "dropped"


def test_r21_good_changed_to_not_good_opens_one(world):
    change(world, world.rate(1), 0)
    assert Recovery.objects.get().state == "open"


def test_r21_from_bad_to_worse_and_a_reason_change_nothing():
    world = World(scale="five")
    rating = world.rate(2)
    change(world, rating, 1)
    explain_rating(acting_user=world.person("rater"), rating=rating, reasons=["slow"])
    assert story(Recovery.objects.get()) == ["open"]


def test_r21_a_tap_taken_back_drops_it_and_another_not_good_opens_the_same_again(world):
    rating = world.rate()
    interaction = undo_rating(acting_user=world.person("rater"), rating=rating)
    assert Recovery.objects.get().state == "dropped"
    rate_interaction(acting_user=world.person("colleague"), interaction=interaction, score=0)
    assert story(Recovery.objects.get()) == ["open", "drop", "open"]


@pytest.mark.parametrize("answered", [False, True])
def test_r21_a_tap_that_made_the_interaction_takes_all_of_it_back(world, answered):
    rating = rate_link(acting_user=world.person("rater"), link=world.link, score=0, key=uuid.uuid4())
    if answered:
        world.answer(Recovery.objects.get())
        world.comment(Recovery.objects.get())
    undo_rating(acting_user=world.person("rater"), rating=rating)
    for model in (Interaction, Rating, Recovery, RecoveryEvent, Notice):
        assert not model.objects.exists()


def test_r21_who_acts_on_what_was_taken_back_is_told(world):
    rating = rate_link(acting_user=world.person("rater"), link=world.link, score=0, key=uuid.uuid4())
    seen = world.seen(Recovery.objects.get())
    undo_rating(acting_user=world.person("rater"), rating=rating)
    for act, more in (
        (acts.answer_recovery, {"version": 1, "plan": "We pay.", "promised_on": world.day()}),
        (acts.comment_on_recovery, {"words": "Why?"}),
    ):
        with pytest.raises(ValidationError) as error:
            act(acting_user=world.person("finance"), recovery=seen, **more)
        assert refusal(error) == "gone"


# --- The answer -------------------------------------------------------------------------------------


def test_r21_the_supplier_says_what_it_does_and_by_when(world):
    recovery = world.answer(world.opened(), plan="  We pay on Monday. ", ahead=2)
    assert (recovery.state, recovery.plan, recovery.promised_on) == ("planned", "We pay on Monday.", world.day(2))
    event = RecoveryEvent.objects.get(kind="answer")
    assert (event.text, event.data) == ("We pay on Monday.", {"promised_on": world.day(2).isoformat()})
    (told,) = world.told("rater")
    assert told.startswith("Qian Caiwu, Finance, will mend “Reimbursement” by ")
    assert told.endswith(": We pay on Monday.")


def test_r21_the_plan_can_change(world):
    recovery = world.answer(world.planned(), plan="On Tuesday, after all.", ahead=3)
    assert (recovery.state, recovery.version, recovery.promised_on) == ("planned", 3, world.day(3))


@pytest.mark.parametrize(
    ("plan", "ahead", "refused"),
    [
        (" ", 1, {"plan": "required"}),
        ("We pay.", -1, {"promised_on": "past"}),
        ("We pay.", 367, {"promised_on": "far"}),
    ],
)
def test_r21_a_plan_needs_words_and_a_day_that_can_be(world, plan, ahead, refused):
    with pytest.raises(ValidationError) as error:
        world.answer(world.opened(), plan=plan, ahead=ahead)
    assert refusal(error) == refused
    assert Recovery.objects.get().state == "open"


@pytest.mark.parametrize("ahead", [0, 366])
def test_r21_today_and_a_year_ahead_can_be_promised(world, ahead):
    assert world.planned(ahead=ahead).promised_on == world.day(ahead)


def test_r21_who_answers_where_the_chair_is_vacant_has_it_from_then(world):
    world.leave("finance")
    world.leave("gm")
    assert world.answer(world.opened(), by="deputy").owner == world.people["deputy"]


# --- The customer's word ----------------------------------------------------------------------------


def test_r21_mended_closes_it_and_the_owner_is_told(world):
    recovery = world.mended(world.planned(), by="colleague", text="It came.")
    assert recovery.state == "mended"
    assert timezone.now() - recovery.closed_at < datetime.timedelta(minutes=1)
    assert world.told("finance")[1:] == ["Reception says that “Reimbursement” is mended."]


def test_r21_it_can_be_mended_without_a_plan(world):
    assert world.mended(world.opened()).state == "mended"
    assert world.mended(world.not_mended(world.planned())).state == "mended"


def test_r21_not_mended_goes_to_the_superior_who_answers_anew(world):
    recovery = world.not_mended(world.planned())
    assert (recovery.state, recovery.owner, recovery.setbacks) == ("escalated", world.people["gm"], 1)
    assert recovery.due_on == world.day(3)
    assert recovery.closed_at is None
    (told,) = world.told("gm")
    assert told.startswith("Reception says that “Reimbursement” is not mended. It is with you now: answer by ")
    recovery = world.answer(recovery, by="gm")
    assert recovery.state == "planned"


def test_r21_the_general_manager_keeps_it(world):
    recovery = world.not_mended(world.answer(world.not_mended(world.planned()), by="gm"))
    assert (recovery.state, recovery.owner, recovery.setbacks) == ("escalated", world.people["gm"], 2)
    assert len(world.told("gm")) == 2


def test_r21_each_setback_climbs_one_step(world):
    """A team's recovery: its manager, the department's, the general manager; a vacant chair is passed over."""
    team = world.departments["cash-desk"] = world._department("cash-desk", parent=world.departments["finance"])
    foreman = PositionFactory(department=team, role="manager").person
    world.link.supplier = team
    world.link.save()
    recovery = world.opened()
    owners = [recovery.owner]
    for by in (foreman, world.people["finance"]):
        recovery = acts.answer_recovery(
            acting_user=fresh(by),
            recovery=world.seen(recovery),
            version=recovery.version,
            plan="x",
            promised_on=world.day(),
        )
        recovery = world.not_mended(recovery)
        owners.append(recovery.owner)
    assert owners == [foreman, world.people["finance"], world.people["gm"]]


def test_r21_who_left_the_chair_hands_it_on_to_their_successor_first(world):
    recovery = world.planned()
    world.leave("finance")
    successor = PositionFactory(department=world.departments["finance"]).person
    assert world.not_mended(recovery).owner == successor


def test_r21_where_nobody_owned_it_whoever_leads_now_gets_it(world):
    world.leave("finance")
    world.leave("gm")
    recovery = world.answer(world.opened(), by="deputy")
    Recovery.objects.update(owner=None)
    newcomer = PositionFactory(department=world.departments["finance"]).person
    assert world.not_mended(recovery).owner == newcomer


def test_r21_not_mended_needs_a_plan_before_and_words_with_it(world):
    with pytest.raises(ValidationError) as error:
        world.not_mended(world.opened())
    assert refusal(error) == "moved"
    with pytest.raises(ValidationError) as error:
        world.not_mended(world.planned(), text=" ")
    assert refusal(error) == {"text": "required"}


def test_r15_nobody_serves_and_judges_at_once(world):
    """The general manager speaks for Service, until a recovery comes up to them: from then they answer it."""
    world.link.customer = world.departments["service"]
    world.link.save()
    recovery = world.opened(by="service")
    with pytest.raises(PermissionDenied):
        world.answer(recovery, by="gm")
    recovery = world.not_mended(world.answer(recovery), by="gm")
    assert recovery.owner == world.people["gm"]
    with pytest.raises(PermissionDenied):
        world.mended(recovery, by="gm")
    recovery = world.answer(recovery, by="gm")
    assert world.mended(recovery, by="service").state == "mended"


# --- Words, and time --------------------------------------------------------------------------------


def test_r21_both_sides_talk_and_the_other_one_is_told(world):
    recovery = world.opened()
    world.comment(recovery, by="colleague", words="Which account?")
    world.comment(recovery, by="deputy", words=" The old one. ")
    assert world.told("finance")[1:] == ["Reception wrote about “Reimbursement”: Which account?"]
    assert world.told("rater") == ["Fu Shoujin, Finance, wrote about “Reimbursement”: The old one."]
    assert list(RecoveryEvent.objects.filter(kind="comment").values_list("version", "side")) == [
        (None, "customer"),
        (None, "supplier"),
    ]
    assert Recovery.objects.get().version == 1


def test_r21_the_same_words_sent_twice_are_kept_once_and_no_words_not_at_all(world):
    recovery = world.opened()
    assert world.comment(recovery).pk == world.comment(recovery).pk
    with pytest.raises(ValidationError) as error:
        world.comment(recovery, words="  ")
    assert refusal(error) == {"words": "required"}


def lapse_after(world, days):
    """Return how many lapse when the promised day was so many days ago."""
    Recovery.objects.filter(state="planned").update(promised_on=world.day(-days))
    return acts.lapse_recoveries(dealership=world.store)


def test_r21_without_a_word_of_the_customer_it_closes_after_the_days_to_rate(world):
    recovery = world.planned()
    assert lapse_after(world, world.store.rating_days) == 0
    assert lapse_after(world, world.store.rating_days + 1) == 1
    recovery.refresh_from_db()
    assert (recovery.state, recovery.version) == ("unsaid", 3)
    assert recovery.closed_at is not None
    event = RecoveryEvent.objects.get(version=3)
    assert (event.kind, event.side, event.person) == ("lapse", "system", None)
    assert acts.lapse_recoveries(dealership=world.store) == 0


def test_r21_only_plans_lapse_and_only_in_their_store(world):
    world.opened()
    world.not_mended(world.planned())
    other = World()
    other.planned()
    assert lapse_after(other, 99) == 1
    assert set(Recovery.objects.filter(dealership=world.store).values_list("state", flat=True)) == {"open", "escalated"}


def test_r21_more_than_a_batch_lapses(world, monkeypatch):
    monkeypatch.setattr(acts, "LAPSE_BATCH", 2)
    for _ in range(5):
        world.planned()
    assert lapse_after(world, 99) == 5
    assert RecoveryEvent.objects.filter(kind="lapse").count() == 5


def test_r21_the_hourly_task_closes_them_once_an_hour(world):
    world.planned()
    Recovery.objects.update(promised_on=world.day(-99))
    tasks.lapse_recoveries()
    assert Recovery.objects.get().state == "unsaid"
    Recovery.objects.update(state="planned", closed_at=None)
    tasks.lapse_recoveries()
    assert Recovery.objects.get().state == "planned"
    (entry,) = [each for each in settings.CELERY_BEAT_SCHEDULE.values() if each["task"] == tasks.lapse_recoveries.name]
    assert entry["options"]["expires"] < 3600


# --- Guards -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", ["answer", "mended", "not_mended"])
def test_the_same_form_sent_twice_gets_the_first_result(world, act):
    recovery = world.opened() if act == "answer" else world.planned()
    by = "finance" if act == "answer" else "rater"
    version = recovery.version
    first, second = (getattr(world, act)(recovery, by=by, version=version) for _ in range(2))
    assert (first.state, first.version) == (second.state, second.version) == (first.state, version + 1)
    assert story(recovery).count(act) == 1
    assert Notice.objects.filter(words__contains="not mended").count() == (act == "not_mended")


def test_another_form_of_the_same_person_is_no_copy(world):
    recovery = world.opened()
    world.answer(recovery, version=1)
    for fields in ({"plan": "Something else."}, {"ahead": 5}):
        with pytest.raises(ValidationError) as error:
            world.answer(recovery, version=1, **fields)
        assert refusal(error) == "moved"


def test_the_loser_is_told_who_did_what(world):
    recovery = world.planned()
    world.mended(recovery, by="colleague", version=2)
    with pytest.raises(ValidationError, match="In the meantime Tong Shixin said that it is mended"):
        world.not_mended(recovery, version=2)
    with pytest.raises(ValidationError, match="In the meantime Reception said that it is mended"):
        world.answer(recovery, version=2)


@pytest.mark.parametrize("version", [0, 3, 99])
def test_a_version_nobody_saw_is_refused(world, version):
    with pytest.raises(ValidationError) as error:
        acts.say_mended(acting_user=world.person("rater"), recovery=world.opened(), version=version)
    assert refusal(error) == "moved"


@pytest.mark.parametrize("end", ["mended", "unsaid", "dropped"])
def test_r21_what_is_closed_stays_closed(world, end):
    rating = world.rate()
    recovery = world.answer(Recovery.objects.get())
    if end == "mended":
        world.mended(recovery)
    elif end == "unsaid":
        lapse_after(world, 99)
    else:
        change(world, rating, 1)
    recovery = world.seen(recovery)
    assert recovery.state == end
    for act, by in ((world.answer, "finance"), (world.mended, "rater"), (world.not_mended, "rater")):
        with pytest.raises(ValidationError) as error:
            act(recovery, by=by)
        assert refusal(error) == "moved"
    assert world.seen(recovery).version == recovery.version


def test_r21_the_rating_never_changes(world):
    rating = world.rate()
    explain_rating(acting_user=world.person("rater"), rating=rating, reasons=["slow"], comment="Three weeks")
    before = Rating.objects.values().get(), Interaction.objects.values().get()
    recovery = world.answer(Recovery.objects.get())
    world.comment(recovery)
    recovery = world.answer(world.not_mended(recovery), by="gm")
    recovery = world.answer(recovery, by="finance", plan="Tomorrow.", ahead=1)
    world.mended(recovery)
    assert (Rating.objects.values().get(), Interaction.objects.values().get()) == before


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_a_day_is_the_stores_own(zone):
    """At any moment it is another day than in UTC in one of these two zones."""
    world = World(time_zone=zone)
    recovery = world.opened()
    assert recovery.due_on == timezone.now().astimezone(world.store.zone).date() + 3 * DAY
    with pytest.raises(ValidationError):
        world.answer(recovery, ahead=-1)
    assert world.answer(recovery, ahead=0).state == "planned"
