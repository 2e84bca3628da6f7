"""A month of management for the scene of all addresses: the general manager has rated the manager of Service."""

from django.urls import reverse

from dealership.models import Department
from surveys.models import ManagementRating
from surveys.periods import month_start


class Management:
    """What the addresses of management are about; `scene`: tests.config.scene.Scene."""

    def __init__(self, scene):
        self.manager = scene.people["manager"]
        self.month = month_start(scene.store.today())
        self.rating = ManagementRating.objects.create(
            dealership=scene.store,
            department=Department.objects.get(dealership=scene.store, code="service"),
            manager=self.manager,
            month=self.month,
            given_by=scene.people["gm"],
            side="superior",
            score=4,
        )

    def address(self, name):
        """Return the address of that name; None for others."""
        if name == "management_take_back":
            return reverse(name, args=[self.rating.pk])
        if name == "monthly_review":
            return reverse(name, args=[f"{self.month:%Y-%m}"])
        return reverse(name, args=["service"]) if name == "scorecard" else None

    def forms(self):
        """Return correct forms."""
        whom = {"side": "superior", "department": "service", "manager": str(self.manager.pk)}
        return {"management_rate": {**whom, "month": self.month.isoformat(), "score": "5"}}
