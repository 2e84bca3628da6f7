"""Celery tasks: thin, safe to lose, to double and to run late. What is due, the database knows."""

from typing import Any

import structlog
from celery import shared_task
from django.utils import timezone

from dealership.jobs import minute_of, once_per
from dealership.models import Dealership
from dealership.notices_mail import mail_notices

log = structlog.get_logger(__name__)


@shared_task(bind=True)
def mail_new_notices(self: Any) -> None:
    """Mail new notices, store by store, where stores want that."""
    with once_per(minute_of(timezone.now()), job="mail notices", task_id=self.request.id or "") as mine:
        if not mine:
            return
        for dealership in Dealership.objects.filter(mails_notices=True).iterator():
            letters = mail_notices(dealership=dealership)
            if letters:
                log.info("notices mailed", dealership=dealership.slug, letters=letters)
