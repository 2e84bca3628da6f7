"""What is audited: structure, people and policies (django-auditlog)."""

from auditlog.registry import auditlog

from dealership.models import DealerGroup, Dealership, Department, Position, SpecialDay, User


def register_models() -> None:
    """Register the models of this app; passwords and sign-in times are no business of the log."""
    for model in (DealerGroup, Dealership, Department, Position, SpecialDay):
        auditlog.register(model)
    auditlog.register(User, exclude_fields=["password", "last_login"], mask_fields=["email"])
