"""What of an order cannot be read, or is missing: three things, zero is a fourth."""

from decimal import Decimal

import hub
import pytest
from hub import values
from hub_orders_data import ITEM, ORDER
from hypothesis import given
from hypothesis import strategies as st


def doubts(**changes):
    """The doubts about the sample order with these changes."""
    return list(hub.HubOrder.from_json({**ORDER, **changes}).doubts)


def of_item(**changes):
    return doubts(orderItems=[{**ITEM, **changes}])


@pytest.mark.parametrize(
    ("field", "sent", "kind"),
    [
        ("totalAmount", "R$ 7x,90", "amount"),
        ("totalAmount", "1,234", "amount"),
        ("totalAmount", 1e15, "amount"),
        ("totalAmount", -5, "amount"),
        ("totalAmount", True, "amount"),
        ("shippingCost", "a combinar", "amount"),
        ("interest", "1.2.3", "amount"),
        ("totalCommission", "12%", "amount"),
        ("orderType", 2, "type"),
        ("orderType", "EXPRESS", "type"),
        ("orderType", True, "type"),
        ("createdAt", "ontem", "date"),
        ("saleChannelCreated", "31/12/2026", "date"),
        ("estimatedHandlingLimit", "2026-13-01", "date"),
        ("status", "RETURNED", "status"),
        ("status", "PENDING_CANCEL", "status"),
        ("orderItems", "dois itens", "items"),
    ],
)
def test_what_cannot_be_read_is_kept_as_it_was_sent(field, sent, kind):
    (doubt,) = doubts(**{field: sent})
    written = {True: "true", 1e15: "1000000000000000.0"}.get(sent, str(sent))
    assert doubt == hub.Doubt(kind, field, written)


def test_an_amount_that_is_an_object_is_kept_as_json():
    (doubt,) = doubts(totalAmount={"value": 79.9})
    assert doubt == hub.Doubt("amount", "totalAmount", '{"value": 79.9}')


@pytest.mark.parametrize(
    ("field", "sent", "kind"),
    [
        ("quantity", 0, "quantity"),
        ("quantity", -1, "quantity"),
        ("quantity", "dois", "quantity"),
        ("quantity", "1,000", "quantity"),
        ("quantity", None, "no_quantity"),
        ("price", "R$ 7x,90", "amount"),
        ("price", -1, "amount"),
        ("freight", "x", "amount"),
        ("total", [], None),
    ],
)
def test_an_item_says_which_of_its_fields_is_in_doubt(field, sent, kind):
    found = of_item(**{field: sent})
    assert [(doubt.kind, doubt.path) for doubt in found] == (
        [(kind, f"orderItems[0].{field}")]
        if kind
        else [("amount", "orderItems[0].total")]
    )


def test_an_item_without_any_price_has_none():
    (doubt,) = of_item(price=None, total="", originalPrice="null")
    assert doubt == hub.Doubt("no_price", "orderItems[0].price")


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"totalAmount": None}, "no_total"),
        ({"totalAmount": "null"}, "no_total"),
        ({"totalAmount": 0}, "free"),
        ({"totalAmount": "0,00"}, "free"),
        ({"orderItems": None}, "no_items"),
        ({"orderItems": [None]}, "no_items"),
        ({"saleChannelCreated": None, "createdAt": ""}, "no_date"),
    ],
)
def test_what_a_sale_needs_and_is_not_there(changes, kind):
    assert [doubt.kind for doubt in doubts(**changes)] == [kind]


@pytest.mark.parametrize(
    "changes",
    [
        {"orderType": None},
        {"shippingCost": None, "interest": None, "totalCommission": None},
        {"estimatedHandlingLimit": None, "estimatedDeliveredAt": ""},
        {"saleChannelCreated": None},
        {"status": "cancelled"},
        {"totalAmount": "R$ 116,23"},
        {"orderItems": [{**ITEM, "price": 0, "total": 0}, ITEM]},
    ],
)
def test_what_may_be_absent_or_is_spelled_otherwise_is_no_doubt(changes):
    assert doubts(**changes) == []


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("79,90", "79.90"),
        ("R$ 79,90", "79.90"),
        ("R$\u00a01.234,56", "1234.56"),
        ("-R$ 5,00", "-5.00"),
        ("BRL 10.5", "10.5"),
        ("10.5 BRL", "10.5"),
        ("1,234.56", "1234.56"),
        ("1.234.567,8", "1234567.8"),
        ("1,234,567", "1234567"),
        ("1.234.567", "1234567"),
        ("0,500", "0.500"),
        ("7.99e1", "79.9"),
        ("1.234", "1.234"),
        ("1,234", None),
        ("R$ 1.234", None),
        ("1,23.45", None),
        ("1.23,456,7", None),
        ("12,34,56", None),
        ("1_000", None),
        ("US$ 5,00", None),
        ("79,90 cada", None),
        ("", None),
    ],
)
def test_amounts_come_in_many_spellings(written, amount):
    assert values.decimal(written) == (None if amount is None else Decimal(amount))


@given(cents=st.integers(1, 10**11))
def test_every_usual_spelling_of_an_amount_is_read_alike(cents):
    amount = Decimal(cents) / 100
    american = f"{amount:,.2f}"
    brazilian = american.translate(str.maketrans(",.", ".,"))
    for written in (float(amount), str(amount), american, brazilian, f"R$ {brazilian}"):
        assert values.decimal(written) == amount, written
