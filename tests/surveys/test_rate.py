"""Rating (R15): who may, once, on the scale; changing and taking back."""

import datetime
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from supplychain.models import Interaction, Mark
from surveys.actions import change_rating, explain_rating, rate_interaction, rate_link, undo_rating
from surveys.models import Rating, RatingChange
from tests.conftest import fresh
from tests.factories import DepartmentFactory, InteractionFactory, LinkFactory, PositionFactory, manager_of, member_of

pytestmark = pytest.mark.django_db


def code_of(error: pytest.ExceptionInfo[ValidationError]) -> str:
    exception = error.value
    if hasattr(exception, "error_dict"):
        return next(iter(exception.error_dict.values()))[0].code
    return exception.code


def test_r15_people_of_the_customer_rate():
    interaction = InteractionFactory()
    rater = member_of(interaction.link.customer)
    rating = rate_interaction(acting_user=rater, interaction=interaction, score=1)
    interaction.refresh_from_db()
    assert (rating.score, rating.rater, rating.day, interaction.state) == (1, rater, interaction.day, "rated")


def test_r15_the_manager_above_the_customer_rates_for_its_team():
    link = LinkFactory()
    above = DepartmentFactory(dealership=link.dealership)
    link.customer.parent = above
    link.customer.save()
    interaction = InteractionFactory(link=link)
    rating = rate_interaction(acting_user=manager_of(above), interaction=interaction, score=1)
    assert rating.pk


def test_r15_a_member_of_the_department_above_does_not():
    link = LinkFactory()
    above = DepartmentFactory(dealership=link.dealership)
    link.customer.parent = above
    link.customer.save()
    with pytest.raises(PermissionDenied):
        rate_interaction(acting_user=member_of(above), interaction=InteractionFactory(link=link), score=1)


def test_r15_supplier_never_rates_itself():
    interaction = InteractionFactory()
    with pytest.raises(PermissionDenied):
        rate_interaction(acting_user=manager_of(interaction.link.supplier), interaction=interaction, score=1)


def test_r15_somebody_of_both_sides_is_of_the_supplier():
    interaction = InteractionFactory()
    person = manager_of(interaction.link.supplier)
    PositionFactory(person=person, department=interaction.link.customer, role="member")
    with pytest.raises(PermissionDenied):
        rate_interaction(acting_user=fresh(person), interaction=interaction, score=1)


def test_r15_somebody_of_both_sides_cannot_make_an_interaction_to_rate_either():
    link = LinkFactory()
    person = manager_of(link.customer)
    PositionFactory(person=person, department=link.supplier, role="member")
    with pytest.raises(PermissionDenied):
        rate_link(acting_user=fresh(person), link=link, score=1, key=uuid.uuid4())
    assert not Interaction.objects.exists()


def test_r15_a_third_department_may_not():
    interaction = InteractionFactory()
    other = DepartmentFactory(dealership=interaction.dealership)
    with pytest.raises(PermissionDenied):
        rate_interaction(acting_user=manager_of(other), interaction=interaction, score=1)


def test_r2_a_position_that_ended_gives_no_right():
    interaction = InteractionFactory()
    yesterday = interaction.dealership.today() - datetime.timedelta(days=1)
    with pytest.raises(PermissionDenied):
        rate_interaction(
            acting_user=manager_of(interaction.link.customer, end=yesterday), interaction=interaction, score=1
        )


@pytest.mark.parametrize(("scale", "score"), [("binary", 2), ("binary", -1), ("five", 0), ("five", 6)])
def test_r15_a_score_off_the_scale_is_refused(scale, score):
    interaction = InteractionFactory(link__scale=scale)
    with pytest.raises(ValidationError) as error:
        rate_interaction(acting_user=manager_of(interaction.link.customer), interaction=interaction, score=score)
    assert code_of(error) == "off_scale"
    assert not Rating.objects.exists()


def test_r15_the_database_holds_scores_to_the_scale():
    rating = rated()
    with pytest.raises(IntegrityError), transaction.atomic():
        Rating.objects.filter(pk=rating.pk).update(score=3)


def test_r15_one_rating_per_interaction():
    interaction = InteractionFactory()
    rate_interaction(acting_user=manager_of(interaction.link.customer), interaction=interaction, score=1)
    with pytest.raises(ValidationError) as error:
        rate_interaction(acting_user=member_of(interaction.link.customer), interaction=interaction, score=0)
    assert code_of(error) == "not_open"
    assert Rating.objects.get().score == 1


def test_r15_the_database_holds_one_rating_per_interaction():
    rating = rated()
    with pytest.raises(IntegrityError), transaction.atomic():
        Rating.objects.create(
            dealership=rating.dealership,
            interaction=rating.interaction,
            link=rating.link,
            day=rating.day,
            scale="binary",
            score=0,
            rater=rating.rater,
        )


def test_a_form_sent_twice_makes_one_rating():
    interaction = InteractionFactory()
    rater = manager_of(interaction.link.customer)
    first = rate_interaction(acting_user=rater, interaction=interaction, score=1)
    assert rate_interaction(acting_user=rater, interaction=interaction, score=1) == first
    assert Mark.objects.count() == 1


def test_rating_something_nobody_logged_creates_the_interaction():
    link = LinkFactory()
    rater = manager_of(link.customer)
    rating = rate_link(acting_user=rater, link=link, score=1, key=uuid.uuid4())
    assert rating.interaction.state == "rated"
    assert rating.interaction.requester == rater
    assert rating.made_interaction


def test_the_same_key_creates_one_interaction():
    link, key = LinkFactory(), uuid.uuid4()
    rater = manager_of(link.customer)
    first = rate_link(acting_user=rater, link=link, score=1, key=key)
    assert rate_link(acting_user=rater, link=link, score=1, key=key) == first
    assert Interaction.objects.count() == 1


def test_another_score_under_the_same_key_is_refused():
    link, key = LinkFactory(), uuid.uuid4()
    rater = manager_of(link.customer)
    rate_link(acting_user=rater, link=link, score=1, key=key)
    with pytest.raises(ValidationError):
        rate_link(acting_user=rater, link=link, score=0, key=key)


def test_a_future_moment_is_refused():
    link = LinkFactory()
    with pytest.raises(ValidationError) as error:
        rate_link(
            acting_user=manager_of(link.customer),
            link=link,
            score=1,
            key=uuid.uuid4(),
            occurred_at=timezone.now() + datetime.timedelta(minutes=5),
        )
    assert code_of(error) == "future"
    assert not Interaction.objects.exists()


def test_r10_a_link_that_ended_takes_no_new_ratings_for_later_days():
    link = LinkFactory()
    rater = manager_of(link.customer)
    link.active_to = link.dealership.today() - datetime.timedelta(days=3)
    link.save()
    with pytest.raises(PermissionDenied):
        rate_link(acting_user=rater, link=link, score=1, key=uuid.uuid4())


def test_a_reason_of_another_flow_is_refused():
    interaction = InteractionFactory(link__flow="material")
    with pytest.raises(ValidationError) as error:
        rate_interaction(
            acting_user=manager_of(interaction.link.customer),
            interaction=interaction,
            score=0,
            reasons=["discourteous"],
        )
    assert code_of(error) == "reason"


def test_changing_within_24_hours_keeps_the_earlier_value():
    rating = rated(score=1)
    change_rating(acting_user=fresh(rating.rater), rating=rating, score=0, reasons=["slow"], comment="late again")
    rating.refresh_from_db()
    earlier = RatingChange.objects.get()
    assert (rating.score, rating.reasons) == (0, ["slow"])
    assert (earlier.score, earlier.new_score, earlier.changed_by) == (1, 0, rating.rater)


def test_after_24_hours_a_rating_is_fixed():
    rating = rated(score=1)
    Rating.objects.filter(pk=rating.pk).update(rated_at=timezone.now() - datetime.timedelta(hours=24, seconds=1))
    with pytest.raises(ValidationError) as error:
        change_rating(acting_user=rating.rater, rating=rating, score=0)
    assert code_of(error) == "fixed"
    rating.refresh_from_db()
    assert rating.score == 1


def test_only_the_rater_changes_a_rating():
    rating = rated()
    with pytest.raises(PermissionDenied):
        change_rating(acting_user=member_of(rating.link.customer), rating=rating, score=0)


def test_explaining_keeps_the_score_and_appends_no_mark():
    rating = rated(score=0)
    before = Mark.objects.count()
    explain_rating(acting_user=rating.rater, rating=rating, reasons=["unsolved"])
    rating.refresh_from_db()
    assert (rating.score, rating.reasons, Mark.objects.count()) == (0, ["unsolved"], before)


def test_undo_opens_the_interaction_again_and_remembers():
    rating = rated()
    interaction = undo_rating(acting_user=rating.rater, rating=rating)
    assert interaction is not None
    interaction.refresh_from_db()
    assert interaction.state == "open"
    assert not Rating.objects.exists()
    assert RatingChange.objects.get().new_score is None


def test_undo_takes_the_interaction_the_tap_had_made():
    link = LinkFactory()
    rater = manager_of(link.customer)
    rating = rate_link(acting_user=rater, link=link, score=0, key=uuid.uuid4())
    assert undo_rating(acting_user=rater, rating=rating) is None
    assert not Interaction.objects.exists()


def test_undo_is_for_a_minute():
    rating = rated()
    Rating.objects.filter(pk=rating.pk).update(rated_at=timezone.now() - datetime.timedelta(seconds=61))
    with pytest.raises(ValidationError) as error:
        undo_rating(acting_user=rating.rater, rating=rating)
    assert code_of(error) == "too_late"


def rated(score: int = 1) -> Rating:
    interaction = InteractionFactory()
    rater = manager_of(interaction.link.customer)
    return rate_interaction(acting_user=rater, interaction=interaction, score=score)
