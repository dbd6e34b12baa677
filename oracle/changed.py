"""Orders that change on the marketplace after they were imported and confirmed.

What is safe is followed; of the rest a person is asked, and Odoo keeps what it has.
"""

import copy

from . import people, places
from .kinds import kind, waits
from .sale import ZERO, Item, count, item_json


def resold(draw, sale, items):
    """The sale with these items, as the hub tells it later."""
    later = copy.deepcopy(sale.json)
    later["orderItems"] = [item_json(draw, item, n) for n, item in enumerate(items)]
    for number, line in enumerate(later["orderItems"]):
        line["orderItemId"] = str(number + 1)
    goods = sum((item.total for item in items), ZERO)
    later["totalAmount"] = draw.amount(goods + sale.expected.freight)
    return later, count(items), goods + sale.expected.freight


def sold(draw, sale):
    """Give the sale two items of different SKUs; return them."""
    items = [
        Item("ORACLE-7", draw.whole(3, 6), draw.cents(5, 90)),
        Item("ORACLE-8", draw.whole(3, 6), draw.cents(5, 90)),
    ]
    sale.json, sale.expected.lines, sale.expected.total = resold(draw, sale, items)
    return items


def follows(draw, sale, items):
    sale.later, sale.expected.lines, sale.expected.total = resold(draw, sale, items)


def asks(draw, sale, items):
    sale.later, _lines, _total = resold(draw, sale, items)
    waits(sale, "changed")


@kind()
def changed_to_fewer(draw, sale):
    items = sold(draw, sale)
    items[0].quantity -= draw.whole(1, 2)
    follows(draw, sale, items)


@kind()
def changed_to_one_item(draw, sale):
    items = sold(draw, sale)
    follows(draw, sale, items[:1])


@kind()
def changed_price(draw, sale):
    items = sold(draw, sale)
    items[1].price = draw.cents(1, 99)
    follows(draw, sale, items)


@kind()
def changed_freight(draw, sale):
    items = sold(draw, sale)
    freight = draw.cents(61, 90)
    sale.expected.freight = freight
    follows(draw, sale, items)
    sale.later["shippingCost"] = draw.amount(freight)


@kind()
def changed_address(draw, sale):
    city = draw.one(places.CITIES)
    items = sold(draw, sale)
    follows(draw, sale, items)
    address = {"street": "Avenida Nova", **places.address(draw, city)}
    sale.later["shipping"].update({**address, "street": "Avenida Nova"})
    sale.expected.state = city.uf


@kind()
def changed_to_more(draw, sale):
    items = sold(draw, sale)
    items[0].quantity += draw.whole(1, 2)
    asks(draw, sale, items)


@kind()
def changed_sku(draw, sale):
    items = sold(draw, sale)
    items[0].sku = "ORACLE-9"
    asks(draw, sale, items)


@kind()
def changed_by_an_item(draw, sale):
    items = sold(draw, sale)
    asks(draw, sale, [*items, Item("ORACLE-10", 1, draw.cents(5, 9))])


@kind()
def changed_buyer(draw, sale):
    items = sold(draw, sale)
    asks(draw, sale, items)
    sale.later["billing"]["documentId"] = people.person(draw)[1]
