"""Goal dialogues (R25, R26): called, moved, held, signed by both, on a rhythm."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from objectives import actions_dialogues as talks
from objectives import actions_needs as acts
from objectives.models import Dialogue, DialoguePoint, DialogueSeries, DialogueSignature, Need
from objectives.planning import plan_due
from objectives.signing import Signers
from tests.factories import DepartmentFactory
from tests.objectives.dialogue_world import World, story, told
from tests.supplychain.calls import at
from tests.supplychain.pages import code_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


EVERYBODY = ["hr", "deputy", "recruiter", "service", "mechanic", "gm", "finance", "reception", "admin", "elsewhere"]
LEADERS = {"hr", "deputy", "service", "gm"}


# --- calling ----------------------------------------------------------------------------------------


def test_r26_a_leader_calls_two_departments_together_and_both_sides_leaders_are_told(world):
    dialogue = world.talk("hr", ahead=20, place="Meeting room 2", at_time=datetime.time(9, 30))
    assert (dialogue.state, dialogue.planned_on, dialogue.place) == ("planned", world.day(20), "Meeting room 2")
    assert (dialogue.host.code, dialogue.guest.code) == ("hr", "service")
    for name in ("deputy", "service"):
        assert len(told(world.people[name])) == 1
    assert told(world.people["hr"]) == told(world.people["mechanic"]) == []


@pytest.mark.parametrize("name", EVERYBODY)
def test_r26_a_leader_of_either_calls_a_dialogue(world, name):
    if name in LEADERS:
        assert world.talk(name).series.created_by == world.people[name]
    else:
        with pytest.raises(PermissionDenied):
            world.talk(name)


def test_a_dialogue_called_twice_with_one_form_is_one(world):
    assert world.talk() == world.talk()
    assert DialogueSeries.objects.count() == Dialogue.objects.count() == 1
    assert len(told(world.people["service"])) == 1


def test_r26_two_departments_have_one_rhythm(world):
    world.talk()
    with pytest.raises(ValidationError) as refusal:
        world.talk("service", host=world.departments["service"], guest=world.departments["hr"], rhythm="monthly")
    assert code_of(refusal) == "running"
    assert world.talk("service", rhythm="once", ahead=5).pk


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"ahead": -1}, "past"),
        ({"starts_on": datetime.date.max}, "too_far"),
        ({"rhythm": "weekly"}, "invalid_choice"),
        ({"place": "x" * 101}, "max_length"),
    ],
)
def test_a_dialogue_that_cannot_be_is_refused(world, fields, code):
    with pytest.raises(ValidationError) as refusal:
        world.talk(**fields)
    assert code_of(refusal) == code


def test_a_dialogue_is_between_two_departments_of_one_store(world):
    with pytest.raises(ValidationError) as refusal:
        world.talk(guest=world.departments["hr"])
    assert code_of(refusal) == "same"
    with pytest.raises(PermissionDenied):
        world.talk(guest=DepartmentFactory())


# --- moving, cancelling, ending ---------------------------------------------------------------------


def test_r26_either_leader_moves_one_dialogue_and_the_rhythm_stays(world):
    dialogue = world.talk(ahead=40, rhythm="monthly")
    talks.move_dialogue(acting_user=world.person("service"), dialogue=dialogue, planned_on=world.day(45), place="Here")
    moved = world.again(dialogue)
    assert (moved.planned_on, moved.place, moved.series.starts_on) == (world.day(45), "Here", world.day(40))
    assert told(world.people["hr"])[-1].startswith("The dialogue of Hr and Service was moved to")


def test_two_dialogues_of_one_rhythm_are_not_on_one_day(world):
    first = world.talk(ahead=10, rhythm="monthly")
    talks.cancel_dialogue(acting_user=world.person("hr"), dialogue=first)
    second = Dialogue.objects.with_names().get(state="planned")
    with pytest.raises(ValidationError) as refusal:
        talks.move_dialogue(acting_user=world.person("hr"), dialogue=second, planned_on=world.day(10))
    assert code_of(refusal) == "taken"
    assert world.again(second).version == 1


def test_r26_one_is_cancelled_and_the_next_is_planned(world):
    dialogue = world.talk(ahead=10, rhythm="monthly")
    talks.cancel_dialogue(acting_user=world.person("service"), dialogue=dialogue)
    assert world.again(dialogue).state == "cancelled"
    following = Dialogue.objects.get(state="planned")
    assert 27 <= (following.planned_on - dialogue.planned_on).days <= 31
    once = world.talk(rhythm="once", ahead=12)
    talks.cancel_dialogue(acting_user=world.person("hr"), dialogue=once)
    assert Dialogue.objects.filter(state="planned").count() == 1


def test_r26_an_ended_rhythm_plans_no_more(world):
    dialogue = world.talk(rhythm="monthly")
    assert talks.end_rhythm(acting_user=world.person("service"), series=dialogue.series)
    assert not talks.end_rhythm(acting_user=world.person("service"), series=dialogue.series)
    assert told(world.people["hr"])[-1] == "Hr and Service: no more dialogues are planned, the rhythm has ended."
    assert story(dialogue=dialogue) == ["open", "close"]
    world.write(dialogue)
    assert Dialogue.objects.count() == 1
    assert world.talk(ahead=30).pk, "a new rhythm may begin"


ACTS = {
    "move": lambda person, talk, day: talks.move_dialogue(acting_user=person, dialogue=talk, planned_on=day),
    "cancel": lambda person, talk, day: talks.cancel_dialogue(acting_user=person, dialogue=talk),
    "write": lambda person, talk, day: talks.write_minutes(
        acting_user=person, dialogue=talk, held_on=talk.dealership.today(), minutes="We talked."
    ),
    "end": lambda person, talk, day: talks.end_rhythm(acting_user=person, series=talk.series),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("name", EVERYBODY)
def test_r26_a_leader_of_either_arranges_a_dialogue(world, act, name):
    dialogue = world.talk()
    if name in LEADERS:
        ACTS[act](world.person(name), dialogue, world.day(25))
    else:
        with pytest.raises(PermissionDenied):
            ACTS[act](world.person(name), dialogue, world.day(25))
        assert world.again(dialogue).version == 1


@pytest.mark.parametrize("act", ["move", "cancel", "write"])
def test_an_act_sent_twice_is_one(world, act):
    dialogue = world.talk()
    seen = world.again(dialogue)
    for copy in (dialogue, seen):
        ACTS[act](world.person("hr"), copy, world.day(25))
    assert world.again(dialogue).version == 2
    assert len(story(dialogue=dialogue)) == 2


def test_who_was_late_is_told_who_was_first(world):
    dialogue = world.talk()
    seen = world.again(dialogue)
    ACTS["move"](world.person("service"), dialogue, world.day(25))
    for act in ("move", "cancel", "write"):
        with pytest.raises(ValidationError) as refusal:
            ACTS[act](world.person("hr"), seen, world.day(30))
        assert code_of(refusal) == "moved"
        assert "Fang Wujing" in refusal.value.messages[0]
        seen.version, seen.state = 1, "planned"


# --- points -----------------------------------------------------------------------------------------


def test_r25_either_side_puts_points_on_the_agenda(world):
    dialogue = world.talk()
    service = world.departments["service"]
    for _ in range(2):
        point = talks.add_point(
            acting_user=world.person("mechanic"), dialogue=dialogue, department=service, text=" overtime "
        )
    assert DialoguePoint.objects.get().text == "overtime"
    for name in ("finance", "admin", "elsewhere", "recruiter"):
        with pytest.raises(PermissionDenied):
            talks.add_point(acting_user=world.person(name), dialogue=dialogue, department=service, text="x")
        with pytest.raises(PermissionDenied):
            talks.remove_point(acting_user=world.person(name), point=point)
    finance = world.departments["finance"]
    with pytest.raises(PermissionDenied):
        talks.add_point(acting_user=world.person("finance"), dialogue=dialogue, department=finance, text="x")
    assert talks.remove_point(acting_user=world.person("service"), point=point)
    world.write(dialogue)
    with pytest.raises(ValidationError) as refusal:
        talks.add_point(acting_user=world.person("mechanic"), dialogue=dialogue, department=service, text="late")
    assert code_of(refusal) == "not_now"


# --- minutes and signatures -------------------------------------------------------------------------


def test_r26_a_dialogue_that_was_held_plans_the_next_one(world):
    dialogue = world.talk(ahead=0, rhythm="quarterly")
    world.write(dialogue)
    held = world.again(dialogue)
    assert (held.state, held.held_on, held.revision) == ("held", world.day(), 1)
    following = Dialogue.objects.get(state="planned")
    assert 88 <= (following.planned_on - dialogue.planned_on).days <= 93
    world.write(held, minutes="We talked long.")
    assert Dialogue.objects.filter(state="planned").count() == 1


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"minutes": "  "}, "required"),
        ({"minutes": "x" * 10_001}, "too_long"),
        ({"held_on": 1}, "future"),
        ({"held_on": -400}, "far"),
    ],
)
def test_minutes_that_cannot_be_are_refused(world, fields, code):
    if "held_on" in fields:
        fields = {"held_on": world.day(fields["held_on"])}
    with pytest.raises(ValidationError) as refusal:
        world.write(world.talk(), **fields)
    assert code_of(refusal) == code


def test_r26_both_sides_sign_and_signed_minutes_are_frozen(world):
    dialogue = world.held()
    assert world.sign(dialogue, "hr").state == "held"
    assert world.sign(dialogue, "hr").version == 3, "sent twice, it is one signature"
    assert world.sign(dialogue, "service").state == "signed"
    assert set(DialogueSignature.objects.values_list("department__code", "person__full_name")) == {
        ("hr", "Ren Shijing"),
        ("service", "Fang Wujing"),
    }
    assert story(dialogue=dialogue) == ["open", "hold", "sign", "sign"]
    with pytest.raises(ValidationError) as refusal:
        world.write(world.again(dialogue), minutes="Something else.")
    assert code_of(refusal) == "not_now"
    with pytest.raises(ValidationError):
        world.need(dialogue=world.again(dialogue))
    assert not Need.objects.exists()
    assert world.again(dialogue).minutes == "We talked."


def test_r26_a_change_of_the_minutes_asks_both_again(world):
    dialogue = world.sign(world.held(), "hr")
    world.write(dialogue, "service", minutes="We talked of receptionists.")
    changed = world.again(dialogue)
    assert (changed.revision, changed.state) == (2, "held")
    with pytest.raises(ValidationError) as refusal:
        world.sign(changed, "service", revision=1)
    assert code_of(refusal) == "moved"
    assert world.sign(changed, "service").state == "held", "HR signed another text"
    assert world.sign(changed, "hr").state == "signed"


def test_r26_what_is_written_down_after_a_signature_asks_both_again(world):
    dialogue = world.sign(world.held(), "hr")
    need = world.need(dialogue=dialogue)
    assert (need.dialogue, world.again(dialogue).revision) == (dialogue, 2)
    assert world.sign(dialogue, "service").state == "held"
    objective = world.objective(need=need, dialogue=dialogue)
    acts.became_objective(acting_user=world.person("hr"), need=need, objective=objective)
    assert world.again(need).state == "objective"


@pytest.mark.parametrize("name", EVERYBODY)
def test_r26_a_departments_own_leaders_sign(world, name):
    dialogue = world.held()
    if name in ("hr", "deputy", "service"):
        world.sign(dialogue, name)
        assert DialogueSignature.objects.get().person == world.people[name]
    else:
        with pytest.raises(PermissionDenied):
            world.sign(dialogue, name)


def test_nobody_signs_for_a_colleague_who_has_signed(world):
    dialogue = world.sign(world.held(), "hr")
    with pytest.raises(ValidationError) as refusal:
        world.sign(dialogue, "deputy")
    assert code_of(refusal) == "signed"
    assert "Ren Shijing" in refusal.value.messages[0]


def test_r26_nobody_signs_for_both_sides(world):
    """Two departments without leaders of their own: the general manager stands in for one of them, not for both."""
    office = world.departments["gm-office"]
    one, other = (DepartmentFactory(dealership=world.store, parent=office) for _ in range(2))
    dialogue = world.talk("gm", host=one, guest=other)
    world.write(dialogue, "gm")
    assert world.sign(dialogue, "gm").state == "held"
    assert world.sign(dialogue, "gm").state == "held"
    assert DialogueSignature.objects.count() == 1
    signed = {row.department_id: row.person_id for row in DialogueSignature.objects.all()}
    assert talks.signs_for(Signers(world.store), world.people["gm"], dialogue, signed) is None


def test_r26_who_has_signed_for_one_side_is_passed_over_for_the_other(world):
    """A team that nobody leads talks with its own department: the manager signs for the department, who is above for
    the team."""
    team = DepartmentFactory(dealership=world.store, code="workshop", parent=world.departments["service"])
    dialogue = world.talk("service", host=world.departments["service"], guest=team)
    world.write(dialogue, "service")
    world.sign(dialogue, "service")
    assert world.sign(dialogue, "gm").state == "signed"
    assert dict(DialogueSignature.objects.values_list("department__code", "person__full_name")) == {
        "service": "Fang Wujing",
        "workshop": "Gao Zongguan",
    }


def test_minutes_are_signed_only_while_they_wait_for_it(world):
    planned = world.talk()
    with pytest.raises(ValidationError) as refusal:
        world.sign(planned, "hr")
    assert code_of(refusal) == "not_now"
    signed = world.signed(rhythm="once", ahead=3)
    with pytest.raises(ValidationError):
        world.sign(signed, "deputy")


# --- outcomes ---------------------------------------------------------------------------------------


def test_r26_a_need_written_down_with_an_owner_is_acknowledged_there_and_then(world):
    dialogue = world.talk(ahead=0)
    need = world.need("hr", dialogue=dialogue, owner=world.people["recruiter"])
    assert (need.state, need.owner, need.version) == ("acknowledged", world.people["recruiter"], 2)
    assert story(need=need) == ["raise", "acknowledge"]
    assert told(world.people["recruiter"])[-1].startswith("You take care of what Service needs of Hr")
    other_way = world.need(
        "hr", dialogue=dialogue, customer=world.departments["hr"], supplier=world.departments["service"]
    )
    assert other_way.state == "raised"


@pytest.mark.parametrize("name", ["finance", "admin", "elsewhere"])
def test_r26_only_the_two_write_needs_down_in_their_dialogue(world, name):
    with pytest.raises(PermissionDenied):
        world.need(name, dialogue=world.talk())
    with pytest.raises(PermissionDenied):
        world.need("service", dialogue=world.talk(), supplier=world.departments["finance"])


# --- the rhythm by itself ---------------------------------------------------------------------------


def test_r26_a_day_that_passed_plans_the_next_one_once(world):
    with at("2026-03-02 10:00"):
        dialogue = world.talk(starts_on=datetime.date(2026, 3, 31), rhythm="monthly")
        assert plan_due(dealership=world.store) == 0
    with at("2026-03-31 23:00"):
        assert plan_due(dealership=world.store) == 0, "the day itself has not passed"
    with at("2026-04-01 00:10"):
        assert plan_due(dealership=world.store) == 1
        assert plan_due(dealership=world.store) == 0
    assert world.again(dialogue).state == "planned", "its minutes may still be written"
    days = Dialogue.objects.order_by("planned_on").values_list("planned_on", flat=True)
    assert list(days) == [datetime.date(2026, 3, 31), datetime.date(2026, 4, 30)]
    with at("2026-04-02 09:00"):
        world.write(dialogue, held_on=datetime.date(2026, 4, 1))
    assert Dialogue.objects.filter(state="planned").count() == 1


def test_r26_the_next_day_is_a_working_day_of_the_store():
    world = World(working_week="mon tue wed thu fri")
    with at("2026-01-05 10:00"):
        dialogue = world.talk(starts_on=datetime.date(2026, 1, 31), rhythm="monthly")  # a Saturday, as it was chosen
        talks.cancel_dialogue(acting_user=world.person("hr"), dialogue=dialogue)
    assert Dialogue.objects.get(state="planned").planned_on == datetime.date(2026, 3, 2)  # 28 February is a Saturday


def test_r26_only_its_own_store_is_planned(world):
    other = World()
    with at("2026-03-02 10:00"):
        for each in (world, other):
            each.talk(starts_on=datetime.date(2026, 3, 10), rhythm="monthly")
    with at("2026-03-11 10:00"):
        assert plan_due(dealership=world.store) == 1
    assert Dialogue.objects.filter(dealership=other.store).count() == 1


def test_the_day_after_tomorrow_needs_no_second_word(world):
    assert world.talk(ahead=2).reminded_at is not None
    assert world.talk(rhythm="once", ahead=9).reminded_at is None
