"""The verdict finds each thing that is not as expected."""

from datetime import datetime
from types import SimpleNamespace

import pytest

from oracle import sound  # noqa: F401  enters its kinds
from oracle.draw import Draw
from oracle.kinds import make
from oracle.verdict import differences, wanted_facts


class Lines(list):
    def filtered(self, name):
        return [line for line in self if getattr(line, name)]


class Order(SimpleNamespace):
    """What the verdict reads of a sale.order."""

    def __len__(self):
        return 1

    def _plug4market_reasons(self):
        return self.reasons


def product_line(sku, quantity):
    product = SimpleNamespace(default_code=sku, display_name=sku)
    return SimpleNamespace(product_id=product, product_uom_qty=quantity)


def order_of(sale):
    """An order in which all is as it must be."""
    wanted = wanted_facts(sale.expected)
    place = SimpleNamespace(
        country_id=SimpleNamespace(code=wanted["country"]),
        state_id=SimpleNamespace(code=wanted["uf"]),
        street_name=wanted["street"],
    )
    charge = product_line("FRETE", 1)
    return Order(
        state=wanted["state"],
        order_line=Lines(
            [product_line(*unit) for unit in wanted["units"].items()] + [charge]
        ),
        amount_total=wanted["total"],
        plug4market_freight=wanted["freight"],
        date_order=wanted["date"],
        plug4market_order_type="1" if wanted["fulfilment"] else "0",
        warehouse_id=SimpleNamespace(code="LOJA"),
        partner_id=SimpleNamespace(vat=wanted["document"]),
        partner_shipping_id=place,
        reasons=sorted(sale.expected.reasons),
        plug4market_doubts=None,
        plug4market_needs_attention=bool(sale.expected.reasons),
        plug4market_attention="Why" if sale.expected.reasons else "",
    )


@pytest.fixture
def sale():
    return make(Draw(1, 1), "sound")


@pytest.fixture
def order(sale):
    return order_of(sale)


def test_nothing_is_wrong_with_what_is_expected(sale, order):
    assert differences(sale, order) == []


def test_an_order_that_is_not_there_is_wrong(sale):
    assert differences(sale, ()) == ["it is not in Odoo"]


@pytest.mark.parametrize(
    ("name", "value", "what"),
    [
        ("state", "draft", "state"),
        ("order_line", Lines([product_line("ORACLE-99", 1)]), "units"),
        ("amount_total", 0.01, "total"),
        ("plug4market_freight", 0.01, "freight"),
        ("date_order", datetime(2020, 1, 1), "date"),
        ("plug4market_order_type", "1", "fulfilment"),
        ("warehouse_id", SimpleNamespace(code="ORMKT"), "warehouse"),
        ("partner_id", SimpleNamespace(vat=False), "document"),
        ("plug4market_needs_attention", True, "needs attention"),
        ("reasons", ["total"], "waits for total"),
    ],
)
def test_each_thing_that_differs_is_named(sale, order, name, value, what):
    setattr(order, name, value)
    assert any(found.startswith(what) for found in differences(sale, order))


@pytest.mark.parametrize(
    ("name", "value", "what"),
    [
        ("country_id", SimpleNamespace(code="AR"), "country"),
        ("state_id", SimpleNamespace(code=False), "uf"),
        ("street_name", "Rua Outra", "street"),
    ],
)
def test_each_part_of_a_place_that_differs_is_named(sale, order, name, value, what):
    setattr(order.partner_shipping_id, name, value)
    (found,) = differences(sale, order)
    assert found.startswith(f"{what}: ")


def test_a_cent_is_a_difference(sale, order):
    order.amount_total += 0.01
    assert [found[:6] for found in differences(sale, order)] == ["total:"]


def test_what_cannot_be_known_is_not_compared(sale, order):
    order.date_order = datetime(2020, 1, 1)
    sale.expected.open.add("date")
    assert differences(sale, order) == []


# -- reasons ------------------------------------------------------------------


def waiting(sale, reasons, doubts=()):
    order = order_of(sale)
    order.reasons, order.plug4market_doubts = reasons, [[d, "x", ""] for d in doubts]
    order.plug4market_needs_attention = bool(reasons)
    order.plug4market_attention = "Why"
    return differences(sale, order)


def test_the_right_reason_is_right(sale):
    sale.waits("amount", beside=["total"])
    assert waiting(sale, ["doubt"], ["amount"]) == []
    assert waiting(sale, ["doubt", "total"], ["amount"]) == []


def test_another_reason_is_wrong(sale):
    sale.waits("amount")
    assert waiting(sale, ["document"]) == [
        "does not wait for amount",
        "waits for document",
    ]


def test_a_doubt_that_a_person_has_settled_is_no_reason(sale):
    sale.waits("amount")
    assert "does not wait for amount" in waiting(sale, ["total"], ["amount"])


def test_a_reason_without_words_is_wrong(sale):
    sale.waits("document")
    order = order_of(sale)
    order.plug4market_attention = False
    assert differences(sale, order) == ["it does not say why it waits"]
