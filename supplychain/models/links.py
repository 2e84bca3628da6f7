"""Items and supply links (R4-R10)."""

from __future__ import annotations

import datetime
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dealership.models import Department, StoreOwned, TranslatedName
from dealership.querysets import StoreQuerySet
from supplychain.querysets import LinkQuerySet
from supplychain.windows import format_windows, parse_windows


class Flow(models.TextChoices):
    """The three internal supply chains."""

    INFORMATION = "information", _("information flow")
    SERVICE = "service", _("service flow")
    MATERIAL = "material", _("material flow")


class Scale(models.TextChoices):
    """How a link is rated."""

    BINARY = "binary", _("good / not good")
    FIVE = "five", _("one to five")


class Basis(models.TextChoices):
    """Why the supplier serves: often hidden behind “company rule” or “the boss said so” (R5)."""

    AGREEMENT = "agreement", _("agreement")
    REGULATION = "regulation", _("regulation")
    INSTRUCTION = "instruction", _("superior's instruction")


class Item(StoreOwned, TranslatedName):
    """What flows over links: reimbursement, parts, output value."""

    code = models.SlugField(_("code"), max_length=50, help_text=_("Short English word; used in imports and commands."))

    objects: ClassVar[Any] = StoreQuerySet["Item"].as_manager()

    class Meta:
        verbose_name = _("item")
        verbose_name_plural = _("items")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["dealership", "code"],
                name="item_code_unique_in_store",
                violation_error_message=_("The store has an item with this code already."),
            ),
        ]


class Link(StoreOwned):
    """Within one flow, a supplier department serves a customer department with an item; the relation is fixed (R7)."""

    flow = models.CharField(_("flow"), max_length=12, choices=Flow.choices)
    supplier = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="links_as_supplier", verbose_name=_("supplier (upstream)")
    )
    supplier_id: int
    customer = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="links_as_customer", verbose_name=_("customer (downstream)")
    )
    customer_id: int
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="links", verbose_name=_("item"))
    item_id: int
    scale = models.CharField(_("scale"), max_length=6, choices=Scale.choices, default=Scale.BINARY)
    basis = models.CharField(_("basis"), max_length=12, choices=Basis.choices, default=Basis.AGREEMENT)
    lead_time_days = models.PositiveSmallIntegerField(
        _("lead time in working days"),
        null=True,
        blank=True,
        help_text=_("How long ahead the customer asks. Empty: none agreed."),
    )
    windows = models.CharField(
        _("service windows"),
        max_length=200,
        blank=True,
        help_text=_("Weekly, such as “mon 09:00-12:00; wed”. Empty: any time."),
    )
    active_from = models.DateField(_("from"), null=True, blank=True, help_text=_("Empty: since before the records."))
    active_to = models.DateField(
        _("to"),
        null=True,
        blank=True,
        help_text=_("Last day. Empty: still in force. A link that ends keeps its history."),
    )

    objects: ClassVar[Any] = LinkQuerySet["Link"].as_manager()

    same_store_fields = ("supplier", "customer", "item")

    class Meta:
        verbose_name = _("supply link")
        verbose_name_plural = _("supply links")
        ordering = ["flow", "supplier__rank", "supplier__code", "customer__rank", "customer__code", "item__code", "pk"]
        constraints = [
            models.CheckConstraint(
                name="link_supplier_is_not_customer",
                condition=~Q(supplier=F("customer")),
                violation_error_message=_("Supplier and customer must be different departments."),
            ),
            models.CheckConstraint(
                name="link_ends_after_it_starts",
                condition=Q(active_to=None) | Q(active_from=None) | Q(active_to__gte=F("active_from")),
                violation_error_message=_("A link cannot end before it starts."),
            ),
            models.UniqueConstraint(
                fields=["dealership", "flow", "supplier", "customer", "item"],
                condition=Q(active_to=None),
                name="link_open_once",
                violation_error_message=_("This link exists already: same flow, supplier, customer and item."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.supplier} → {self.customer} · {self.item}"

    def is_active_on(self, day: datetime.date) -> bool:
        """Return whether the link is in force on a local day."""
        return (self.active_from is None or self.active_from <= day) and (
            self.active_to is None or self.active_to >= day
        )

    def clean(self) -> None:
        """Refuse another store's rows, supplier = customer, a doubled link, unreadable windows, changed terms."""
        super().clean()
        if self.supplier_id and self.supplier_id == self.customer_id:
            raise ValidationError(
                {
                    "customer": ValidationError(
                        _("Supplier and customer must be different departments."), code="same_department"
                    )
                }
            )
        try:
            self.windows = format_windows(parse_windows(self.windows))
        except ValueError as error:
            raise ValidationError(
                {
                    "windows": ValidationError(
                        _("“%(part)s” is no weekly window. Write, for example, mon 09:00-12:00; wed."),
                        code="windows",
                        params={"part": error},
                    )
                }
            ) from None
        self._refuse_overlap()
        self._refuse_changed_terms()

    def _refuse_overlap(self) -> None:
        if not (self.supplier_id and self.customer_id and self.item_id and self.dealership_id):
            return
        twins = Link.objects.filter(
            dealership=self.dealership_id,
            flow=self.flow,
            supplier=self.supplier_id,
            customer=self.customer_id,
            item=self.item_id,
        ).exclude(pk=self.pk)
        if self.active_to:
            twins = twins.filter(Q(active_from=None) | Q(active_from__lte=self.active_to))
        if self.active_from:
            twins = twins.filter(Q(active_to=None) | Q(active_to__gte=self.active_from))
        if twins.exists():
            raise ValidationError(
                _("This link exists already: same flow, supplier, customer and item."), code="doubled"
            )

    def _refuse_changed_terms(self) -> None:
        """Past ratings stay readable under their terms (R10): what was rated cannot become something else."""
        if not self.pk:
            return
        before = Link.objects.filter(pk=self.pk).first()
        if before is None or not self.interactions.exists():
            return
        for name in ("flow", "supplier_id", "customer_id", "item_id", "scale"):
            if getattr(before, name) != getattr(self, name):
                raise ValidationError(
                    {
                        name.removesuffix("_id"): ValidationError(
                            _(
                                "Interactions were recorded under these terms. End this link and start a new one "
                                "instead."
                            ),
                            code="terms_fixed",
                        )
                    }
                )
