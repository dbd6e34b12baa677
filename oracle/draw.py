"""Chance from a printed seed, and the ways in which programs write one value."""

import random
from decimal import Decimal


class Draw:
    """Draws for one order: the same seed and number give the same order."""

    def __init__(self, seed, number):
        self.random = random.Random(f"{seed}/{number}")
        self.number = number

    def one(self, values):
        return self.random.choice(list(values))

    def chance(self, share):
        return self.random.random() < share

    def whole(self, low, high):
        return self.random.randint(low, high)

    def cents(self, low, high):
        """An amount with cents, both ends in whole units."""
        return Decimal(self.whole(low * 100, high * 100)) / 100

    def digits(self, count):
        return "".join(str(self.whole(0, 9)) for _ in range(count))

    # -- spelling -------------------------------------------------------------

    def amount(self, value):
        """``value`` in one of the spellings that leave no doubt."""
        plain = f"{value:.2f}"
        american = f"{value:,.2f}"
        brazilian = american.translate(str.maketrans(",.", ".,"))
        return self.one(
            [
                *([float(value)] * 4),
                *(plain, plain.replace(".", ","), american, brazilian),
                *(f"R$ {brazilian}", f"R$\u00a0{brazilian}", f" {plain} "),
            ]
        )

    def count(self, value):
        return self.one([value, value, str(value), float(value), f"{value}.0"])

    def moment(self, value):
        """A moment in UTC, written with and without milliseconds and zone."""
        return self.one(
            [
                f"{value:%Y-%m-%dT%H:%M:%S}.000Z",
                f"{value:%Y-%m-%dT%H:%M:%S}Z",
                f"{value:%Y-%m-%dT%H:%M:%S}",
                f"{value:%Y-%m-%d %H:%M:%S}+00:00",
                int(value.timestamp() * 1000),
            ]
        )
