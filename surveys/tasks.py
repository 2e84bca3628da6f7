"""Celery tasks: thin, safe to lose, to double and to run late. What is due, the database knows."""

import structlog
from celery import shared_task

from dealership.models import Dealership
from supplychain import actions
from surveys import rollups

log = structlog.get_logger(__name__)


@shared_task
def absorb_marks(shard: int) -> None:
    """Bring one shard's rollups up to date."""
    taken = rollups.absorb(shard)
    if taken:
        log.info("rollups absorbed", shard=shard, marks=taken)


@shared_task
def expire_interactions() -> None:
    """Expire interactions nobody rated in time, store by store."""
    for dealership in Dealership.objects.all().iterator():
        expired = actions.expire_interactions(dealership=dealership)
        if expired:
            log.info("interactions expired", dealership=dealership.slug, count=expired)


@shared_task
def verify_rollups() -> None:
    """Compare every store's rollups with the ratings and repair what differs, loudly."""
    for dealership in Dealership.objects.all().iterator():
        differences = rollups.verify(dealership, repair=True)
        if differences:
            log.error(
                "rollups differed from the ratings and were repaired",
                dealership=dealership.slug,
                cells=len(differences),
                first=[str(difference) for difference in differences[:5]],
            )
