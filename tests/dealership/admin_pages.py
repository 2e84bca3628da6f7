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


DEPARTMENT_INLINES = ("positions", "links_as_supplier", "links_as_customer")


def person_data(**changed):
    return {"full_name": "New", "username": "new", "is_active": "on", **inlines("positions"), **changed}


def link_data(rows, **changed):
    link = rows["supplychain_link"]
    data = {name: getattr(link, f"{name}_id") for name in ("supplier", "customer", "item")}
    return {**data, "flow": "service", "scale": "binary", "basis": "agreement", **changed}
