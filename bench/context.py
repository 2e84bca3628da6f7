"""What every measurement is given, and what a measurement is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from bench.databases import Database, Databases
from bench.progress import Progress
from bench.report import Bar


class Size:
    """So many ratings, and the database that holds them, filled when it is first asked for."""

    def __init__(self, ratings: int, make: Callable[[], Database]) -> None:
        """`make` makes and fills the database."""
        self.ratings = ratings
        self._make = make

    @cached_property
    def database(self) -> Database:
        """The database, filled with the standard store's links and the ratings."""
        return self._make()


@dataclass(frozen=True)
class Context:
    """What a measurement works with.

    `small` and `large` hold the same density of ratings in fewer and more stores. A measurement switches to one with
    `context.large.database.use()` and leaves both as it found them, but for more rows of today. One that needs other
    data makes a database of its own with `context.databases.create("label")`: migrated, empty, dropped in the end.
    """

    small: Size
    large: Size
    rounds: int
    databases: Databases
    progress: Progress


@dataclass(frozen=True)
class Measurement:
    """A group of bars that are measured together; `--only NAME` runs it alone.

    `measure` returns the bars and calls `context.progress.done(seconds)` as it goes. `seconds`: how long it takes
    with a number of rounds and ratings, roughly, on two cores; for the estimate of the time left. `sizes`: whether it
    needs the small and the large database filled.
    """

    name: str
    measure: Callable[[Context], list[Bar]]
    seconds: Callable[[int, int], float]
    sizes: bool = True
