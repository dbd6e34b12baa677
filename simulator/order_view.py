"""How an order looks to the caller, with the faults that change its shape."""

import copy
import random
from typing import Any

from .faults import Faults
from .state import Order

# Section 7.3: what is "or null", besides `statusUpdateDate[].updateDate`.
NULLABLE = (
    "orderIdStore",
    "orderIdCustom",
    "deliveredAt",
    "estimatedDeliveredAt",
    "estimatedHandlingLimit",
    "totalCommission",
    "note",
    "invoice",
    "shipment",
)
NEWER = ("estimatedHandlingLimit", "saleChannelName")
USUALLY_TEXT = {
    "orderIdStore",
    "storeOrderId",
    "saleChannel",
    "saleChannelId",
    "orderSaleChannelId",
    "saleChannelOrderId",
    "orderItemId",
    "productId",
    "nfeNumber",
    "nfeSerialNumber",
    "ibge",
}
USUALLY_NUMBER = {
    "orderId",
    "orderType",
    "amount",
    "totalAmount",
    "totalCommission",
    "shippingCost",
    "interest",
    "quantity",
    "price",
    "originalPrice",
    "total",
    "originalTotal",
    "discount",
    "unitDiscount",
    "freight",
    "value",
    "installments",
}
# Texts that a program which trusts the hub stumbles over.
HOSTILE = {
    # Random, or an index would compress it.
    "long": "".join(random.Random(1).choices("abcdefghijklmnopqrstuvwxyz ", k=20_000)),
    "nul": "antes\x00depois",
    "emoji": "👩🏽‍🚀 e\u0301 🇧🇷",
    "rtl": "\u202eשלום مرحبا\u202c",
    "html": "<script>alert(1)</script><b>&amp;",
    "sql": "'; DROP TABLE sale_order; --%s %(a)s {0}",
    "surrogate": "metade \ud83d de um par",
    "empty": "",
}
PERSONAL = ("documentId", "email", "phone")


def summary(order: Order, faults: Faults) -> dict[str, Any]:
    """Return an order as the list shows it (section 7.2)."""
    detail = order.detail
    return _finish(
        {
            "id": detail["id"],
            "saleChannelOrderId": detail["saleChannelOrderId"],
            "orderIdStore": detail["orderIdStore"],
            "storeOrderId": detail["orderIdStore"],
            "status": detail["status"],
            "saleChannelId": str(order.channel),
            "orderSaleChannelId": str(order.channel),
            "orderType": detail["orderType"],
            "amount": detail["totalAmount"],
            "integratedStore": order.integrated,
            "createdAt": detail["createdAt"],
            "updatedAt": detail["updatedAt"],
            "note": detail["note"],
        },
        faults,
    )


def full(order: Order, faults: Faults) -> dict[str, Any]:
    """Return an order with every field of section 7.3."""
    shapes = (faults.null_fields, faults.missing_newer_fields, faults.buyer != "full")
    if not any(shapes):
        return _finish(order.detail, faults)
    detail = copy.deepcopy(order.detail)
    if faults.null_fields:
        detail.update(dict.fromkeys(NULLABLE))
        for change in detail["statusUpdateDate"]:
            change["updateDate"] = None
    if faults.missing_newer_fields:
        for key in NEWER:
            detail.pop(key, None)
        for address in ("billing", "shipping"):
            detail[address].pop("ibge", None)
    if faults.buyer != "full":
        for address in ("billing", "shipping"):
            hide_person(detail[address], masked=faults.buyer == "masked")
    return _finish(detail, faults)


def hide_person(address: dict[str, Any], *, masked: bool) -> None:
    """Mask or empty what some marketplaces hold back (section 13, line 29)."""
    for key in PERSONAL:
        if key in address:
            address[key] = "*" * len(address[key] or "") if masked else None


def _finish(shown: dict[str, Any], faults: Faults) -> dict[str, Any]:
    """Apply the faults that lists and details share."""
    if faults.uppercase_ids:
        shown = {**shown, "id": shown["id"].upper()}
    if faults.strings != "usual":
        shown = hostile(shown, HOSTILE[faults.strings])
    return swapped(shown) if faults.swapped_types else shown


def hostile(value: Any, text: str, key: str = "") -> Any:
    """Write ``text`` in place of every text that is not the order's id or status."""
    if isinstance(value, dict):
        return {name: hostile(item, text, name) for name, item in value.items()}
    if isinstance(value, list):
        return [hostile(item, text, key) for item in value]
    return text if isinstance(value, str) and key not in ("id", "status") else value


def swapped(value: Any, key: str = "") -> Any:
    """Write numbers where texts are usual and the reverse."""
    if isinstance(value, dict):
        return {name: swapped(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [swapped(item, key) for item in value]
    if key in USUALLY_TEXT and isinstance(value, str) and value.isdigit():
        return int(value)
    if key in USUALLY_NUMBER and type(value) in (int, float):
        return str(value)
    return value
