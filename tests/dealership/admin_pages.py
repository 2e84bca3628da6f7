"""What tests of the administration pages share: a store with a row of every kind, and the forms of its pages."""

from auditlog.models import LogEntry
from django.urls import reverse

from dealership.models import User
from tests.factories import DealershipFactory, DepartmentFactory, LinkFactory, manager_of
from tests.supplychain.pages import store_admin

SCOPED = ["dealership_dealership", "dealership_department", "dealership_user", "dealership_position"]
SCOPED += ["supplychain_item", "supplychain_link", "auditlog_logentry"]


def url(name, *args):
    return reverse(f"admin:{name}", args=args)


def operator():
    return User.objects.create_superuser("root", "pass", full_name="Root")


def full_store(name="Own"):
    """Make a store with a row of every kind, all of them named after it; return it with its admin and rows by page."""
    store = DealershipFactory(name=f"{name} store", language="en")
    head = DepartmentFactory(dealership=store, name=f"{name} supplier", code="head")
    other = DepartmentFactory(dealership=store, name=f"{name} customer", code="other", parent=head)
    person = manager_of(head, person__full_name=f"{name} person")
    link = LinkFactory(dealership=store, supplier=head, customer=other, item__name=f"{name} item")
    rows = {
        "dealership_dealership": store,
        "dealership_department": head,
        "dealership_user": person,
        "dealership_position": person.positions.get(),
        "supplychain_item": link.item,
        "supplychain_link": link,
        "auditlog_logentry": LogEntry.objects.get_for_object(link).first(),
    }
    return store_admin(store, full_name=f"{name} admin"), rows


def inlines(*prefixes):
    """Return the management forms of inlines without rows."""
    return {f"{prefix}-{name}_FORMS": "0" for prefix in prefixes for name in ("TOTAL", "INITIAL")}


#: How the form of a store calls its special days.
SPECIAL_DAYS = "special_days"

DEPARTMENT_INLINES = ("positions", "links_as_supplier", "links_as_customer")


def person_data(**changed):
    return {"full_name": "New", "username": "new", "is_active": "on", **inlines("positions"), **changed}


def store_data(**changed):
    """Return what the form of a store holds; without special days."""
    data = {"name": "Own", "language": "en", "not_good_threshold": "2", "rating_days": "14", "answer_days": "14"}
    data |= {
        "recovery_days": "3",
        "confidentiality": "0",
        "least_raters": "5",
        "fiscal_year_start": "1",
        "working_week": ["mon", "tue", "wed", "thu", "fri"],
        "holiday_calendar": "CN",
    }
    return {**data, **inlines(SPECIAL_DAYS), **changed}


def special_days(*rows, known=()):
    """Return the special days of a store's form: new `rows`, below the days it has (`known`: their fields with id)."""
    data = inlines(SPECIAL_DAYS) | {f"{SPECIAL_DAYS}-TOTAL_FORMS": len(known) + len(rows)}
    data[f"{SPECIAL_DAYS}-INITIAL_FORMS"] = len(known)
    for number, row in enumerate([*known, *rows]):
        data |= {f"{SPECIAL_DAYS}-{number}-{name}": value for name, value in row.items()}
    return data


def link_data(rows, **changed):
    link = rows["supplychain_link"]
    data = {name: getattr(link, f"{name}_id") for name in ("supplier", "customer", "item")}
    return {**data, "flow": "service", "scale": "binary", "basis": "agreement", **changed}
