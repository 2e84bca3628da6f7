"""How far the run is, and an estimate of the time left, on stderr."""

from __future__ import annotations

import threading
from types import FrameType, TracebackType
from typing import Self

from tqdm import tqdm

_interrupted = threading.Event()


def interrupt(_signal: int, _frame: FrameType | None) -> None:
    """Stop the run: handles signals. Where the exception is swallowed (in a callback, say), the next step raises it."""
    _interrupted.set()
    raise KeyboardInterrupt


class Progress:
    """A progress bar over work that is told in expected seconds; what is left is estimated from the pace so far."""

    def __init__(self, expected_seconds: float) -> None:
        self._bar = tqdm(
            total=max(1, round(expected_seconds)),
            bar_format="{desc:45} {percentage:3.0f}% |{bar}| {elapsed} gone, about {remaining} left",
            desc="starting",
            leave=False,
            smoothing=0,
            dynamic_ncols=True,
        )
        self._expected = 0.0
        self._goal = 0.0

    def start(self, what: str, expected_seconds: float) -> None:
        """Begin a piece of work; what the last one had left counts as done."""
        self._to(self._goal)
        self._goal += expected_seconds
        self._bar.set_description_str(what[:45])

    def done(self, seconds: float) -> None:
        """Count some of the present work's expected seconds as done."""
        self._to(min(self._expected + seconds, self._goal))

    def _to(self, expected: float) -> None:
        if _interrupted.is_set():
            raise KeyboardInterrupt
        self._expected = expected
        self._bar.update(min(expected, self._bar.total) - self._bar.n)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._bar.close()
