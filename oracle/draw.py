"""Chance from a printed seed."""

import random
from collections.abc import Iterable
from decimal import Decimal
from typing import TypeVar

T = TypeVar("T")


class Draw:
    """Draws for one order: the same seed and number give the same order."""

    def __init__(self, seed: int, number: int) -> None:
        self.random = random.Random(f"{seed}/{number}")
        self.number = number

    def one(self, values: Iterable[T]) -> T:
        return self.random.choice(list(values))

    def two(self, values: Iterable[T]) -> list[T]:
        """Two different ones."""
        return self.random.sample(list(values), 2)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def whole(self, low: int, high: int) -> int:
        return self.random.randint(low, high)

    def cents(self, low: int, high: int, *, but: Iterable[Decimal] = ()) -> Decimal:
        """An amount with cents, both ends in whole units, and none of ``but``."""
        forbidden = set(but)
        while True:
            amount = Decimal(self.whole(low * 100, high * 100)) / 100
            if amount not in forbidden:
                return amount

    def digits(self, count: int) -> str:
        return "".join(str(self.whole(0, 9)) for _ in range(count))
