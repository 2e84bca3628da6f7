"""Celery tasks: thin, safe to lose, to double and to run late. What is due, the database knows."""

from typing import Any

import structlog
from celery import shared_task
from django.utils import timezone

from dealership.jobs import hour_of, once_per
from dealership.models import Dealership
from supplychain.actions_calls import remind_due
from supplychain.actions_due import expire_requests, remind_to_rate

log = structlog.get_logger(__name__)


@shared_task(bind=True)
def remind_of_calls(self: Any) -> None:
    """Remind customers who have not answered a call for needs, store by store."""
    with once_per(hour_of(timezone.now()), job="remind of calls", task_id=self.request.id or "") as mine:
        if not mine:
            return
        for dealership in Dealership.objects.all().iterator():
            reminded = remind_due(dealership=dealership)
            if reminded:
                log.info("customers reminded of calls for needs", dealership=dealership.slug, count=reminded)


@shared_task(bind=True)
def keep_requests_moving(self: Any) -> None:
    """Expire requests nobody answered, and remind who has not rated what was done, store by store."""
    with once_per(hour_of(timezone.now()), job="keep requests moving", task_id=self.request.id or "") as mine:
        if not mine:
            return
        for dealership in Dealership.objects.all().iterator():
            expired = expire_requests(dealership=dealership)
            reminded = remind_to_rate(dealership=dealership)
            if expired or reminded:
                log.info("requests kept moving", dealership=dealership.slug, expired=expired, reminded=reminded)
