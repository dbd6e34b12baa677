"""What the oracle of stock finds in the hub's JSON of a SKU."""

from datetime import datetime

import pytest

from oracle.stock.formula import Offer
from oracle.stock.formula_price import Channel, Promotion
from oracle.stock.verdict import explain

HAS = {
    "stock": 3,
    "price": 50.0,
    "active": True,
    "salePrice": 40.0,
    "saleDateStart": "2026-11-25T00:00:00.000Z",
    "saleDateEnd": "2026-11-28T00:00:00.000Z",
    "salesChannels": [{"id": 4}, {"id": 26, "price": 60.0, "forSale": None}],
}
PROMOTION = Promotion(40.0, datetime(2026, 11, 25), datetime(2026, 11, 28))
CHANNELS = {4: Channel(50.0, None), 26: Channel(60.0, None)}
WANTED = Offer(3, 50.0, True, PROMOTION, CHANNELS)


def test_what_is_right_needs_no_word():
    assert explain(HAS, WANTED) == ""


def test_channels_that_nobody_chose_are_not_compared():
    assert explain(HAS, WANTED._replace(channels=None)) == ""


@pytest.mark.parametrize(
    "wrong",
    [
        {"stock": 4},
        {"price": 50.01},
        {"active": False},
        {"promotion": None},
        {"promotion": PROMOTION._replace(end=datetime(2026, 11, 29))},
        {"promotion": PROMOTION._replace(price=39.0)},
        {"channels": {4: CHANNELS[4]}},
        {"channels": {**CHANNELS, 26: Channel(61.0, None)}},
        {"channels": {**CHANNELS, 4: Channel(50.0, PROMOTION)}},
    ],
)
def test_each_part_of_an_offer_is_compared(wrong):
    assert "expected" in explain(HAS, WANTED._replace(**wrong))


def test_of_what_is_off_sale_only_the_stock_matters():
    off = Offer(0, 0.0, False)
    assert explain({**HAS, "stock": 0, "active": False}, off) == ""
    assert explain({**HAS, "active": False}, off)


def test_a_sku_that_nobody_sells_is_off_sale():
    assert "nobody sells" in explain(HAS, None)
    assert explain({**HAS, "stock": 0, "active": False}, None) == ""


def test_a_sku_that_is_sold_is_on_the_hub():
    assert "not on the hub" in explain(None, WANTED)
    assert explain(None, None) == ""
