"""What happens next to work that failed: one policy for every queue.

Pure arithmetic: nobody sleeps here, and nobody asks a clock.
"""

import random as _random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from .errors import CredentialsError, NotFoundInHub, TransientError, UnexpectedAnswer

MINUTE, HOUR, DAY = 60, 3600, 86400

# Refused tokens may be renewed by now, and a page in place of an answer comes from a
# hub in maintenance.
PASSING = (TransientError, CredentialsError, UnexpectedAnswer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What happens next to work that failed.

    ``then``: it is done ``again`` after ``delay`` seconds, a ``person`` must look, or
    it is ``refused`` for good. ``counted``: it was an attempt of its own.
    """

    then: Literal["again", "person", "refused"]
    delay: float = 0.0
    counted: bool = True

    @property
    def again(self) -> bool:
        return self.then == "again"


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """Double the wait each time, with jitter, and ask a person after some days.

    docs/hub-api.md 9.2: the vendor asks for exponential backoff with a cap and jitter.

    :param base: seconds to wait after the first failure
    :param cap: the longest wait in seconds
    :param patience: seconds after the first failure in a row when a person is asked
    :param least_attempts: but not after fewer attempts: Odoo may have been off
    :param passing: errors that pass by themselves, beside those of the hub
    """

    base: float = MINUTE
    cap: float = HOUR
    patience: float = 3 * DAY
    least_attempts: int = 10
    passing: tuple[type[Exception], ...] = ()
    random: Callable[[float, float], float] = _random.uniform

    def verdict(
        self,
        error: Exception,
        *,
        attempts: int = 0,
        seconds: float = 0.0,
        stopped: bool = False,
    ) -> Verdict:
        """Say what happens next to work that failed with ``error``.

        :param attempts: its failures of its own in a row, before this one
        :param seconds: since the first of them
        :param stopped: the whole store can make no call, so this says nothing of the
            work itself: its patience does not run
        """
        if stopped:
            return Verdict(then="again", delay=self._pause(error), counted=False)
        if isinstance(error, NotFoundInHub) and not isinstance(error, self.passing):
            return Verdict(then="refused")
        if not isinstance(error, (*PASSING, *self.passing)):
            return Verdict(then="person")
        if seconds >= self.patience and attempts + 1 >= self.least_attempts:
            return Verdict(then="person")
        return Verdict(then="again", delay=self.delay(attempts + 1, error))

    def delay(self, attempt: int, error: Exception | None = None) -> float:
        """Return the seconds to wait after the given number of failed attempts (1...).

        What the hub asks for in ``error.retry_after`` is obeyed, up to the cap.
        """
        asked: float | None = getattr(error, "retry_after", None)
        if asked is not None:
            return min(max(asked, 1), self.cap)
        doubled: float = self.base * 2 ** min(max(attempt - 1, 0), 30)
        return min(doubled, self.cap) * self.random(0.5, 1.0)

    def _pause(self, error: Exception) -> float:
        """Seconds until work of a stopped store is looked at again.

        Where calls are counted, and answers heard, it is known how long it has to wait.
        """
        return self.delay(1, error) if getattr(error, "retry_after", None) else 1.0
