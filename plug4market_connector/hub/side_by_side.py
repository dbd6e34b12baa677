"""Calls of several stores at once: no store waits for another one's hub."""

import time
from collections.abc import Callable, Hashable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from .errors import CredentialsError, TransientError

# Stores that are spoken to at the same time.
THREADS = 16

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
) -> dict[Hashable, list[Outcome]]:
    """Make the calls of each store in their order, and different stores at once.

    The callables must not touch a database: they run in threads of their own.
    """
    if len(calls) == 1:
        return {store: _one_by_one(rows) for store, rows in calls.items()}
    with ThreadPoolExecutor(min(THREADS, len(calls) or 1)) as pool:
        futures = {
            store: pool.submit(_one_by_one, rows) for store, rows in calls.items()
        }
        return {store: future.result() for store, future in futures.items()}


def _one_by_one(calls):
    outcomes, stopped = [], None
    for call in calls:
        if stopped:
            outcomes.append(Outcome(error=stopped, made=False, ended=time.monotonic()))
            continue
        answer = error = None
        try:
            answer = call()
        except Exception as raised:  # noqa: BLE001  it belongs to its own row
            error = raised
            stopped = error if isinstance(error, STOPPING) else None
        outcomes.append(Outcome(answer=answer, error=error, ended=time.monotonic()))
    return outcomes
