"""What an order's total counts besides the goods: the reading that adds up."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from .order_parts import CENT, ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class HubCharges:
    """What comes on top of the goods, and what goes off them, in the order's total."""

    freight: Decimal = ZERO
    interest: Decimal = ZERO
    discount: Decimal = ZERO

    @property
    def total(self):
        """The charges less the discount."""
        return self.freight + self.interest - self.discount


def choose_charges(order):
    """Return the charges with which the order's goods make up its total.

    API notes 13 #26 and #27: the total may leave out the freight that the marketplace
    or the seller paid, the interest may be inside the prices, and the discounts may be
    still to be taken off. Without a reading that adds up: freight and interest count.
    """
    readings = list(_readings(order))
    if order.total_amount is None:
        return readings[0]
    for tolerance in (CENT / 2, CENT * len(order.items)):
        for charges in readings:
            wrong_by = order.items_total + charges.total - order.total_amount
            if abs(wrong_by) <= tolerance:
                return charges
    return readings[0]


def _readings(order) -> Iterator[HubCharges]:
    """Yield every reading, the most probable first."""
    discount = sum((item.line_discount for item in order.items), ZERO)
    for freight, interest, less in product(
        (order.freight_total, ZERO), (order.interest or ZERO, ZERO), (ZERO, discount)
    ):
        yield HubCharges(freight=freight, interest=interest, discount=less)
