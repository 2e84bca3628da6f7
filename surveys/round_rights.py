"""Who does what with survey rounds, and whose figures of them one reads (R20). Answers: nobody reads another's."""

from __future__ import annotations

from dealership.access import Access


def runs_rounds(access: Access) -> bool:
    """Return whether the person prepares, opens and closes rounds: the general manager and the store's admin."""
    return access.user.dealership_id is not None and access.reads_store


def reads_results_of(access: Access, supplier_id: int) -> bool:
    """Return whether the person reads what a published round says of a supplier: its people, and who reads the store.

    Everybody of the store reads the store's average.
    """
    return access.reads_figures_of(supplier_id)
