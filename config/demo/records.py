"""Writing what happened in the demo store to the database, many rows at once."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from config.demo.happenings import Happening
from config.demo.request_timelines import RequestTimeline, write_requests
from config.demo.store import Plan
from dealership.models import Dealership
from supplychain.models import Interaction, InteractionState
from surveys.models import Rating, RatingChange
from surveys.periods import add_months
from surveys.scoring import outcome

BATCH = 4000
CHANGED_AFTER = datetime.timedelta(minutes=40)
#: Recoveries are told of so many months; what lies longer back would only cost time.
RECOVERY_MONTHS = 12
REMIND_DAYS = 3  # of supplychain/actions_due.py


@dataclass(frozen=True)
class Complaint:
    """A rating that was "not good" from a moment on; `until`: when it was changed to something else, if it was."""

    rating: Rating
    happening: Happening
    since: datetime.datetime
    until: datetime.datetime | None = None


@dataclass
class Records:
    """What was written: how many, and what the recoveries begin with."""

    ratings: int = 0
    requests: int = 0
    complaints: list[Complaint] = field(default_factory=list)


class Recorder:
    """Writes happenings of one demo store. Marks nothing: rebuild the rollups after."""

    def __init__(self, dealership: Dealership, plan: Plan) -> None:
        self.dealership, self.plan = dealership, plan
        self.records = Records()
        self._last_open_day = plan.today - datetime.timedelta(days=dealership.rating_days)
        self._first_complaint_day = add_months(plan.today, -RECOVERY_MONTHS)

    def write(self, happenings: Iterator[Happening]) -> None:
        """Write all of them, in batches."""
        while batch := list(islice(happenings, BATCH)):
            self._write(batch)

    def write_requests(self, timelines: list[RequestTimeline]) -> None:
        """Write requests that are not done (yet), or never were."""
        write_requests(timelines)
        self.records.requests += len(timelines)

    def _write(self, batch: list[Happening]) -> None:
        asked = []
        for happening in batch:
            if happening.request is not None:
                self._remind(happening, happening.request)
                asked.append(happening.request)
            if happening.beside is not None and happening.beside.ends_at <= self.plan.now:
                asked.append(happening.beside)
        self.write_requests(asked)
        rows = Interaction.objects.bulk_create([self._interaction(happening) for happening in batch])
        rated = [
            (row, happening)
            for row, happening in zip(rows, batch, strict=True)
            if row.state == InteractionState.RATED and happening.verdict is not None
        ]
        ratings = [self._rating(row, happening) for row, happening in rated]
        Rating.objects.bulk_create(ratings)
        changes = {
            rating.interaction_id: self._change(rating, happening)
            for rating, (_row, happening) in zip(ratings, rated, strict=True)
        }
        RatingChange.objects.bulk_create([change for change in changes.values() if change is not None])
        for rating, (_row, happening) in zip(ratings, rated, strict=True):
            self._complain(rating, happening, changes[rating.interaction_id])
        self.records.ratings += len(ratings)

    def _interaction(self, happening: Happening) -> Interaction:
        verdict, request = happening.verdict, happening.request
        day = self.dealership.local_day(happening.at)
        state = InteractionState.OPEN if day >= self._last_open_day else InteractionState.EXPIRED
        if happening.dismissed:
            state = InteractionState.DISMISSED
        elif verdict is not None and verdict.at <= self.plan.now:
            state = InteractionState.RATED
        if request is not None:
            return self._requested(happening, request, day, state)
        by_rating = verdict is not None and state == InteractionState.RATED and not happening.was_logged
        return Interaction(
            dealership_id=self.dealership.pk,
            link_id=happening.link.pk,
            occurred_at=happening.at,
            day=day,
            state=state,
            requester_id=verdict.rater_id if verdict else None,
            logged_by_id=verdict.rater_id if verdict and by_rating else happening.logged_by_id,
            note=happening.note,
            created_at=verdict.at if verdict and by_rating else happening.at,
        )

    def _requested(
        self, happening: Happening, request: RequestTimeline, day: datetime.date, state: InteractionState
    ) -> Interaction:
        """Return the interaction that a request became when it was done."""
        return Interaction(
            dealership_id=self.dealership.pk,
            link_id=happening.link.pk,
            occurred_at=happening.at,
            day=day,
            state=state,
            requester_id=request.row.asked_by_id,
            logged_by_id=request.events[-1].person_id,
            note=request.row.summary,
            created_at=happening.at,
            request_id=request.row.pk,
            short_notice=request.row.short_notice,
        )

    def _remind(self, happening: Happening, request: RequestTimeline) -> None:
        """Say when who asked was reminded to rate, if they had not rated by then."""
        days = max(self.dealership.rating_days - REMIND_DAYS, 0)
        day = request.office.day_of(happening.at) + datetime.timedelta(days=days)
        reminded_at = request.office.moment(day, 0.1)
        rated_at = happening.verdict.at if happening.verdict is not None else None
        if reminded_at <= self.plan.now and (rated_at is None or rated_at > reminded_at):
            request.row.reminded_at = reminded_at

    def _rating(self, row: Interaction, happening: Happening) -> Rating:
        verdict = happening.verdict
        assert verdict is not None
        return Rating(
            dealership_id=self.dealership.pk,
            interaction_id=row.pk,
            link_id=row.link_id,
            day=row.day,
            scale=happening.link.scale,
            score=verdict.score,
            rater_id=verdict.rater_id,
            rated_at=verdict.at,
            reasons=verdict.reasons,
            comment=verdict.comment,
            short_notice=row.short_notice,
            made_interaction=not happening.was_logged and happening.request is None,
        )

    def _change(self, rating: Rating, happening: Happening) -> RatingChange | None:
        verdict = happening.verdict
        if verdict is None or verdict.earlier_score is None:
            return None
        return RatingChange(
            dealership_id=self.dealership.pk,
            interaction_id=rating.interaction_id,
            score=verdict.earlier_score,
            new_score=verdict.score,
            changed_by_id=verdict.rater_id,
            changed_at=min(verdict.at + CHANGED_AFTER, self.plan.now),
        )

    def _complain(self, rating: Rating, happening: Happening, change: RatingChange | None) -> None:
        """Keep what a recovery begins with: a rating that is "not good", or was until it was changed."""
        if rating.day < self._first_complaint_day:
            return
        is_bad = self._is_not_good(rating, rating.score)
        was_bad = change is not None and self._is_not_good(rating, change.score)
        if is_bad and (change is None or was_bad):
            self.records.complaints.append(Complaint(rating, happening, rating.rated_at))
        elif change is not None and is_bad:
            self.records.complaints.append(Complaint(rating, happening, change.changed_at))
        elif change is not None and was_bad:
            self.records.complaints.append(Complaint(rating, happening, rating.rated_at, change.changed_at))

    def _is_not_good(self, rating: Rating, score: int) -> bool:
        return outcome(rating.scale, score, threshold=self.dealership.not_good_threshold) == "not_good"
