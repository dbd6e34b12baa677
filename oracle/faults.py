"""Faults planted one at a time: the oracle must find each within 1,000 orders."""

from .planting import ADDON

HUB = f"{ADDON}.hub.orders"
ITEM = f"{HUB}.HubOrderItem"
ORDERS = f"{ADDON}.models.orders"
LOOKUP = f"{ORDERS}.order_lookup.OrderLookup"

# By the name of each fault: what it replaces, and by what.
FAULTS = {
    "the freight at the root is ignored": (
        f"{HUB}._shipping_costs",
        lambda right: lambda data: (None, right(data)[1]),
    ),
    "a decimal comma parts thousands": (
        f"{HUB}.decimal",
        lambda right: lambda value: right(_without_commas(value)),
    ),
    "a SKU is matched by the group's number": (
        f"{LOOKUP}.product",
        lambda right: lambda self, item: right(self, item) or _numbered(self, item),
    ),
    "the first two letters of a state are its code": (
        f"{ORDERS}.place.written_state",
        lambda right: lambda text: text.strip()[:2].upper(),
    ),
    "dates are those of São Paulo": (
        f"{ORDERS}.plug4market_order_import.naive_utc",
        lambda right: lambda moment: moment and _three_hours_early(right(moment)),
    ),
    "discounts are added": (
        f"{ITEM}.line_discount",
        lambda right: property(lambda item: -right.fget(item)),
    ),
    "a quantity that cannot be read is 1": (
        f"{HUB}.find_doubts",
        lambda right: lambda data: _without(right(data), "quantity", "no_quantity"),
    ),
    "an unknown channel is let through": (
        f"{ORDERS}.sale_order.SaleOrder._plug4market_reasons",
        lambda right: (
            lambda order: [code for code in right(order) if code != "channel"]
        ),
    ),
    "check digits are not checked": (
        f"{ORDERS}.order_lookup.document_kind",
        lambda right: lambda text: "cpf" if any(map(str.isdigit, text)) else None,
    ),
    "a name that is no country is Brazil": (
        f"{ORDERS}.place._country",
        lambda right: lambda text: right(text).replace("?", "BR"),
    ),
    "the first two letters of a country are its code": (
        f"{ORDERS}.place._country",
        lambda right: lambda text: (text or "BR")[:2].upper(),
    ),
    "the CEP says nothing of the state": (
        f"{ORDERS}.place.state_of_cep",
        lambda right: lambda code: "",
    ),
    "an amount that cannot be read is no doubt": (
        f"{HUB}.find_doubts",
        lambda right: lambda data: _without(right(data), "amount"),
    ),
    "the first of several products with one SKU is sold": (
        f"{LOOKUP}.read_claimants",
        lambda right: (
            lambda self, codes: {sku: p[:1] for sku, p in right(self, codes).items()}
        ),
    ),
    "what cannot be read of a sold order is nobody's business": (
        f"{ORDERS}.sale_order_doubt.LATE",
        lambda right: {"status"},
    ),
    "every change of a confirmed order is safe": (
        f"{ORDERS}.sale_order_change.SAFE",
        lambda right: right | {"quantity_up", "item_new", "sku", "buyer", "type"},
    ),
}


def _without_commas(value):
    return value.replace(",", "") if isinstance(value, str) else value


def _numbered(lookup, item):
    number = str(item.raw.get("productId") or "0")
    return lookup.env["product.product"].browse(int(number)).exists()


def _three_hours_early(moment):
    from datetime import timedelta

    return moment - timedelta(hours=3)


def _without(doubts, *kinds):
    return tuple(doubt for doubt in doubts if doubt.kind not in kinds)
