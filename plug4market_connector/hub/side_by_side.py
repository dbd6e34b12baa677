"""Calls of several stores at once: no store waits for another one's hub."""

import time
from collections.abc import Callable, Hashable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from .errors import CredentialsError, HubUnavailable, TransientError

# Stores that are spoken to at the same time.
THREADS = 16

# A store that is slow begins no more calls after these seconds: the others wait for it.
SLOW_AFTER = 30

# What the next call of the same store would meet as well.
STOPPING = (TransientError, CredentialsError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one call: its answer or its error.

    ``made`` is False when an earlier failure of the store stopped it; ``ended`` is the
    monotonic moment of the end.
    """

    answer: Any = None
    error: Exception | None = None
    made: bool = True
    ended: float = 0.0


def side_by_side(
    calls: Mapping[Hashable, Iterable[Callable[[], Any]]],
    *,
    patience: int = 1,
) -> dict[Hashable, list[Outcome]]:
    """Make the calls of each store in their order, and different stores at once.

    The callables must not touch a database: they run in threads of their own.

    :param patience: the hub may fail with some order alone, or be down: this many
        answers 5xx in a row stop the store
    """
    if len(calls) == 1:
        return {store: _one_by_one(rows, patience) for store, rows in calls.items()}
    with ThreadPoolExecutor(min(THREADS, len(calls) or 1)) as pool:
        futures = {
            store: pool.submit(_one_by_one, rows, patience)
            for store, rows in calls.items()
        }
        return {store: future.result() for store, future in futures.items()}


def _one_by_one(calls: Iterable[Callable[[], Any]], patience: int) -> list[Outcome]:
    outcomes: list[Outcome] = []
    stopped: Exception | None = None
    unavailable = 0
    end = time.monotonic() + SLOW_AFTER
    for call in calls:
        if not stopped and time.monotonic() > end:
            stopped = HubUnavailable("Plug4Market answers slowly.", retry_after=1)
        if stopped:
            outcomes.append(Outcome(error=stopped, made=False, ended=time.monotonic()))
            continue
        answer: Any = None
        error: Exception | None = None
        try:
            answer = call()
        except Exception as raised:  # noqa: BLE001  it belongs to its own row
            error = raised
        unavailable = unavailable + 1 if isinstance(error, HubUnavailable) else 0
        if isinstance(error, STOPPING) and unavailable in (0, patience):
            stopped = error
        outcomes.append(Outcome(answer=answer, error=error, ended=time.monotonic()))
    return outcomes
