"""/healthz: 200 only if database, broker and worker answer."""

import datetime
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.utils.decorators import method_decorator
from health_check.checks import Database
from health_check.contrib.celery import Ping
from health_check.views import HealthCheckView


@method_decorator(login_not_required, name="dispatch")
class HealthView(HealthCheckView):
    """Run the checks; a ping that comes back proves the broker in both directions and a worker behind it."""

    checks: Any = [
        Database,
        (Ping, {"timeout": datetime.timedelta(seconds=3), "limit": 1}),
    ]


health = HealthView.as_view()
