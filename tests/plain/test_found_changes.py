"""What another reading of an order changes."""

import sys
from pathlib import Path

import pytest
from addon.hub import HubOrder
from addon.models.orders.change_messages import explain_changes
from addon.models.orders.order_changes import find_changes, read_facts

sys.path.insert(0, str(Path(__file__).parents[1] / "hub"))

from hub_orders_data import BILLING, ITEM, ORDER

TWO = [ITEM, {**ITEM, "orderItemId": "902", "sku": "DEF-2"}]


def facts(**changes):
    return read_facts(HubOrder.from_json({**ORDER, **changes}))


def kinds(before, now):
    return [change.kind for change in find_changes(before, now)]


def item(**changes):
    return {"orderItems": [{**ITEM, **changes}]}


def test_the_same_order_has_not_changed():
    assert kinds(facts(), facts(status="INVOICED", updatedAt=None)) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (item(quantity=1, total=50), ["quantity_down"]),
        (item(quantity=3, total=150), ["quantity_up"]),
        (item(price=40, total=80), ["price"]),
        (item(sku="XYZ-9"), ["sku"]),
        ({"totalAmount": 100}, ["freight", "interest", "total"]),
        ({"orderType": 1}, ["type"]),
        ({"billing": {**BILLING, "documentId": "11144477735"}}, ["buyer"]),
        ({"shipping": {**ORDER["shipping"], "street": "Rua Nova"}}, ["address"]),
        ({"orderItems": TWO}, ["item_new"]),
    ],
)
def test_each_kind_of_change_is_told(changes, expected):
    found = kinds(facts(), facts(**changes))
    assert set(expected) <= set(found)
    # An amount that changes takes the reading of the total with it.
    assert set(found) - set(expected) <= {"total", "freight", "interest", "discount"}


def test_an_item_that_is_gone_is_told():
    assert "item_gone" in kinds(facts(orderItems=TWO), facts())


def test_items_without_numbers_go_by_sku_and_their_turn():
    twice = [{**ITEM, "orderItemId": None}, {**ITEM, "orderItemId": None}]
    once = [{**ITEM, "orderItemId": None}]
    assert "item_gone" in kinds(facts(orderItems=twice), facts(orderItems=once))
    assert kinds(facts(orderItems=twice), facts(orderItems=twice)) == []


def test_what_was_hidden_and_is_shown_is_no_change():
    hidden = {**ORDER["shipping"], "street": "***", "streetNumber": None}
    assert kinds(facts(shipping=hidden), facts()) == []
    masked = {**BILLING, "documentId": "***.982.247-**"}
    assert kinds(facts(billing=masked), facts()) == []
    assert kinds(facts(), facts(billing=masked)) == []


def test_the_same_place_written_otherwise_is_no_change():
    shouted = {**ORDER["shipping"], "street": "RUA DAS FLORES,", "city": "Maringa"}
    assert kinds(facts(), facts(shipping=shouted)) == []


def test_both_sides_are_said(env):
    changes = find_changes(facts(), facts(**item(quantity=1, total=50)))
    assert "Quantity of ABC-1: 2 → 1" in explain_changes(env, changes).splitlines()
