"""The administration pages of people and positions (R2, R3)."""

import pytest

from dealership.models import Department, Position, User
from tests.dealership.admin_pages import full_store, operator, person_data, url
from tests.factories import (
    DealershipFactory,
    DepartmentFactory,
    InteractionFactory,
    PositionFactory,
    UserFactory,
)
from tests.supplychain.pages import browser, store_admin, text_of

pytestmark = pytest.mark.django_db


def test_a_person_is_added_with_a_password_and_a_position():
    user, rows = full_store()
    data = person_data(email="new@example.com", password1="correct horse", password2="correct horse")
    data |= {
        "positions-TOTAL_FORMS": "1",
        "positions-0-department": rows["dealership_department"].pk,
        "positions-0-role": "member",
    }
    response = browser(user).post(url("dealership_user_add"), data)
    assert response.status_code == 302, response.context["errors"]
    person = User.objects.get(username="new")
    assert person.check_password("correct horse")
    assert (person.dealership, person.is_staff, person.is_superuser) == (user.dealership, False, False)
    assert person.positions.get().department == rows["dealership_department"]


def test_a_person_is_added_without_a_password():
    user, _rows = full_store()
    browser(user).post(url("dealership_user_add"), person_data())
    assert not User.objects.get(username="new").has_usable_password()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"password1": "correct horse", "password2": "wrong horse"}, "password2"),
        ({"password1": "12345678", "password2": "12345678"}, "password1"),
        ({"username": "taken"}, "username"),
        ({"email": "TAKEN@example.com"}, "__all__"),
        ({"email": "nonsense"}, "email"),
        ({"full_name": ""}, "full_name"),
    ],
)
def test_what_is_wrong_with_a_person_is_said_in_words(changed, field):
    user, _rows = full_store()
    UserFactory(username="taken", email="taken@example.com")
    response = browser(user).post(url("dealership_user_add"), person_data(**changed))
    assert response.status_code == 200
    assert field in response.context["adminform"].errors
    assert not User.objects.filter(full_name="New", dealership=user.dealership).exists()


def test_a_store_admin_makes_nobody_an_operator():
    user, rows = full_store()
    person = rows["dealership_user"]
    data = person_data(username=person.username, is_superuser="on", is_staff="on", dealership="")
    browser(user).post(url("dealership_user_change", person.pk), data)
    person.refresh_from_db()
    assert (person.full_name, person.is_superuser, person.is_staff) == ("New", False, False)
    assert person.dealership == user.dealership
    assert "is_superuser" not in text_of(browser(user).get(url("dealership_user_change", person.pk)))


def test_a_store_admin_makes_another_store_admin():
    user, rows = full_store()
    person = rows["dealership_user"]
    data = person_data(username=person.username, is_store_admin="on")
    browser(user).post(url("dealership_user_change", person.pk), data)
    person.refresh_from_db()
    assert (person.is_store_admin, person.is_staff) == (True, True)


def test_an_operators_account_is_not_a_store_admins_to_change():
    user, _rows = full_store()
    boss = UserFactory(dealership=user.dealership, is_superuser=True)
    client = browser(user)
    assert client.post(url("dealership_user_change", boss.pk), person_data()).status_code == 403
    assert client.get(url("auth_user_password_change", boss.pk)).status_code == 403
    assert client.get(url("dealership_user_move", boss.pk)).status_code == 403
    assert client.post(url("dealership_user_delete", boss.pk), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("field", ["is_store_admin", "is_active"])
def test_nobody_locks_themselves_out(field):
    user, _rows = full_store()
    data = person_data(username=user.username, is_store_admin="on")
    del data[field]
    response = browser(user).post(url("dealership_user_change", user.pk), data)
    assert field in response.context["adminform"].errors


def test_nobody_deletes_themselves():
    user = store_admin()
    browser(user).post(url("dealership_user_delete", user.pk), {"post": "yes"})
    assert User.objects.filter(pk=user.pk).exists()


def test_a_new_password_is_set_on_djangos_form():
    user, rows = full_store()
    person = rows["dealership_user"]
    page = url("auth_user_password_change", person.pk)
    response = browser(user).post(page, {"password1": "12345678", "password2": "12345678"})
    assert response.context["form"].errors
    assert browser(user).post(page, {"password1": "", "password2": ""}).context["form"].errors
    browser(user).post(page, {"password1": "correct horse", "password2": "correct horse"})
    person.refresh_from_db()
    assert person.check_password("correct horse")


def test_a_person_page_shows_no_hash():
    user, rows = full_store()
    text = text_of(browser(user).get(url("dealership_user_change", rows["dealership_user"].pk)))
    assert "Set a new password" in text
    assert "salt" not in text


def test_operators_put_people_into_stores():
    store = DealershipFactory()
    client = browser(operator())
    assert client.post(url("dealership_user_add"), person_data(dealership=store.pk)).status_code == 302
    assert User.objects.get(username="new").dealership == store
    response = client.post(url("dealership_user_add"), person_data(username="nowhere"))
    assert "is_superuser" in response.context["adminform"].errors
    data = person_data(username="both", dealership=store.pk, is_superuser="on")
    assert "is_superuser" in client.post(url("dealership_user_add"), data).context["adminform"].errors
    assert client.post(url("dealership_user_add"), person_data(username="op", is_superuser="on")).status_code == 302


def test_r3_a_person_page_names_the_superior():
    user, rows = full_store()
    member = PositionFactory(department=rows["dealership_department"], role="member").person
    text = text_of(browser(user).get(url("dealership_user_change", member.pk)))
    assert "Own supplier · member → Own person" in text


def test_r2_a_person_is_moved_and_the_history_stays():
    user, rows = full_store()
    position = rows["dealership_position"]
    data = {
        "position": position.pk,
        "department": Department.objects.get(name="Own customer").pk,
        "role": "deputy",
        "first_day": "2026-07-01",
    }
    page = url("dealership_user_move", position.person_id)
    assert browser(user).get(page).status_code == 200
    assert browser(user).post(page, data).status_code == 302
    held = (
        Position.objects.filter(person=position.person_id).order_by("pk").values_list("department__name", "role", "end")
    )
    assert [(name, role, str(end)) for name, role, end in held] == [
        ("Own supplier", "manager", "2026-06-30"),
        ("Own customer", "deputy", "None"),
    ]


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"first_day": "soon"}, "first_day"), ({"department": "0"}, "department"), ({"position": "0"}, "position")],
)
def test_r2_a_move_that_cannot_be_is_said_beside_the_field(changed, field):
    user, rows = full_store()
    position = rows["dealership_position"]
    data = {"position": position.pk, "department": position.department_id, "role": "member", "first_day": "2026-07-01"}
    response = browser(user).post(url("dealership_user_move", position.person_id), {**data, **changed})
    assert field in response.context["form"].errors


def test_r2_a_move_into_another_stores_department_is_refused():
    user, rows = full_store()
    position = rows["dealership_position"]
    data = {"position": position.pk, "department": DepartmentFactory().pk, "role": "member", "first_day": "2026-07-01"}
    response = browser(user).post(url("dealership_user_move", position.person_id), data)
    assert "department" in response.context["form"].errors


def test_r2_a_position_that_is_history_keeps_its_terms():
    user, rows = full_store()
    position = rows["dealership_position"]
    InteractionFactory(link=rows["supplychain_link"], requester=position.person)
    data = {"person": user.pk, "department": Department.objects.get(name="Own customer").pk}
    data |= {"role": "member", "start": "2026-01-01", "end": "2026-12-31"}
    browser(user).post(url("dealership_position_change", position.pk), data)
    after = Position.objects.get(pk=position.pk)
    assert (after.person, after.department, after.role, after.start) == (
        position.person,
        position.department,
        "manager",
        None,
    )
    assert str(after.end) == "2026-12-31"
    rows_of = {f"positions-0-{name}": value for name, value in {"id": position.pk, **data}.items()}
    page = {**person_data(username=position.person.username), **rows_of, "positions-0-person": position.person_id}
    page |= {"positions-TOTAL_FORMS": "1", "positions-INITIAL_FORMS": "1"}
    response = browser(user).post(url("dealership_user_change", position.person_id), page)
    assert response.status_code == 302, response.context["errors"]
    assert Position.objects.get(pk=position.pk).role == "manager"


def test_r2_a_position_entered_by_mistake_is_corrected_or_deleted():
    user, rows = full_store()
    position = rows["dealership_position"]
    data = {"person": position.person_id, "department": position.department_id, "role": "deputy"}
    browser(user).post(url("dealership_position_change", position.pk), data)
    assert Position.objects.get(pk=position.pk).role == "deputy"
    browser(user).post(url("dealership_position_delete", position.pk), {"post": "yes"})
    assert not Position.objects.filter(pk=position.pk).exists()


def test_r2_overlapping_positions_are_refused_in_words():
    user, rows = full_store()
    position = rows["dealership_position"]
    data = {"person": position.person_id, "department": position.department_id, "role": "member"}
    response = browser(user).post(url("dealership_position_add"), data)
    assert response.status_code == 200
    assert "already" in str(response.context["adminform"].errors)
