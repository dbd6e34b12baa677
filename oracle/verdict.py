"""What Odoo has, compared with what a sale must become."""

from collections import Counter
from datetime import timezone

from .sale import Expected, Sale

# The internal references of the products that are no item.
CHARGES = ("FRETE", "JUROS", "P4M-DISCOUNT", "DIFERENCA")
CENTS = 2


def differences(sale: Sale, order):
    """What of ``order`` (a sale.order, maybe empty) is not as ``sale`` expects it."""
    if not order:
        return ["it is not in Odoo"]
    if len(order) > 1:
        return [f"it is in Odoo {len(order)} times"]
    expected, has = sale.expected, facts(order)
    return _reasons_differ(expected, order) + [
        f"{name}: {has[name]!r}, not {wanted!r}"
        for name, wanted in wanted_facts(expected).items()
        if has[name] != wanted and name not in expected.open
    ]


def reasons(order):
    """Why the order waits: each code, and of doubts their kinds."""
    codes = set(order._plug4market_reasons())
    if "doubt" in codes:
        codes |= {doubt[0] for doubt in order.plug4market_doubts or []}
    return codes - {"doubt"}


def _reasons_differ(expected: Expected, order):
    given = reasons(order)
    found = []
    if missing := expected.reasons - given:
        found.append(f"does not wait for {_listed(missing)}")
    if untrue := given - expected.reasons - expected.beside:
        found.append(f"waits for {_listed(untrue)}")
    if bool(given) != bool(order.plug4market_needs_attention):
        found.append(f"needs attention: {order.plug4market_needs_attention}")
    if given and not order.plug4market_attention:
        found.append("it does not say why it waits")
    return found


def _listed(names):
    return ", ".join(sorted(names))


def wanted_facts(expected: Expected):
    """The expectation, by the names and in the types of ``facts``."""
    date = expected.date.astimezone(timezone.utc).replace(tzinfo=None)
    return {
        "state": expected.state,
        "units": {sku: float(n) for sku, n in expected.units.items() if n},
        "total": float(expected.total),
        "freight": float(expected.freight),
        "date": date,
        "fulfilment": expected.fulfilment,
        "warehouse": expected.warehouse,
        "document": expected.document,
        "country": expected.country,
        "uf": expected.uf,
        "street": expected.street,
    }


def facts(order):
    """What Odoo says of the order."""
    place = order.partner_shipping_id
    document = "".join(filter(str.isalnum, order.partner_id.vat or "")).upper()
    warehouse = order.warehouse_id.code
    return {
        "state": order.state,
        "units": _units(order),
        "total": round(order.amount_total, CENTS),
        "freight": round(order.plug4market_freight, CENTS),
        "date": order.date_order,
        "fulfilment": order.plug4market_order_type == "1",
        "warehouse": warehouse if warehouse == "ORMKT" else "",
        "document": document,
        "country": place.country_id.code or "",
        "uf": place.state_id.code or "",
        "street": place.street_name or "",
    }


def _units(order):
    """Pieces of each product that was sold."""
    units = Counter()
    for line in order.order_line.filtered("product_id"):
        sku = line.product_id.default_code or line.product_id.display_name
        if sku not in CHARGES:
            units[sku] += line.product_uom_qty
    return {sku: number for sku, number in units.items() if number}
