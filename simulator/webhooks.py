"""Notices of orders, sent from threads of their own so that no request waits.

The payload is documented (section 8). How the sender behaves is not:
GUESS (section 11.12): any 2xx is success, some retries, no signature.
"""

import heapq
import itertools
import threading
import time
import zlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import httpx

from .clock import iso

KEPT_DELIVERIES = 20_000
KEPT_ANSWER = 500
WORKERS = 4
RETRY_DELAYS = (1.0, 5.0)  # seconds before the second and the third attempt
TIMEOUT = 10.0


def require_loopback(url: str) -> str:
    """Return the address, or refuse it: the simulator calls this machine only."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        loopback = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if parts.scheme not in ("http", "https") or not loopback:
        raise ValueError(f"{url!r} is not an http address of this machine")
    return url


@dataclass(slots=True, eq=False)
class Notice:
    url: str
    payload: dict[str, Any]
    batch: int  # how often everything was forgotten before
    attempt: int = 1
    held: bool = False

    @property
    def order_id(self) -> str:
        return self.payload["order"]["orderId"]


class WebhookSender:
    """Queues notices by order: those of one order leave in the order they came."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self.deliveries: deque[dict[str, Any]] = deque(maxlen=KEPT_DELIVERIES)
        self._workers: list[Worker] = []
        self._batch = 0

    def start(self) -> None:
        if not self._workers:
            self._workers = [
                Worker(self._deliver, f"webhook-{n}") for n in range(WORKERS)
            ]
            for worker in self._workers:
                worker.start()

    def stop(self) -> None:
        for worker in self._workers:
            worker.stop()
        self._workers = []

    def clear(self) -> None:
        """Forget what was delivered, what waits and what is on its way."""
        self._batch += 1
        for worker in self._workers:
            worker.clear()
        self.deliveries.clear()

    def pending(self) -> int:
        return sum(worker.pending() for worker in self._workers)

    def lose(self, url: str, payload: dict[str, Any]) -> None:
        """Record a notice that a fault swallowed."""
        self._record(Notice(url, payload, self._batch, 0), None, "lost")

    def send(
        self,
        url: str,
        payload: dict[str, Any],
        *,
        times: int = 1,
        hold: float = 0.0,
    ) -> None:
        """Queue a notice; `hold` lets a later one of the same order overtake it."""
        notices = [Notice(url, payload, self._batch) for _ in range(times)]
        worker = self._worker_of(notices[0])
        if worker is None:
            self._record(notices[0], None, "the sender is not running")
            return
        overtaken = worker.release(notices[0].order_id) if hold else []
        if hold and not overtaken:
            worker.hold(notices, hold)
        else:
            worker.add(notices + overtaken)

    def _worker_of(self, notice: Notice) -> "Worker | None":
        if not self._workers:
            return None
        key = notice.order_id.lower()
        return self._workers[zlib.crc32(key.encode()) % len(self._workers)]

    def _deliver(self, notice: Notice, client: httpx.Client) -> float | None:
        """Try once; return the seconds until the next try, None when it is over."""
        status, answer = None, ""
        try:
            response = client.post(require_loopback(notice.url), json=notice.payload)
            status, answer = response.status_code, response.text[:KEPT_ANSWER]
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            answer = f"{type(error).__name__}: {error}"
        if notice.batch != self._batch:
            return None
        self._record(notice, status, answer)
        if status and 200 <= status < 300 or notice.attempt > len(RETRY_DELAYS):
            return None
        notice.attempt += 1
        return RETRY_DELAYS[notice.attempt - 2]

    def _record(self, notice: Notice, status: int | None, answer: str) -> None:
        self.deliveries.append(
            {
                "at": iso(self.clock()),
                "url": notice.url,
                "payload": notice.payload,
                "status": status,
                "attempt": notice.attempt,
                "answer": answer,
            }
        )


class Worker(threading.Thread):
    """Delivers the notices of its share of the orders, each when it is due."""

    def __init__(
        self, deliver: Callable[[Notice, httpx.Client], float | None], name: str
    ) -> None:
        super().__init__(name=name, daemon=True)
        self._deliver = deliver
        self._queue: list[tuple[float, int, Notice]] = []
        self._numbers = itertools.count()
        self._wake = threading.Condition()
        self._busy = False
        self._stopped = False

    def add(self, notices: list[Notice], delay: float = 0.0) -> None:
        with self._wake:
            due = time.monotonic() + delay
            for notice in notices:
                heapq.heappush(self._queue, (due, next(self._numbers), notice))
            self._wake.notify()

    def hold(self, notices: list[Notice], seconds: float) -> None:
        """Send later, unless a newer notice of the order releases them before."""
        for notice in notices:
            notice.held = True
        self.add(notices, seconds)

    def release(self, order_id: str) -> list[Notice]:
        """Take back the notices of this order that are still held, oldest first."""
        with self._wake:
            held = [
                entry
                for entry in sorted(self._queue)
                if entry[2].held and entry[2].order_id == order_id
            ]
            if held:
                self._queue = [entry for entry in self._queue if entry not in held]
                heapq.heapify(self._queue)
        return [notice for _due, _number, notice in held]

    def pending(self) -> int:
        with self._wake:
            return len(self._queue) + self._busy

    def clear(self) -> None:
        with self._wake:
            self._queue.clear()

    def stop(self) -> None:
        with self._wake:
            self._stopped = True
            self._wake.notify()
        self.join(timeout=TIMEOUT)

    def run(self) -> None:
        # Only this machine is called: no proxy, and its own certificates will do.
        with httpx.Client(timeout=TIMEOUT, trust_env=False, verify=False) as client:
            while (notice := self._next()) is not None:
                delay = self._deliver(notice, client)
                if delay is not None:
                    self.add([notice], delay)

    def _next(self) -> Notice | None:
        """Wait for the next notice that is due; None when stopped."""
        with self._wake:
            self._busy = False
            while not self._stopped:
                now = time.monotonic()
                if self._queue and self._queue[0][0] <= now:
                    self._busy = True
                    return heapq.heappop(self._queue)[2]
                self._wake.wait(self._queue[0][0] - now if self._queue else None)
            return None
