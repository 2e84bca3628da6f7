"""What every page needs: navigation, languages, who is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext_lazy as _

from dealership.access import Access, access_of

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.utils.functional import _StrPromise


@dataclass(frozen=True)
class Place:
    """A place one can go to, before it is known who asks: `names` are the URL names that count as being there."""

    name: str
    label: _StrPromise | str
    icon: str
    names: frozenset[str] = frozenset()
    #: Whether it has a place in the bar under a phone's thumb, which holds five; else it is in the phone's menu.
    in_bar: bool = True
    #: Whether there is nothing to see for who belongs to no store.
    of_store: bool = False


@dataclass(frozen=True)
class NavItem:
    """A line of the navigation."""

    url: str
    label: _StrPromise | str
    icon: str
    active: bool
    in_bar: bool = True


@dataclass(frozen=True)
class Language:
    """A language of the pages, called by its own name."""

    code: str
    label: str
    short: str
    active: bool


MAIN = (
    Place("home", _("Inbox"), "bi-inbox", frozenset({"rate_search", "rate_link", "rating_change", "notice_list"})),
    Place(
        "request_list",
        _("Requests"),
        "bi-send",
        frozenset(
            {
                "request_create",
                "request_detail",
                "call_list",
                "call_create",
                "call_detail",
                "recovery_list",
                "recovery_detail",
            }
        ),
    ),
    Place(
        "interaction_list",
        _("Interactions"),
        "bi-arrow-left-right",
        frozenset({"interaction_create", "interaction_detail"}),
    ),
    Place(
        "objective_list",
        _("Objectives"),
        "bi-bullseye",
        frozenset(
            {
                "objective_progress",
                "objective_create",
                "objective_detail",
                "objective_edit",
                "objective_year",
                "terms_change",
                "terms_compare",
                "fact_create",
                "fact_detail",
                "need_list",
                "need_create",
                "need_detail",
                "dialogue_list",
                "dialogue_create",
                "dialogue_detail",
                "calendar_settings",
                "plan_current",
                "plan_detail",
                "plan_compare",
                "plan_edition",
            }
        ),
        of_store=True,
    ),
    Place(
        "dashboard",
        _("Dashboard"),
        "bi-bar-chart",
        frozenset({"department_dashboard", "department_ratings", "department_requests", "export_figures"}),
    ),
    Place("flow_map", _("Supply chain"), "bi-diagram-3", frozenset({"pair", "link_detail"}), in_bar=False),
    Place(
        "management_rate",
        _("Management"),
        "bi-person-check",
        frozenset({"scorecard_list", "scorecard"}),
        in_bar=False,
        of_store=True,
    ),
    Place(
        "round_list",
        _("Survey rounds"),
        "bi-ui-checks",
        frozenset({"round_create", "round_detail", "round_answer"}),
        in_bar=False,
        of_store=True,
    ),
)
GROUP = Place("group_dashboard", _("Stores"), "bi-buildings", frozenset({"group_comparison"}))
STORE = Place("store_dashboard", _("Whole store"), "bi-shop", frozenset({"monthly_review"}))
SETUP = Place("setup", _("Set up"), "bi-sliders", frozenset({"data_import"}))
ADMIN = Place("admin:index", _("Administration pages"), "bi-database-gear")

SHORT_LANGUAGES = {"zh-hans": "中文", "en": "EN"}


class Shell:
    """The frame of a page. Nothing is asked of the database until a template asks for it, and nothing for strangers."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def signed_in(self) -> bool:
        """Whether somebody is signed in. False also where no session is read yet (413, 400)."""
        user = getattr(self._request, "user", None)
        return bool(user is not None and user.is_authenticated)

    @cached_property
    def _access(self) -> Access:
        return access_of(self._request.user)

    def _item(self, place: Place) -> NavItem:
        match = getattr(self._request, "resolver_match", None)
        here = match.view_name if match else None
        active = here == place.name or here in place.names
        return NavItem(reverse(place.name), place.label, place.icon, active, place.in_bar)

    @cached_property
    def nav(self) -> list[NavItem]:
        """The main places, for the rail and for the bar under a phone's thumb; empty for strangers."""
        if not self.signed_in:
            return []
        if self._group_id is not None:
            return [self._item(GROUP)]
        in_store = self._access.user.dealership_id is not None
        return [self._item(place) for place in MAIN if in_store or not place.of_store]

    @property
    def _group_id(self) -> int | None:
        group_id: int | None = self._request.user.group_id  # type: ignore[union-attr]
        return group_id

    @cached_property
    def more(self) -> list[NavItem]:
        """What only some may open: the store's figures, its configuration, the administration pages."""
        if not self.signed_in:
            return []
        found = []
        if self._access.reads_store:
            found.append(self._item(STORE))
        if self._access.is_store_admin:
            found.append(self._item(SETUP))
        if self._request.user.is_staff:
            found.append(self._item(ADMIN))
        return found

    @property
    def in_menu(self) -> list[NavItem]:
        """What stands in a phone's menu: the main places that its bar has no room for, then what only some open."""
        return [*(item for item in self.nav if not item.in_bar), *self.more]

    @cached_property
    def place(self) -> str:
        """Where the signed-in person works: main department, or else the store or the group; empty for strangers."""
        if not self.signed_in:
            return ""
        if self._group_id is not None:
            return str(self._access.user.group)
        department = self._access.main_department
        if department is not None:
            return department.label
        store = getattr(self._request.user, "dealership", None)
        return str(store) if store else ""

    @cached_property
    def languages(self) -> list[Language]:
        """The languages of the pages."""
        current = get_language()
        return [
            Language(code, get_language_info(code)["name_local"], SHORT_LANGUAGES.get(code, code), code == current)
            for code, _name in settings.LANGUAGES
        ]

    @property
    def here(self) -> str:
        """The address of this page, to come back to after switching the language (a GET address only)."""
        return self._request.get_full_path() if self._request.method in ("GET", "HEAD") else ""


def shell(request: HttpRequest) -> dict[str, Any]:
    """Give templates `shell`: nav, more, place, languages, here, signed_in."""
    return {"shell": Shell(request)}
