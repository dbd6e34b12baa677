"""When to try again: pure arithmetic, nobody sleeps here."""

import random as _random
from collections.abc import Callable
from dataclasses import dataclass

MINUTE, HOUR, DAY = 60, 3600, 86400


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """Double the wait each time, with jitter, and give up after some days.

    docs/hub-api.md 9.2: the vendor asks for exponential backoff with a cap and jitter.
    """

    base: float = MINUTE
    cap: float = HOUR
    give_up_after: float = 3 * DAY
    random: Callable[[float, float], float] = _random.uniform

    def delay(self, attempt, error=None):
        """Return the seconds to wait after the given number of failed attempts (1...).

        What the hub asks for in ``error.retry_after`` is obeyed, up to the cap.
        """
        asked = getattr(error, "retry_after", None)
        if asked is not None:
            return min(max(asked, 1), self.cap)
        doubled = self.base * 2 ** min(max(attempt - 1, 0), 30)
        return min(doubled, self.cap) * self.random(0.5, 1.0)

    def gave_up(self, first_attempt_age_seconds):
        """Tell whether a person must look, given the age of the first attempt."""
        return first_attempt_age_seconds >= self.give_up_after
