"""Calls of several stores at once: no store waits for another one's hub.

A store's calls are begun in their order, several at a time where the caller says that
it does not matter which ends first.
"""

import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from .errors import CredentialsError, HeldBack, HubUnavailable, TransientError

# Calls that are under way at the same time, of all stores.
THREADS = 32

# A store that is slow begins no more calls after these seconds: the others wait for it.
SLOW_AFTER = 30

# Seconds after which the caller looks what came, and whether to go on.
LOOK_AROUND = 0.5

# What the next call of the same store would meet as well.
STOPPING = (TransientError, CredentialsError)

Call = Callable[[], Any]
# Gets what came since it was called last, and returns whether to begin no more calls.
Meanwhile = Callable[[dict[Hashable, dict[int, "Outcome"]]], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one call: its answer or its error.

    ``made`` is False when an earlier failure of the store stopped it; ``began`` and
    ``ended`` are monotonic moments.
    """

    answer: Any = None
    error: Exception | None = None
    made: bool = True
    began: float = 0.0
    ended: float = 0.0


def side_by_side(
    calls: Mapping[Hashable, Sequence[Call]],
    *,
    patience: int = 1,
    at_once: Mapping[Hashable, int] | None = None,
    meanwhile: Meanwhile | None = None,
) -> dict[Hashable, list[Outcome]]:
    """Make the calls of each store, and those of different stores at once.

    The callables must not touch a database: they run in threads of their own.

    :param patience: the hub may fail with some order alone, or be down: this many
        answers 5xx in a row stop the store
    :param at_once: how many calls of a store may be under way; one by default
    :param meanwhile: called in the caller's thread while calls are under way, with the
        Outcomes that came since, by store and number. Once it is true no more are
        begun, and those that were not end with HeldBack
    """
    stores = {store: _Store(list(rows), patience) for store, rows in calls.items()}
    threads = {
        store: min(len(row.calls), max(1, (at_once or {}).get(store, 1)))
        for store, row in stores.items()
    }
    if not meanwhile and sum(threads.values()) < 2:
        for row in stores.values():
            row.work()
        return {store: row.finished() for store, row in stores.items()}
    with ThreadPoolExecutor(min(THREADS, sum(threads.values()) or 1)) as pool:
        under_way = [
            pool.submit(stores[store].work)
            for turn in range(max(threads.values(), default=0))
            for store, number in threads.items()
            if turn < number
        ]
        if meanwhile:
            _look_around(under_way, stores, meanwhile)
        for future in under_way:
            future.result()
    return {store: row.finished() for store, row in stores.items()}


def _look_around(
    under_way: list[Future[None]],
    stores: Mapping[Hashable, "_Store"],
    meanwhile: Meanwhile,
) -> None:
    """Hand out what comes until all is done or something else goes first."""
    ends = True  # also when ``meanwhile`` raises
    try:
        while wait(under_way, LOOK_AROUND).not_done:
            if meanwhile({store: row.news() for store, row in stores.items()}):
                return
        ends = False
    finally:
        if ends:
            for row in stores.values():
                row.stop(HeldBack("Something else goes first."))


@dataclass(slots=True)
class _Store:
    """The calls of one store, which several threads take from its list."""

    calls: list[Call]
    patience: int
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    handed_out: set[int] = field(default_factory=set)
    begun: int = 0
    unavailable: int = 0
    stopped: Exception | None = None
    lock: Lock = field(default_factory=Lock)
    end: float = field(default_factory=lambda: time.monotonic() + SLOW_AFTER)

    def work(self) -> None:
        """Make calls until there are no more, or the store is stopped."""
        while (number := self._take()) is not None:
            began = time.monotonic()
            answer: Any = None
            error: Exception | None = None
            try:
                answer = self.calls[number]()
            except Exception as raised:  # noqa: BLE001  it belongs to its own row
                error = raised
            self._note(
                number,
                Outcome(
                    answer=answer,
                    error=error,
                    made=not isinstance(error, HeldBack),
                    began=began,
                    ended=time.monotonic(),
                ),
            )

    def stop(self, error: Exception) -> None:
        """Begin no more calls."""
        with self.lock:
            self.stopped = self.stopped or error

    def news(self) -> dict[int, Outcome]:
        """Return the outcomes that came since this was asked last."""
        with self.lock:
            fresh = {n: o for n, o in self.outcomes.items() if n not in self.handed_out}
            self.handed_out.update(fresh)
        return fresh

    def finished(self) -> list[Outcome]:
        """Return an outcome for each call, in their order."""
        now = time.monotonic()
        return [
            self.outcomes.get(number)
            or Outcome(error=self.stopped, made=False, began=now, ended=now)
            for number in range(len(self.calls))
        ]

    def _take(self) -> int | None:
        """Return the number of the next call to be made; None for no more."""
        with self.lock:
            if not self.stopped and time.monotonic() > self.end:
                slow = HubUnavailable("Plug4Market answers slowly.", retry_after=1)
                self.stopped = slow
            if self.stopped or self.begun == len(self.calls):
                return None
            self.begun += 1
            return self.begun - 1

    def _note(self, number: int, outcome: Outcome) -> None:
        """Keep what came of a call; some failures stop the store."""
        with self.lock:
            self.outcomes[number] = outcome
            error = outcome.error
            if isinstance(error, HubUnavailable):
                self.unavailable += 1
            else:
                self.unavailable = 0
            if isinstance(error, STOPPING) and (
                not self.unavailable or self.unavailable >= self.patience
            ):
                self.stopped = self.stopped or error
