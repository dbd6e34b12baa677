"""What an order says, and what of it is another thing in a later reading.

Facts are plain JSON, so that a record can keep those that its lines were made from.
Amounts and quantities are texts of decimals, so that equal ones are equal.
"""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from ...hub import HubOrder, HubOrderItem, HubParty, document_kind, fold, is_masked

Facts = dict[str, Any]

# What a confirmed order follows by itself as long as nothing was done with it.
SAFE = {
    *("quantity_down", "item_gone", "price", "freight", "interest", "discount"),
    *("total", "address"),
}
# Doubts about what the facts would say.
UNREADABLE = {
    *("amount", "quantity", "type", "items", "no_price", "no_quantity"),
    *("no_total", "too_many"),
}
ADDRESS = (
    *("name", "street", "street_number", "street_complement", "district"),
    *("city", "state", "zip_code"),
)


class Change(NamedTuple):
    """One thing that is another: its kind, of which item, and both sides.

    Kinds: those of SAFE, and quantity_up, item_new, sku, buyer, type.
    """

    kind: str
    what: str
    before: str
    now: str


def read_facts(order: HubOrder) -> Facts:
    """What a hub's order says, as far as an order in Odoo is made from it."""
    charges = order.charges
    return {
        "items": [_item_facts(item) for item in order.items],
        "freight": _written(charges.freight),
        "interest": _written(charges.interest),
        "discount": _written(charges.discount),
        "total": _written(order.total_amount),
        "type": "1" if order.is_fulfilment else "0",
        "document": order.billing.document
        if document_kind(order.billing.document)
        else "",
        "address": _address_facts(order.destination),
    }


def find_changes(before: Facts, now: Facts) -> list[Change]:
    """What ``now`` says otherwise than ``before``; what was hidden is no change."""
    return [
        *_changed_items(before["items"], now["items"]),
        *(
            Change(name, "", before[name], now[name])
            for name in ("freight", "interest", "discount", "total", "type")
            if before[name] != now[name]
        ),
        *_changed_buyer(before["document"], now["document"]),
        *_changed_address(before["address"], now["address"]),
    ]


def _item_facts(item: HubOrderItem) -> Facts:
    return {
        "id": item.order_item_id,
        "sku": item.sku or item.custom_id,
        "name": item.name,
        "quantity": _written(item.quantity),
        "price": _written(round(item.unit_price, 6)),
    }


def _address_facts(party: HubParty) -> dict[str, str]:
    return {name: getattr(party, name) for name in ADDRESS}


def _written(number: Decimal | None) -> str:
    if number is None:
        return ""
    return f"{number.normalize():f}"


# -- items --------------------------------------------------------------------


def _changed_items(before: list[Facts], now: list[Facts]) -> Iterator[Change]:
    by_id = all(item["id"] for item in (*before, *now))
    old, new = keyed_items(before, by_id=by_id), keyed_items(now, by_id=by_id)
    for key, item in old.items():
        if key in new:
            yield from _changed_item(item, new[key])
        else:
            yield Change("item_gone", _item_name(item), item["quantity"], "0")
    for key, item in new.items():
        if key not in old:
            yield Change("item_new", _item_name(item), "0", item["quantity"])


def keyed_items(items: list[Facts], *, by_id: bool) -> dict[tuple[str, int], Facts]:
    """The items by the marketplace's number or by SKU, and which of that they are."""
    seen: Counter[str] = Counter()
    keyed = {}
    for item in items:
        name = item["id"] if by_id else item["sku"]
        keyed[name, seen[name]] = item
        seen[name] += 1
    return keyed


def _changed_item(before: Facts, now: Facts) -> Iterator[Change]:
    if before["sku"] != now["sku"]:
        yield Change("sku", now["name"], before["sku"], now["sku"])
    old, new = before["quantity"], now["quantity"]
    if old != new:
        kind = "quantity_down" if Decimal(new) < Decimal(old) else "quantity_up"
        yield Change(kind, _item_name(now), old, new)
    if before["price"] != now["price"]:
        yield Change("price", _item_name(now), before["price"], now["price"])


def _item_name(item: Facts) -> str:
    return item["sku"] or item["name"]


# -- who and where ------------------------------------------------------------


def _changed_buyer(before: str, now: str) -> Iterator[Change]:
    if before and now and before != now:
        yield Change("buyer", "", before, now)


def _changed_address(before: dict[str, str], now: dict[str, str]) -> Iterator[Change]:
    differ = [
        name
        for name in ADDRESS
        if _is_shown(before[name])
        and _is_shown(now[name])
        and fold(before[name]) != fold(now[name])
    ]
    if differ:
        yield Change("address", "", _written_address(before), _written_address(now))


def _is_shown(text: str) -> bool:
    return bool(text) and not is_masked(text)


def _written_address(address: dict[str, str]) -> str:
    return ", ".join(address[name] for name in ADDRESS if address[name])
