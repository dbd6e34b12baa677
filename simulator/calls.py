"""The log of the calls the hub received, and the limit of calls a minute."""

import contextlib
import json
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from .clock import iso

RING_SIZE = 20_000
KEPT_BODY = 256 * 1024
KEPT_ANSWER = 2 * 1024
WINDOW = 60.0  # seconds


@dataclass(slots=True)
class Call:
    number: int
    at: float
    store: str | None
    method: str
    path: str
    query: str
    status: int
    request: bytes
    answer: bytes
    lane: str | None
    ms: float
    limited: bool

    def describe(self) -> dict[str, Any]:
        """Return the call as `GET /__control__/calls` shows it."""
        shown = {
            "at": iso(self.at),
            "store": self.store,
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "status": self.status,
            "body": readable(self.request),
            "ms": round(self.ms, 2),
        }
        if self.lane:
            shown["lane"] = self.lane
        return shown


def readable(body: bytes) -> Any:
    """Decode a body: JSON when it is, text otherwise, None when empty."""
    if not body:
        return None
    try:
        return json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")


class SlidingWindow:
    """The moments of the last 60 seconds, and the most it ever held."""

    __slots__ = ("moments", "peak")

    def __init__(self) -> None:
        self.moments: deque[float] = deque()
        self.peak = 0

    def count(self, now: float) -> int:
        while self.moments and self.moments[0] <= now - WINDOW:
            self.moments.popleft()
        return len(self.moments)

    def add(self, now: float) -> None:
        self.moments.append(now)
        self.peak = max(self.peak, self.count(now))


class CallLog:
    """What was called, newest last; and per store how many calls a minute."""

    def __init__(self) -> None:
        self.calls: deque[Call] = deque(maxlen=RING_SIZE)
        self.received: dict[str, SlidingWindow] = {}
        self.accepted: dict[str, SlidingWindow] = {}
        self.numbered = 0
        self.under_way = 0
        self.most_at_once = 0

    def clear(self) -> None:
        """Forget the log; the limit goes on counting what it accepted."""
        self.calls.clear()
        self.received.clear()
        self.most_at_once = self.under_way

    def add(self, call: Call) -> None:
        self.calls.append(call)

    @contextlib.contextmanager
    def at_work(self) -> Iterator[None]:
        """Count a call among those that are at the hub at once."""
        self.under_way += 1
        self.most_at_once = max(self.most_at_once, self.under_way)
        try:
            yield
        finally:
            self.under_way -= 1

    def next_number(self) -> int:
        self.numbered += 1
        return self.numbered

    def received_from(self, store: str, now: float) -> None:
        """Count a call that the limit covers, whatever its answer will be."""
        self.received.setdefault(store, SlidingWindow()).add(now)

    def admit(
        self,
        store: str,
        now: float,
        limit: int | None,
        *,
        fixed: bool = False,
        count_refused: bool = False,
    ) -> bool:
        """Say whether the store is under its limit, and count the call if so.

        100 calls a minute per store (section 9.2).

        :param fixed: the minute is the clock's, else any
        """
        # GUESS (section 13, line 40): a sliding window; refused calls do not count.
        window = self.accepted.setdefault(store, SlidingWindow())
        counted = window.count(now)
        if fixed:
            begins = now - now % WINDOW
            counted = sum(moment >= begins for moment in window.moments)
        admitted = limit is None or counted < limit
        if admitted or count_refused:
            window.add(now)
        return admitted

    def in_last_minute(self, store: str, now: float) -> int:
        window = self.received.get(store)
        return window.count(now) if window else 0

    def peak(self, store: str | None = None) -> int:
        """Return the most calls that any 60 seconds held since the log was cleared."""
        if store:
            return self.received[store].peak if store in self.received else 0
        return max((window.peak for window in self.received.values()), default=0)

    def arrivals(self) -> dict[str, list[float]]:
        """Return when the calls that the limit covers arrived, by store, in order.

        Calls that are still at work are not among them.
        """
        moments: dict[str, list[float]] = {}
        for call in self.calls:
            if call.limited and call.store:
                moments.setdefault(call.store, []).append(call.at)
        return {store: sorted(arrived) for store, arrived in moments.items()}

    def matching(
        self, store: str | None, path_prefix: str | None, method: str | None
    ) -> Iterator[Call]:
        return (
            call
            for call in self.calls
            if (not store or call.store == store)
            and (not path_prefix or call.path.startswith(path_prefix))
            and (not method or call.method == method.upper())
        )

    def find(self, number: int) -> Call | None:
        return next((call for call in self.calls if call.number == number), None)


def last(calls: Iterable[Call], limit: int) -> list[Call]:
    return list(deque(calls, maxlen=limit))
