"""The way from a period to its neighbours."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from dashboards.choice import Choice


def steps(request: HttpRequest, choice: Choice, *, earlier: bool) -> dict[str, Any]:
    """Return the addresses of the neighbouring periods, the rest of the query string kept."""

    def address(name: str) -> str:
        if not name:
            return ""
        query = request.GET.copy()
        for gone in ("page", "at"):
            query.pop(gone, None)
        query["period"] = name
        return f"{request.path}?{query.urlencode()}"

    return {"previous_url": address(choice.earlier if earlier else ""), "next_url": address(choice.later)}
