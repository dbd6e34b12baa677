"""What Odoo has, compared with what a sale must become."""

from collections import Counter
from datetime import timezone


def differences(sale, order):
    """What of ``order`` (a sale.order, maybe empty) is not as ``sale`` expects it."""
    if not order:
        return ["it is not in Odoo"]
    expected = sale.expected
    found = _reasons_differ(expected, order)
    sound = not expected.reasons or expected.reasons == {"changed"}
    if sound or expected.reasons == {"fulfilment"}:
        found += _sale_differs(expected, order)
    return found + _buyer_differs(expected, order)


def _reasons_differ(expected, order):
    codes = set(order._plug4market_reasons())
    kinds = {doubt[0] for doubt in order.plug4market_doubts or []}
    missing = expected.reasons - codes - kinds
    if missing:
        return [f"waits for {codes | kinds or 'nothing'}, not for {missing}"]
    if not expected.reasons and codes:
        return [f"waits for {codes | kinds}: {order.plug4market_attention}"]
    confirmed = not expected.reasons or expected.reasons == {"changed"}
    if (order.state == "sale") != confirmed:
        return [f"it is {order.state}"]
    return []


def _sale_differs(expected, order):
    units = Counter()
    for line in order.order_line:
        sku = line.product_id.default_code or ""
        if sku.startswith("ORACLE-") and line.product_uom_qty:
            units[sku] += line.product_uom_qty
    said = {
        "units": (dict(units), dict(expected.lines)),
        "total": (round(order.amount_total, 2), float(expected.total)),
        "freight": (round(order.plug4market_freight, 2), float(expected.freight)),
        "date": (
            order.date_order,
            expected.date.astimezone(timezone.utc).replace(tzinfo=None),
        ),
        "type": (order.plug4market_order_type == "1", expected.fulfilment),
    }
    return [f"{name}: {a}, not {b}" for name, (a, b) in said.items() if a != b]


def _buyer_differs(expected, order):
    place = order.partner_shipping_id
    digits = "".join(c for c in order.partner_id.vat or "" if c.isalnum()).upper()
    said = {"document": (digits, expected.document)}
    if "contradiction" not in expected.reasons:
        said["country"] = (place.country_id.code or "", expected.country)
        said["state"] = (place.state_id.code or "", expected.state)
    return [f"{name}: {a!r}, not {b!r}" for name, (a, b) in said.items() if a != b]
