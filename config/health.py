"""/healthz: 200 only if database, broker and worker answer, 503 otherwise."""

import asyncio
import datetime
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.utils.decorators import method_decorator
from health_check.checks import Database
from health_check.contrib.celery import Ping
from health_check.views import HealthCheckView

#: How long a worker may take to answer; {"timeout": …} is read anew for every visit.
WORKER: dict[str, Any] = {"timeout": datetime.timedelta(seconds=3), "limit": 1}


class WorkerPing(Ping):
    """A ping that comes back proves the broker in both directions and a worker behind it."""

    def check_active_queues(self, *active_workers: str) -> None:
        """Look at the answers only: asking for queues too (there is one) would wait a whole second."""


@method_decorator(login_not_required, name="dispatch")
class HealthView(HealthCheckView):
    """Say for each part whether it answers; what exactly is wrong stands in the log, not on a public page."""

    checks: Any = [Database, (WorkerPing, WORKER)]
    names = {Database: "database", WorkerPing: "broker_and_worker"}

    async def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> JsonResponse:
        """Run the checks side by side and answer with one word for each part."""
        with self.get_executor() as executor:
            results = await asyncio.gather(*(check.get_result(executor) for check in self.get_checks()))
        parts = {self.names[type(result.check)]: "unavailable" if result.error else "ok" for result in results}
        return JsonResponse(parts, status=503 if any(result.error for result in results) else 200)


health = HealthView.as_view()
