"""Celery tasks: thin, safe to lose, to double and to run late. What is due, the database knows."""

from typing import Any

import structlog
from celery import shared_task
from django.utils import timezone

from dealership.jobs import hour_of, once_per
from dealership.models import Dealership
from objectives.actions_judging import close_unsaid, judge_due, start_due
from objectives.planning import plan_due
from objectives.reminders import remind_of_dialogues, remind_of_needs

log = structlog.get_logger(__name__)


@shared_task(bind=True)
def keep_needs_in_sight(self: Any) -> None:
    """Remind suppliers of needs without an answer, and tell their superiors, store by store."""
    with once_per(hour_of(timezone.now()), job="keep needs in sight", task_id=self.request.id or "") as mine:
        if not mine:
            return
        for dealership in Dealership.objects.all().iterator():
            told = remind_of_needs(dealership=dealership)
            if told:
                log.info("suppliers reminded of needs", dealership=dealership.slug, count=told)


@shared_task(bind=True)
def keep_dialogues_going(self: Any) -> None:
    """Plan the next dialogue of each rhythm whose last one's day has passed, and remind of those ahead."""
    with once_per(hour_of(timezone.now()), job="keep dialogues going", task_id=self.request.id or "") as mine:
        if not mine:
            return
        for dealership in Dealership.objects.all().iterator():
            planned = plan_due(dealership=dealership)
            reminded = remind_of_dialogues(dealership=dealership)
            if planned or reminded:
                log.info("dialogues kept going", dealership=dealership.slug, planned=planned, reminded=reminded)


@shared_task(bind=True)
def judge_what_is_due(self: Any) -> None:
    """Start objectives whose day has come, judge those nobody had judged, close those nobody answered; by store."""
    with once_per(hour_of(timezone.now()), job="judge what is due", task_id=self.request.id or "") as mine:
        if not mine:
            return
        for dealership in Dealership.objects.all().iterator():
            started = start_due(dealership=dealership)
            judged, closed = judge_due(dealership=dealership), close_unsaid(dealership=dealership)
            if started or judged or closed:
                log.info(
                    "objectives moved by the job",
                    dealership=dealership.slug,
                    started=started,
                    judged=judged,
                    closed=closed,
                )
