"""A sale as a person would describe it, and what Odoo must make of it."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from . import people, places

CENT = Decimal("0.01")
ZERO = Decimal(0)
SKUS = tuple(f"ORACLE-{number}" for number in range(1, 13))
CHANNELS = ("7", "26", "1", "4")
START = datetime(2026, 1, 1, tzinfo=timezone.utc)


def cents(amount):
    """``amount`` rounded as money is."""
    return amount.quantize(CENT, ROUND_HALF_UP)


@dataclass
class Item:
    """Some units of one thing at a price, after ``off`` was taken off each unit."""

    sku: str
    quantity: int
    price: Decimal
    off: Decimal = ZERO

    @property
    def total(self):
        return self.price * self.quantity


@dataclass
class Expected:
    """What must be in Odoo; of an order that waits, why."""

    lines: Counter
    total: Decimal
    freight: Decimal
    document: str
    country: str
    state: str
    date: datetime
    fulfilment: bool = False
    # Codes of reasons, and kinds of doubt; none: it is confirmed.
    reasons: set = field(default_factory=set)


@dataclass
class Sale:
    """One order: the hub's JSON, and what must become of it."""

    number: int
    kind: str
    json: dict[str, Any]
    expected: Expected
    # What the hub says of it later, if it changes.
    later: dict[str, Any] | None = None


def ordinary(draw, kind):
    """A sale about which there is no doubt, as every kind begins."""
    items = [
        Item(draw.one(SKUS), draw.whole(1, 5), draw.cents(1, 900))
        for _ in range(_how_many(draw))
    ]
    freight = draw.one([ZERO, draw.cents(1, 60)])
    goods = sum((item.total for item in items), ZERO)
    city = draw.one(places.CITIES)
    name, document = draw.one((people.person, people.person, people.company))(draw)
    moment = START + timedelta(seconds=draw.whole(0, 300 * 86400))
    address = places.address(draw, city)
    json = {
        "id": f"{draw.digits(8)}-0000-4000-8000-{draw.number:012}",
        "orderId": draw.number,
        "saleChannel": draw.one(CHANNELS),
        "saleChannelOrderId": f"ORC{draw.number}{draw.digits(6)}",
        "saleChannelCreated": draw.moment(moment),
        "createdAt": draw.moment(moment + timedelta(minutes=3)),
        "orderType": draw.one([0, 0, "0", None]),
        "status": draw.one(["APPROVED", "APPROVED", "approved", " Approved "]),
        "totalAmount": draw.amount(goods + freight),
        "totalCommission": draw.one([None, 5, "12,30"]),
        "shippingCost": draw.amount(freight),
        "interest": draw.one([None, 0, "0,00"]),
        "note": draw.one([None, "", "Deixar na portaria"]),
        "billing": {
            "name": name,
            "email": draw.one([None, "x@example.com", "x***@example.com"]),
            "documentId": people.written(draw, document),
            **address,
        },
        "shipping": {"recipientName": name, **address},
        "orderItems": [item_json(draw, item, n) for n, item in enumerate(items)],
        "paymentMethods": [{"method": "Pix", "value": float(goods + freight)}],
    }
    expected = Expected(
        lines=count(items),
        total=goods + freight,
        freight=freight,
        document=document,
        country="BR",
        state=city.uf,
        date=moment,
    )
    return Sale(draw.number, kind, json, expected)


def _how_many(draw):
    """Mostly few items; now and then as many as a marketplace lets into a cart."""
    if draw.chance(0.01):
        return draw.whole(40, 300)
    return draw.one([1, 1, 1, 2, 2, 3, 5])


def count(items):
    """Units of each SKU."""
    units: Counter = Counter()
    for item in items:
        units[item.sku] += item.quantity
    return units


def item_json(draw, item, number):
    """The item as the hub writes it; what is not needed may be missing."""
    return {
        "orderItemId": draw.one([str(number + 1), None]),
        "productId": draw.one([None, str(draw.whole(1, 60))]),
        "sku": item.sku,
        "name": f"Produto {item.sku}",
        "quantity": draw.count(item.quantity),
        "price": draw.amount(item.price),
        "originalPrice": draw.one([None, float(item.price + item.off)]),
        "unitDiscount": float(item.off) if item.off else None,
        "total": draw.one([draw.amount(item.total), None]),
    }
