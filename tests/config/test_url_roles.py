"""Every address × every role, allowed and denied. The list of addresses is the resolver's: an unlisted one fails."""

import datetime

import pytest
from django.db import transaction
from django.urls import URLResolver, get_resolver, reverse

from config.health import WORKER
from supplychain.models import Interaction
from tests.config.scene import Scene

pytestmark = pytest.mark.django_db

#: Who asks. "member", "manager": of Service. "finance": the manager of the department that serves it. "elsewhere": a
#: manager, "admin elsewhere": an admin of another store. "operator": runs the installation, belongs to no store.
#: "group": a person of the dealer group that owns both stores.
ROLES = ("nobody", "member", "manager", "finance", "gm", "admin", "elsewhere", "admin elsewhere", "operator", "group")

# One column a role, in the order of ROLES. 302 for nobody is the way to the sign-in page.
GET = {
    "home": "302 200 200 200 200 200 200 200 200 302",
    "inbox_counts": "302 200 200 200 200 200 200 200 200 200",
    "notice_list": "302 200 200 200 200 200 200 200 200 200",
    "notice_open": "302 405 405 405 405 405 405 405 405 405",
    "notices_read": "302 405 405 405 405 405 405 405 405 405",
    "rate_search": "302 200 200 200 200 200 200 200 200 200",
    "rate_link": "302 200 200 403 200 403 404 404 403 404",
    "interaction_list": "302 200 200 200 200 200 200 200 200 200",
    "interaction_create": "302 200 200 200 200 200 200 200 403 403",
    "interaction_detail": "302 200 200 200 200 200 404 404 403 404",
    "interaction_rate": "302 405 405 405 405 405 405 405 405 405",
    "interaction_dismiss": "302 405 405 405 405 405 405 405 405 405",
    "interaction_restore": "302 405 405 405 405 405 405 405 405 405",
    "rating_change": "302 403 200 403 403 403 404 404 403 404",
    "rating_explain": "302 405 405 405 405 405 405 405 405 405",
    "rating_tell": "302 405 405 405 405 405 405 405 405 405",
    "rating_undo": "302 405 405 405 405 405 405 405 405 405",
    "recovery_list": "302 200 200 200 200 200 200 200 200 200",
    "recovery_detail": "302 200 200 200 200 200 404 404 403 404",
    "recovery_answer": "302 405 405 405 405 405 405 405 405 405",
    "recovery_mended": "302 405 405 405 405 405 405 405 405 405",
    "recovery_not_mended": "302 405 405 405 405 405 405 405 405 405",
    "recovery_comment": "302 405 405 405 405 405 405 405 405 405",
    "management_rate": "302 200 200 200 200 200 200 200 403 403",
    "management_take_back": "302 405 405 405 405 405 405 405 405 405",
    "round_list": "302 200 200 200 200 200 200 200 403 403",
    "round_create": "302 403 403 403 200 200 403 200 403 403",
    "round_detail": "302 200 200 200 200 200 404 404 403 404",
    "round_answer": "302 200 200 200 200 403 404 404 403 404",  # the admin holds no position
    "round_open": "302 405 405 405 405 405 405 405 405 405",
    "round_remind": "302 405 405 405 405 405 405 405 405 405",
    "round_close": "302 405 405 405 405 405 405 405 405 405",
    "round_discard": "302 405 405 405 405 405 405 405 405 405",
    "data_import": "302 403 403 403 403 200 403 200 403 403",
    "flow_map": "302 200 200 200 200 200 200 200 200 200",
    "pair": "302 200 200 200 200 200 200 200 200 200",
    "link_detail": "302 200 200 200 200 200 404 404 200 404",
    "link_end": "302 403 403 403 403 200 404 404 200 404",
    "link_revise": "302 403 403 403 403 200 404 404 200 404",
    "call_list": "302 200 200 200 200 200 200 200 200 200",
    "call_create": "302 200 200 200 200 403 200 403 403 403",
    "call_detail": "302 200 200 200 200 200 404 404 403 404",
    "call_remind": "302 405 405 405 405 405 405 405 405 405",
    "call_close": "302 403 403 200 200 403 404 404 403 404",
    "call_answer": "302 405 405 405 405 405 405 405 405 405",
    "need_request": "302 405 405 405 405 405 405 405 405 405",
    "request_list": "302 200 200 200 200 200 200 200 200 200",
    "request_create": "302 200 200 200 200 200 200 200 403 403",
    "request_detail": "302 200 200 200 200 200 404 404 403 404",
    "request_accept": "302 405 405 405 405 405 405 405 405 405",
    "request_decline": "302 405 405 405 405 405 405 405 405 405",
    "request_promise": "302 405 405 405 405 405 405 405 405 405",
    "request_finish": "302 405 405 405 405 405 405 405 405 405",
    "request_withdraw": "302 405 405 405 405 405 405 405 405 405",
    "request_reopen": "302 405 405 405 405 405 405 405 405 405",
    "request_escalate": "302 405 405 405 405 405 405 405 405 405",
    "request_decide": "302 405 405 405 405 405 405 405 405 405",
    "request_trip": "302 405 405 405 405 405 405 405 405 405",
    "request_comment": "302 405 405 405 405 405 405 405 405 405",
    "setup": "302 403 403 403 403 200 403 200 403 403",
    "standard_store": "302 405 405 405 405 405 405 405 405 405",
    "dashboard": "302 200 200 200 200 200 200 200 200 302",
    "group_dashboard": "302 403 403 403 403 403 403 403 403 200",
    "group_comparison": "302 403 403 403 403 403 403 403 403 200",
    "store_dashboard": "302 403 403 403 200 200 403 200 403 403",
    "department_dashboard": "302 200 200 403 200 200 404 404 404 404",
    "department_ratings": "302 403 200 403 200 200 404 404 404 404",
    "department_lenses": "302 200 200 403 200 200 404 404 404 404",
    "department_requests": "302 200 200 403 200 200 404 404 404 404",
    "export_figures": "302 403 200 200 200 200 200 200 403 403",
    "monthly_review": "302 403 403 403 200 200 403 200 403 403",
    # A personnel matter: the manager and those above; not the store's admin.
    "scorecard_list": "302 403 200 200 200 403 200 403 403 403",
    "scorecard": "302 403 200 403 200 403 404 404 404 404",
    "need_list": "302 200 200 200 200 200 200 200 403 403",
    "need_create": "302 200 200 200 200 403 200 403 403 403",
    "need_from_stated": "302 405 405 405 405 405 405 405 405 405",
    "need_detail": "302 200 200 200 200 200 404 404 403 404",
    "need_acknowledge": "302 405 405 405 405 405 405 405 405 405",
    "need_decline": "302 405 405 405 405 405 405 405 405 405",
    "need_withdraw": "302 405 405 405 405 405 405 405 405 405",
    "dialogue_list": "302 200 200 200 200 200 200 200 200 200",
    "dialogue_create": "302 403 200 200 200 403 200 403 403 403",
    "calendar_settings": "302 200 200 200 200 200 200 200 403 403",
    "calendar_make": "302 405 405 405 405 405 405 405 405 405",
    "calendar_revoke": "302 405 405 405 405 405 405 405 405 405",
    "calendar_feed": "200 200 200 200 200 200 200 200 200 200",
    "dialogue_point_remove": "302 405 405 405 405 405 405 405 405 405",
    "dialogue_detail": "302 200 200 200 200 200 404 404 403 404",
    "dialogue_move": "302 405 405 405 405 405 405 405 405 405",
    "dialogue_cancel": "302 405 405 405 405 405 405 405 405 405",
    "dialogue_minutes": "302 405 405 405 405 405 405 405 405 405",
    "dialogue_sign": "302 405 405 405 405 405 405 405 405 405",
    "dialogue_end": "302 405 405 405 405 405 405 405 405 405",
    "dialogue_point": "302 405 405 405 405 405 405 405 405 405",
    "dialogue_need": "302 405 405 405 405 405 405 405 405 405",
    "plan_current": "302 302 302 302 302 302 200 200 403 403",
    "plan_open": "302 405 405 405 405 405 405 405 405 405",
    "plan_detail": "302 200 200 200 200 200 404 404 403 404",
    "plan_submit": "302 405 405 405 405 405 405 405 405 405",
    "plan_sign": "302 405 405 405 405 405 405 405 405 405",
    "plan_adopt": "302 405 405 405 405 405 405 405 405 405",
    "plan_reopen": "302 405 405 405 405 405 405 405 405 405",
    "plan_compare": "302 200 200 200 200 200 404 404 403 404",
    "plan_edition": "302 200 200 200 200 200 404 404 403 404",
    "plan_contribute": "302 405 405 405 405 405 405 405 405 405",
    "plan_entry": "302 403 200 403 200 403 404 404 403 404",
    "plan_entry_remove": "302 405 405 405 405 405 405 405 405 405",
    "plan_goal_create": "302 403 403 403 200 200 404 404 403 404",
    "plan_goal": "302 403 403 403 200 200 404 404 403 404",
    "plan_goal_move": "302 405 405 405 405 405 405 405 405 405",
    "plan_goal_give_up": "302 405 405 405 405 405 405 405 405 405",
    "plan_goal_take_up": "302 405 405 405 405 405 405 405 405 405",
    "objective_list": "302 200 200 200 200 200 200 200 403 403",
    "objective_create": "302 200 200 200 200 403 200 403 403 403",
    "objective_when": "302 200 200 200 200 200 200 200 403 403",
    "objective_detail": "302 200 200 200 200 200 404 404 403 404",
    "objective_edit": "302 403 403 200 200 403 404 404 403 404",
    "objective_propose": "302 405 405 405 405 405 405 405 405 405",
    "objective_sign": "302 405 405 405 405 405 405 405 405 405",
    "objective_refuse": "302 405 405 405 405 405 405 405 405 405",
    "objective_take_back": "302 405 405 405 405 405 405 405 405 405",
    "objective_start": "302 405 405 405 405 405 405 405 405 405",
    "objective_drop": "302 405 405 405 405 405 405 405 405 405",
    "objective_comment": "302 405 405 405 405 405 405 405 405 405",
    "terms_change": "302 403 200 200 403 403 404 404 403 404",
    "terms_compare": "302 200 200 200 200 200 404 404 403 404",
    "objective_progress": "302 200 200 200 200 200 200 200 200 200",
    "objective_year": "302 200 200 200 200 200 200 200 404 404",
    "fact_create": "302 403 403 200 403 403 404 404 403 404",
    "fact_detail": "302 200 200 200 200 200 404 404 403 404",
    "fact_confirm": "302 405 405 405 405 405 405 405 405 405",
    "fact_dispute": "302 405 405 405 405 405 405 405 405 405",
    "fact_state": "302 405 405 405 405 405 405 405 405 405",
    "fact_decide": "302 405 405 405 405 405 405 405 405 405",
    "fact_retract": "302 405 405 405 405 405 405 405 405 405",
    "evidence_file": "302 200 200 200 200 200 404 404 403 404",
    "objective_judge": "302 405 405 405 405 405 405 405 405 405",
    "objective_satisfaction": "302 405 405 405 405 405 405 405 405 405",
    "account_login": "200 302 302 302 302 302 302 302 302 302",
    "account_logout": "302 200 200 200 200 200 200 200 200 200",
    "account_inactive": "200 200 200 200 200 200 200 200 200 200",
    "account_signup": "200 302 302 302 302 302 302 302 302 302",
    "account_reauthenticate": "302 200 200 200 200 200 200 200 200 200",
    "account_email": "302 200 200 200 200 200 200 200 200 200",
    "account_email_verification_sent": "200 200 200 200 200 200 200 200 200 200",
    "account_change_password": "302 200 200 200 200 200 200 200 200 200",
    "account_set_password": "302 302 302 302 302 302 302 302 302 302",
    "account_reset_password": "200 200 200 200 200 200 200 200 200 200",
    "account_confirm_login_code": "302 302 302 302 302 302 302 302 302 302",
    "account_confirm_email": "200 200 200 200 200 200 200 200 200 200",
    "account_reset_password_from_key": "200 200 200 200 200 200 200 200 200 200",
    "account_reset_password_from_key_done": "200 200 200 200 200 200 200 200 200 200",
    "account_reset_password_done": "200 200 200 200 200 200 200 200 200 200",
    "set_language": "302 302 302 302 302 302 302 302 302 302",
    "metrics": "404 404 404 404 404 404 404 404 404 404",  # no token is configured here
    "healthz": "503 503 503 503 503 503 503 503 503 503",  # no worker answers here; the journey in CI sees the 200
}

# Only addresses that write; sent as a plain form. 302: done (or refused in words), 422: the form again.
POST = {
    "notice_open": "302 404 302 404 404 404 404 404 404 404",  # a notice is one person's own
    "notices_read": "302 302 302 302 302 302 302 302 302 302",
    "rate_link": "302 302 302 403 302 403 404 404 403 404",
    "interaction_create": "302 302 302 302 302 422 422 422 403 403",
    "interaction_rate": "302 302 302 403 302 403 404 404 403 404",
    "interaction_dismiss": "302 302 302 403 302 403 404 404 403 404",
    "interaction_restore": "302 302 302 403 302 403 404 404 403 404",
    "rating_change": "302 403 302 403 403 403 404 404 403 404",
    "rating_explain": "302 403 302 403 403 403 404 404 403 404",
    "rating_tell": "302 403 302 403 403 403 404 404 403 404",
    "rating_undo": "302 403 302 403 403 403 404 404 403 404",
    "recovery_answer": "302 403 403 302 403 403 404 404 403 404",
    "recovery_mended": "302 302 302 403 302 403 404 404 403 404",
    "recovery_not_mended": "302 302 302 403 302 403 404 404 403 404",
    "recovery_comment": "302 302 302 302 302 403 404 404 403 404",
    "management_rate": "302 403 403 403 302 403 403 403 403 403",
    "management_take_back": "302 404 403 404 302 404 404 404 404 404",
    "round_create": "302 403 403 403 302 302 403 302 403 403",
    "round_answer": "302 302 302 302 302 403 404 404 403 404",
    "round_open": "302 403 403 403 302 302 404 404 403 404",
    "round_remind": "302 403 403 403 302 302 404 404 403 404",
    "round_close": "302 403 403 403 302 302 404 404 403 404",
    "round_discard": "302 403 403 403 302 302 404 404 403 404",
    "data_import": "302 403 403 403 403 200 403 200 403 403",
    "link_end": "302 403 403 403 403 302 404 404 302 404",
    "link_revise": "302 403 403 403 403 302 404 404 302 404",
    "call_create": "302 422 422 302 302 403 422 403 403 403",  # 422: it is not theirs to ask about
    "call_remind": "302 403 403 302 302 403 404 404 403 404",
    "call_close": "302 403 403 302 302 403 404 404 403 404",
    "call_answer": "302 302 302 403 302 403 404 404 403 404",
    "need_request": "302 302 302 302 302 403 404 404 403 404",
    "request_create": "302 302 302 422 302 422 422 422 403 403",  # 422: no link of theirs
    # The general manager speaks for Service, right below, and so not for Finance on this link.
    "request_accept": "302 403 403 302 403 403 404 404 403 404",
    "request_decline": "302 403 403 302 403 403 404 404 403 404",
    "request_promise": "302 403 403 302 403 403 404 404 403 404",
    "request_finish": "302 403 403 302 403 403 404 404 403 404",
    "request_withdraw": "302 302 302 403 302 403 404 404 403 404",
    "request_reopen": "302 302 302 403 302 403 404 404 403 404",
    "request_escalate": "302 403 403 302 403 403 404 404 403 404",
    "request_decide": "302 403 403 403 302 403 404 404 403 404",
    "request_trip": "302 302 302 302 302 403 404 404 403 404",
    "request_comment": "302 302 302 302 302 403 404 404 403 404",
    "need_create": "302 302 302 422 302 403 422 403 403 403",
    "need_from_stated": "302 302 302 302 302 403 404 404 403 404",
    "need_acknowledge": "302 403 403 302 403 403 404 404 403 404",
    "need_decline": "302 403 403 302 403 403 404 404 403 404",
    "need_withdraw": "302 302 302 403 302 403 404 404 403 404",
    "dialogue_create": "302 403 302 422 302 403 422 403 403 403",
    "calendar_make": "302 200 200 200 200 200 200 200 403 403",
    "calendar_revoke": "302 302 302 302 302 302 302 302 403 403",
    "dialogue_point_remove": "302 403 302 403 302 403 404 404 403 404",
    "dialogue_move": "302 403 302 302 302 403 404 404 403 404",
    "dialogue_cancel": "302 403 302 302 302 403 404 404 403 404",
    "dialogue_minutes": "302 403 302 302 302 403 404 404 403 404",
    "dialogue_sign": "302 403 302 302 403 403 404 404 403 404",
    "dialogue_end": "302 403 302 302 302 403 404 404 403 404",
    "dialogue_point": "302 302 302 422 302 403 404 404 403 404",
    "dialogue_need": "302 302 302 302 302 403 404 404 403 404",
    "plan_open": "302 403 403 403 302 302 403 302 403 403",
    "plan_submit": "302 403 403 403 302 403 404 404 403 404",
    "plan_sign": "302 403 302 302 302 403 404 404 403 404",
    "plan_adopt": "302 403 403 403 302 403 404 404 403 404",
    "plan_reopen": "302 403 403 403 302 403 404 404 403 404",
    "plan_contribute": "302 403 302 422 302 403 404 404 403 404",
    "plan_entry": "302 403 302 403 302 403 404 404 403 404",
    "plan_entry_remove": "302 403 302 403 302 403 404 404 403 404",
    "plan_goal_create": "302 403 403 403 302 302 404 404 403 404",
    "plan_goal": "302 403 403 403 302 302 404 404 403 404",
    "plan_goal_move": "302 403 403 403 302 302 404 404 403 404",
    "plan_goal_give_up": "302 403 403 403 302 302 404 404 403 404",
    "plan_goal_take_up": "302 403 403 403 302 302 404 404 403 404",
    "objective_create": "302 302 302 302 302 403 422 403 403 403",
    "objective_edit": "302 403 403 302 302 403 404 404 403 404",
    "objective_propose": "302 403 403 302 403 403 404 404 403 404",
    "objective_sign": "302 403 302 403 403 403 404 404 403 404",
    "objective_refuse": "302 403 302 403 403 403 404 404 403 404",
    "objective_take_back": "302 403 403 302 403 403 404 404 403 404",
    "objective_start": "302 403 403 302 302 403 404 404 403 404",
    "objective_drop": "302 403 403 302 403 403 404 404 403 404",
    "objective_comment": "302 302 302 302 302 403 404 404 403 404",
    "terms_change": "302 403 302 302 403 403 404 404 403 404",
    # The general manager leads Service, the customer, and so is not on Finance's side of the objective.
    "fact_create": "302 403 403 302 403 403 404 404 403 404",
    "fact_confirm": "302 403 302 403 302 403 404 404 403 404",
    "fact_dispute": "302 403 302 403 302 403 404 404 403 404",
    "fact_state": "302 403 403 302 403 403 404 404 403 404",
    "fact_decide": "302 403 403 403 302 403 404 404 403 404",
    "fact_retract": "302 403 403 302 403 403 404 404 403 404",
    "objective_judge": "302 403 302 302 302 403 404 404 403 404",
    "objective_satisfaction": "302 403 302 403 302 403 404 404 403 404",
    "standard_store": "302 403 403 403 403 302 403 302 403 403",
    "set_language": "302 302 302 302 302 302 302 302 302 302",
}


def names(patterns, namespace=""):
    """Yield the names of all addresses, the admin's with their namespace."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns, pattern.namespace or namespace)
        elif pattern.name:
            yield f"{namespace}:{pattern.name}" if namespace else pattern.name


def test_every_address_is_in_the_table():
    public = {name for name in names(get_resolver().url_patterns) if ":" not in name}
    assert public == set(GET)


def test_get(monkeypatch):
    """One scene for all addresses: reading writes nothing, and what a visit remembers is rolled back."""
    monkeypatch.setitem(WORKER, "timeout", datetime.timedelta(seconds=0.2))  # none answers here, however long one waits
    scene = Scene()
    written = Interaction.objects.count()
    found = {name: _asked(scene, name, lambda client, name: client.get(scene.address(name))) for name in GET}
    assert found == {name: _by_role(statuses) for name, statuses in GET.items()}
    assert Interaction.objects.count() == written, "reading wrote something"


def test_post():
    """One scene for all: what each role writes at an address is rolled back before the next one asks."""
    scene = Scene()
    found = {}
    for name in POST:
        address = scene.address(name)
        found[name] = _asked(scene, name, lambda client, name, at=address: client.post(at, scene.form(name)))
    assert found == {name: _by_role(statuses) for name, statuses in POST.items()}


def _by_role(statuses):
    return dict(zip(ROLES, statuses.split(), strict=True))


def _asked(scene, name, ask):
    """Return what each role is answered at an address; strangers are led to the sign-in page."""
    found = {}
    for role in ROLES:
        with transaction.atomic():
            response = ask(scene.client(role), name)
            transaction.set_rollback(True)
        found[role] = str(response.status_code)
        if role == "nobody" and name in POST and name != "set_language":
            assert reverse("account_login") in response["Location"]
    return found
