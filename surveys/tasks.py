"""Celery tasks: thin, safe to lose, to double and to run late. What is due, the database knows."""

from typing import Any

import structlog
from celery import shared_task
from django.utils import timezone

from dealership.jobs import day_of, forget_old_runs, hour_of, minute_of, once_per
from dealership.models import Dealership
from supplychain import actions
from surveys import actions_management, actions_recovery, actions_rounds, rollups, sealing

log = structlog.get_logger(__name__)


@shared_task(bind=True)
def absorb_marks(self: Any, shard: int) -> None:
    """Bring one shard's rollups up to date."""
    with once_per(
        minute_of(timezone.now()), job=f"absorb marks of shard {shard}", task_id=self.request.id or ""
    ) as mine:
        if mine:
            taken = rollups.absorb(shard)
            log.info("rollups absorbed", shard=shard, marks=taken)


@shared_task(bind=True)
def expire_interactions(self: Any) -> None:
    """Expire interactions nobody rated in time, store by store."""
    with once_per(hour_of(timezone.now()), job="expire interactions", task_id=self.request.id or "") as mine:
        if not mine:
            return
        for dealership in Dealership.objects.all().iterator():
            expired = actions.expire_interactions(dealership=dealership)
            if expired:
                log.info("interactions expired", dealership=dealership.slug, count=expired)


@shared_task(bind=True)
def lapse_recoveries(self: Any) -> None:
    """Close recoveries on which the customer said nothing in time, store by store."""
    with once_per(hour_of(timezone.now()), job="lapse recoveries", task_id=self.request.id or "") as mine:
        if not mine:
            return
        for dealership in Dealership.objects.all().iterator():
            lapsed = actions_recovery.lapse_recoveries(dealership=dealership)
            if lapsed:
                log.info("recoveries lapsed", dealership=dealership.slug, count=lapsed)


@shared_task(bind=True)
def publish_management(self: Any) -> None:
    """Publish what subordinates said of their managers, where enough of them did, store by store (R20)."""
    with once_per(hour_of(timezone.now()), job="publish management", task_id=self.request.id or "") as mine:
        if not mine:
            return
        for dealership in Dealership.objects.all().iterator():
            published = actions_management.publish_blocks(dealership=dealership)
            if published:
                log.info("ratings of management published", dealership=dealership.slug, blocks=published)


@shared_task(bind=True)
def freeze_confidential_ratings(self: Any) -> None:
    """Freeze the months of confidential ratings that have ended, store by store (R20)."""
    with once_per(hour_of(timezone.now()), job="freeze confidential ratings", task_id=self.request.id or "") as mine:
        if not mine:
            return
        for dealership in Dealership.objects.exclude(sealed_since=None).iterator():
            frozen = sealing.freeze_due(dealership)
            if frozen:
                log.info("confidential ratings frozen", dealership=dealership.slug, months=frozen)


@shared_task(bind=True)
def keep_rounds_going(self: Any) -> None:
    """Open survey rounds, remind who has not answered, close and publish, each on its day, store by store."""
    with once_per(hour_of(timezone.now()), job="keep survey rounds going", task_id=self.request.id or "") as mine:
        if not mine:
            return
        for dealership in Dealership.objects.all().iterator():
            closed = actions_rounds.close_due(dealership=dealership)
            opened = actions_rounds.open_due(dealership=dealership)
            reminded = actions_rounds.remind_due(dealership=dealership)
            if closed or opened or reminded:
                log.info(
                    "survey rounds kept going",
                    dealership=dealership.slug,
                    closed=closed,
                    opened=opened,
                    reminded=reminded,
                )


@shared_task(bind=True)
def verify_rollups(self: Any) -> None:
    """Compare every store's rollups with the ratings and repair what differs, loudly."""
    with once_per(day_of(timezone.now()), job="verify rollups", task_id=self.request.id or "") as mine:
        if not mine:
            return
        forget_old_runs()
        for dealership in Dealership.objects.all().iterator():
            differences = rollups.verify(dealership, repair=True)
            if differences:
                log.error(
                    "rollups differed from the ratings and were repaired",
                    dealership=dealership.slug,
                    cells=len(differences),
                    first=[str(difference) for difference in differences[:5]],
                )
