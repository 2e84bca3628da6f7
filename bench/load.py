"""Clients: several at once send requests over connections they hold open, and check every answer."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from bench.servers import Server

CLIENTS = 8


@dataclass(frozen=True)
class Request:
    """One request and the status its answer must have."""

    path: str
    status: int
    method: str = "GET"
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Cost:
    """What requests cost on average. `cpu_ms`: of the server's processes; `per_second`: requests answered."""

    cpu_ms: float
    per_second: float


def cost_of(server: Server, requests: Sequence[Request], clients: int = CLIENTS) -> Cost:
    """Send the requests, shared among `clients` at once; returns what one cost."""
    before, started = server.cpu_seconds(), time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(lambda share: send(server, share), [requests[number::clients] for number in range(clients)]))
    wall, cpu = time.perf_counter() - started, server.cpu_seconds() - before
    return Cost(cpu_ms=cpu * 1000 / len(requests), per_second=len(requests) / wall)


def send(
    server: Server, requests: Sequence[Request], on_answer: Callable[[float, bytes], object] = lambda _s, _b: None
) -> None:
    """Send requests one after the other over one connection.

    `on_answer` is called with each answer's seconds and body. Raises RuntimeError for a status that is not the
    expected one.
    """
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        for request in requests:
            started = time.perf_counter()
            connection.request(request.method, request.path, request.body or None, request.headers)
            answer = connection.getresponse()
            body = answer.read()
            on_answer(time.perf_counter() - started, body)
            if answer.status != request.status:
                raise RuntimeError(f"{request.method} {request.path}: {answer.status} instead of {request.status}")
    finally:
        connection.close()
