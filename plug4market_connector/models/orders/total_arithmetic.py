"""How an order's total is made the marketplace's: arithmetic on numbers alone.

Amounts are in the order's currency, whose smallest coin is a cent.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

# The rounding of prices that include taxes may move each line by a cent.
CENT = 0.01


class LineAmount(NamedTuple):
    """What a line comes to with its taxes, and whether it has any."""

    total: float
    taxed: bool


def tolerance(lines: int) -> float:
    """How much rounding alone may move the total of an order with so many lines."""
    return CENT * lines + CENT / 2


def is_rounding(missing: float, lines: int) -> bool:
    """Whether rounding alone may be what a total of so many lines is off by."""
    return abs(missing) <= tolerance(lines)


def is_wrong(
    total: float, expected: float, difference: float, accepted: bool, lines: int
) -> bool:
    """Whether a total is off by more than rounding, and nobody accepted that.

    :param total: what the lines come to, the difference among them
    :param expected: the total that the marketplace says
    :param difference: what the line comes to that shows what did not add up
    :param accepted: whether a person took that line as it is
    """
    if not is_rounding(total - expected, lines):
        return True
    return not accepted and not is_rounding(difference, lines)


def fitted_total(sold: float, expected: float, lines: int) -> float:
    """The total that the prices are fitted to.

    That is the marketplace's, unless its own amounts do not add up to it.

    :param sold: what the marketplace's prices and charges add up to
    :param expected: the total that the marketplace says
    """
    return expected if is_rounding(sold - expected, lines) else sold


def price_factors(missing: float, lines: Sequence[LineAmount]) -> dict[int, float]:
    """By what the prices of which lines are multiplied to make up for ``missing``.

    Cents go to the largest line alone. More than cents is what our taxes did to the
    lines that have them; without any, all lines share it. Discounts stay as they are.

    :return: factors by the position of the line; empty when no line can take it
    """
    places = [place for place, line in enumerate(lines) if line.total > 0]
    if is_rounding(missing, len(lines)):
        # The last of several: as a stable sort puts them.
        places = sorted(places, key=lambda place: lines[place].total)[-1:]
    else:
        places = [place for place in places if lines[place].taxed] or places
    total = sum(lines[place].total for place in places)
    return {place: 1 + missing / total for place in places}


def shares(
    amount: float, weights: Sequence[float], rounded: Callable[[float], float]
) -> list[float]:
    """``amount`` in parts in proportion to ``weights``, exact to the cent.

    :param rounded: rounds an amount to the currency's cents
    """
    parts, left, total = [], amount, sum(weights)
    for weight in weights:
        part = rounded(left * weight / total) if total else 0.0
        parts.append(part)
        left, total = left - part, total - weight
    if parts:
        parts[-1] = rounded(parts[-1] + left)
    return parts
