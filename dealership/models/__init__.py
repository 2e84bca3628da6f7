"""Who: groups, stores, departments, people, positions."""

from dealership.models.base import StoreOwned, TranslatedName
from dealership.models.calendar import SpecialDay
from dealership.models.jobs import JobRun
from dealership.models.notices import Notice
from dealership.models.organisation import DealerGroup, Dealership, Department, Disclosure
from dealership.models.people import Position, Role, User

__all__ = [
    "DealerGroup",
    "Dealership",
    "Department",
    "Disclosure",
    "JobRun",
    "Notice",
    "Position",
    "Role",
    "SpecialDay",
    "StoreOwned",
    "TranslatedName",
    "User",
]
