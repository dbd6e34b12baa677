"""The expectation's own arithmetic, by sums that are worked out by hand."""

import json
from collections import Counter
from decimal import Decimal

import pytest

from oracle import broken, changed, sound, wire  # noqa: F401  they enter their kinds
from oracle.draw import Draw
from oracle.kinds import KINDS, make, ordinary
from oracle.sale import ZERO, Item

D = Decimal
SEEDS = range(1, 41)


def sale_of(*items, **values):
    sale = ordinary(Draw(1, 1), "sound")
    sale.items, sale.freight = list(items), ZERO
    for name, value in values.items():
        setattr(sale, name, value)
    return sale


# -- what was paid ------------------------------------------------------------


@pytest.mark.parametrize(
    ("item", "paid"),
    [
        (Item("A", 3, D("10.10")), "30.30"),
        (Item("A", 3, D("10.10"), off=D("3.00")), "30.30"),
        (Item("A", 3, D("10.10"), off=D("3.00"), taken=False), "27.30"),
        (Item("A", 3, D("3.3333"), paid_exactly=D("10.00")), "10.00"),
        (Item("A", 2, ZERO), "0"),
    ],
    ids=["plain", "taken off", "to be taken off", "rounded", "gift"],
)
def test_what_the_buyer_paid_for_an_item(item, paid):
    assert item.paid == D(paid)


@pytest.mark.parametrize(
    ("values", "total"),
    [
        ({}, "30.30"),
        ({"freight": D("9.90")}, "40.20"),
        ({"freight": D("9.90"), "freight_is_paid": False}, "30.30"),
        ({"interest": D("1.25")}, "31.55"),
        ({"interest": D("1.25"), "interest_is_inside": True}, "30.30"),
        ({"freight": D("9.90"), "interest": D("1.25")}, "41.45"),
    ],
)
def test_what_the_total_counts(values, total):
    sale = sale_of(Item("A", 3, D("10.10")), **values)
    assert sale.expected.total == D(total)
    assert sale.expected.freight == (
        ZERO if values.get("freight_is_paid") is False else sale.freight
    )


def test_units_of_one_sku_are_added_up():
    sale = sale_of(Item("A", 3, D(1)), Item("B", 1, D(1)), Item("A", 2, D(9)))
    assert sale.expected.units == {"A": 5, "B": 1}


def test_a_share_of_each_part_to_the_cent():
    assert wire.shares(D("10.00"), 3) == [D("3.33"), D("3.33"), D("3.34")]
    assert wire.shares(D("0.05"), 2) == [D("0.02"), D("0.03")]


# -- how it is told -----------------------------------------------------------


def test_an_item_with_a_discount_tells_the_price_before_it():
    item = Item("A", 2, D("90.00"), off=D("20.00"), told="both")
    lines = [wire.item_json(Draw(1, n), item) for n in range(40)]
    assert {line["originalPrice"] for line in lines} == {None, 100.0}
    assert all(line["discount"] is not None for line in lines)
    assert all(line["unitDiscount"] is not None for line in lines)


def test_a_discount_to_be_taken_stands_beside_the_full_price():
    item = Item("A", 2, D("90.00"), off=D("20.00"), told="piece", taken=False)
    lines = [wire.item_json(Draw(1, n), item) for n in range(40)]
    assert {line["originalPrice"] for line in lines} == {None, 90.0}
    assert {line["discount"] for line in lines} == {None}
    assert {line["total"] for line in lines} == {None}


@pytest.mark.parametrize("where", ["root", "shipping", "root and shipping"])
def test_the_freight_stands_where_it_is_said_to(where):
    zeros = {0, "0", "0.00", "0,00", "R$ 0,00", None, ""}
    for number in range(20):
        sale = ordinary(Draw(1, number), "sound")
        sale.freight, sale.freight_at = D("7.50"), where
        root, shipping = sale.json, sale.json["shipping"]
        assert (root["shippingCost"] not in zeros) == ("root" in where)
        assert (shipping["shippingCost"] not in zeros) == ("shipping" in where)


def test_an_order_may_go_elsewhere_than_where_its_buyer_lives():
    sales = [make(Draw(1, number), "sound") for number in range(60)]
    assert any(sale.expected.uf != sale.home.uf for sale in sales)
    for sale in sales:
        assert sale.json["shipping"]["city"] == sale.destination.name
        assert sale.json["billing"]["city"] == sale.home.name
        assert sale.expected.uf == sale.destination.uf


# -- the table of kinds -------------------------------------------------------


@pytest.mark.parametrize("name", KINDS)
def test_each_kind_can_be_written_as_json_and_made_again(name):
    for number in SEEDS:
        sale, again = (make(Draw(7, number), name) for _ in range(2))
        assert json.dumps(sale.json) == json.dumps(again.json)
        assert sale.expected == again.expected
        assert sale.kind == name


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_waits_as_its_name_says(name):
    waits = name.startswith("broken_") or name == "fulfilment_without_a_warehouse"
    for number in SEEDS:
        expected = make(Draw(7, number), name).expected
        assert (expected.state == "draft" and bool(expected.reasons)) == waits


def test_each_broken_kind_is_two_of_a_hundred_orders():
    total = sum(kind.weight for kind in KINDS.values())
    for name, kind in KINDS.items():
        if name.startswith("broken_"):
            assert kind.weight / total >= 0.02, name


def test_chance_draws_every_kind():
    drawn = Counter(make(Draw(3, number)).kind for number in range(3000))
    assert drawn.keys() == KINDS.keys()


@pytest.mark.parametrize("name", [n for n in KINDS if n.startswith("broken_sum")])
def test_a_wrong_sum_is_none_that_could_be_right(name):
    for number in SEEDS:
        sale = make(Draw(7, number), name)
        right = {sale.goods + freight for freight in (ZERO, sale.freight)}
        off = min(abs(sale.expected.total - total) for total in right)
        assert sale.expected.total > 0
        assert off >= D("0.10"), f"order {number}"


# -- what changes later -------------------------------------------------------


def test_a_change_that_is_followed_is_what_is_expected():
    sale = sale_of(Item("A", 3, D("10.00")))
    other = sale.copy()
    other.items[0].quantity = 2
    sale.follows(other)
    assert sale.items[0].quantity == 3
    assert sale.expected.units == {"A": 2}
    assert sale.expected.total == D("20.00")
    assert len(sale.later) == 1


def test_a_change_that_is_asked_about_leaves_what_was_sold():
    sale = sale_of(Item("A", 3, D("10.00")))
    other = sale.copy()
    other.items[0].quantity = 4
    sale.asks(other)
    assert sale.expected.units == {"A": 3}
    assert sale.expected.reasons == {"changed"}
    assert sale.expected.state == "sale"


@pytest.mark.parametrize("name", [n for n in KINDS if n.startswith("order_changed_in")])
def test_two_changes_do_not_undo_each_other(name):
    for number in range(400):
        sale = make(Draw(7, number), name)
        (later,) = sale.later
        assert facts(later) != facts(sale.json), f"order {number}"


def facts(answer):
    """What an answer says of items and buyer, without its spelling."""
    items = [(i["sku"], int(float(i["quantity"]))) for i in answer["orderItems"]]
    return items, answer["billing"]["name"]


@pytest.mark.parametrize("name", [n for n in KINDS if "_changed_" in n])
def test_the_same_order_is_told_later_and_otherwise(name):
    for number in SEEDS:
        sale = make(Draw(7, number), name)
        assert sale.later
        for later in sale.later:
            for key in ("id", "saleChannelOrderId"):
                assert later[key] == sale.json[key]
