"""Which amounts of an order make up its total."""

from decimal import Decimal

import hub
import pytest
from hub_orders_data import ITEM, ORDER

# Goods of 100, on which 20 were saved; freight 15, interest 1.23.
READINGS = {
    "all that was charged": (116.23, {}, ("15", "1.23", "0")),
    "the discount is still to be taken off": (96.23, {}, ("15", "1.23", "20")),
    "freight that the buyer did not pay": (101.23, {}, ("0", "1.23", "0")),
    "interest inside the prices": (115, {}, ("15", "0", "0")),
    "the goods alone": (100, {}, ("0", "0", "0")),
    "the goods less the discount": (80, {}, ("0", "0", "20")),
    "a cent of rounding": (116.24, {}, ("15", "1.23", "0")),
    "no total": (None, {}, ("15", "1.23", "0")),
    "nothing adds up": (500, {}, ("15", "1.23", "0")),
    "a discount told by the piece": (
        96.23,
        {"discount": None, "unitDiscount": 10},
        ("15", "1.23", "20"),
    ),
    "no discount told": (
        96.23,
        {"discount": None, "unitDiscount": None},
        ("15", "1.23", "0"),
    ),
}


@pytest.mark.parametrize(
    ("total", "changes", "expected"), READINGS.values(), ids=READINGS
)
def test_the_reading_that_adds_up_is_chosen(total, changes, expected):
    item = {**ITEM, "originalPrice": None, **changes}
    order = hub.HubOrder.from_json(
        {**ORDER, "totalAmount": total, "orderItems": [item]}
    )
    freight, interest, discount = map(Decimal, expected)
    assert order.charges == hub.HubCharges(
        freight=freight, interest=interest, discount=discount
    )
    assert order.computed_total == 100 + freight + interest - discount


def test_an_order_without_items_or_amounts_has_no_charges():
    assert hub.HubOrder.from_json({"id": "x"}).charges == hub.HubCharges()
