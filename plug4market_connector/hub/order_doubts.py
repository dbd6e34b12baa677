"""What of an order cannot be read, or is missing although a sale needs it.

Absent, unreadable and zero are three things: what is unreadable is kept as it was sent,
and a sale with any of these is never confirmed by itself (docs/hub-api.md 13 #46, #47).
"""

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from .order_status import STATUS_RANK, read_status
from .values import (
    JsonObject,
    decimal,
    is_said,
    mapping,
    mappings,
    moment,
    order_type,
    text,
)

MAX_SENT = 120
# No marketplace's cart holds as many; a sale of ten thousand lines would take minutes.
MAX_ITEMS = 1000


class Doubt(NamedTuple):
    """One of them: its ``kind`` (below), where it stands, and what was sent.

    Unreadable: amount, quantity, date, type, status, items. Missing: no_price,
    no_quantity, no_items, no_total, no_date. Readable, and no sale: free, too_many.
    """

    kind: str
    path: str
    sent: str = ""


Reader = Callable[[Any], Any]
Fields = dict[str, tuple[str, Reader]]


def _not_negative(value: object) -> Decimal | None:
    number = decimal(value)
    return None if number is None or number < 0 else number


def _above_zero(value: object) -> Decimal | None:
    number = decimal(value)
    return None if number is None or number <= 0 else number


# Each field's kind of doubt, and what reads it.
ORDER_FIELDS: Fields = {
    "totalAmount": ("amount", _not_negative),
    "shippingCost": ("amount", _not_negative),
    "interest": ("amount", decimal),
    "totalCommission": ("amount", decimal),
    "saleChannelCreated": ("date", moment),
    "createdAt": ("date", moment),
    "estimatedDeliveredAt": ("date", moment),
    "estimatedHandlingLimit": ("date", moment),
    "orderType": ("type", order_type),
}
SHIPPING_FIELDS: Fields = {"shippingCost": ("amount", _not_negative)}
ITEM_FIELDS: Fields = {
    "quantity": ("quantity", _above_zero),
    "price": ("amount", _not_negative),
    "originalPrice": ("amount", _not_negative),
    "discount": ("amount", decimal),
    "unitDiscount": ("amount", decimal),
    "freight": ("amount", _not_negative),
    "total": ("amount", _not_negative),
}


def find_doubts(data: JsonObject) -> tuple[Doubt, ...]:
    """Return what makes the order of ``GET /orders/{id}`` no certain sale."""
    return (
        *_unreadable(data, ORDER_FIELDS),
        *_unreadable(
            mapping(data.get("shipping")), SHIPPING_FIELDS, prefix="shipping."
        ),
        *_of_status(data),
        *_of_date(data),
        *_of_total(data),
        *_of_items(data),
    )


def _unreadable(data: JsonObject, fields: Fields, prefix: str = "") -> Iterator[Doubt]:
    for name, (kind, read) in fields.items():
        value = data.get(name)
        if is_said(value) and read(value) is None:
            yield Doubt(kind, prefix + name, _as_sent(value))


def _of_status(data: JsonObject) -> Iterator[Doubt]:
    if read_status(data.get("status")) not in STATUS_RANK:
        yield Doubt("status", "status", _as_sent(data.get("status")))


def _of_date(data: JsonObject) -> Iterator[Doubt]:
    """Doubt an order that says nothing of when it was made."""
    if not any(map(is_said, (data.get("saleChannelCreated"), data.get("createdAt")))):
        yield Doubt("no_date", "saleChannelCreated")


def _of_total(data: JsonObject) -> Iterator[Doubt]:
    total = data.get("totalAmount")
    if not is_said(total):
        yield Doubt("no_total", "totalAmount")
    elif decimal(total) == 0:
        yield Doubt("free", "totalAmount", _as_sent(total))


def _of_items(data: JsonObject) -> Iterator[Doubt]:
    sent = data.get("orderItems")
    items = mappings(sent)
    if not items:
        kind = "items" if _is_more_than_nothing(sent) else "no_items"
        yield Doubt(kind, "orderItems", _as_sent(sent))
    elif len(items) > MAX_ITEMS:
        yield Doubt("too_many", "orderItems", str(len(items)))
    elif isinstance(sent, list | tuple):
        for item in sent:
            if item and not isinstance(item, dict):
                yield Doubt("items", "orderItems", _as_sent(item))
    for number, item in enumerate(items[:MAX_ITEMS]):
        yield from _of_item(item, f"orderItems[{number}].")


def _of_item(item: JsonObject, prefix: str) -> Iterator[Doubt]:
    yield from _unreadable(item, ITEM_FIELDS, prefix)
    if not is_said(item.get("quantity")):
        yield Doubt("no_quantity", f"{prefix}quantity")
    if not any(is_said(item.get(name)) for name in ("price", "total", "originalPrice")):
        yield Doubt("no_price", f"{prefix}price")


def _is_more_than_nothing(value: object) -> bool:
    if isinstance(value, list | tuple):
        return any(value)
    return is_said(value) and value != {}


def _as_sent(value: object) -> str:
    """Return the value as people recognise it in what was sent."""
    if value is None:
        return ""
    if isinstance(value, str):
        return text(value)[:MAX_SENT]
    return text(json.dumps(value, ensure_ascii=False, default=str))[:MAX_SENT]
