"""Ten faults, planted one at a time: the oracle must find each within 1,000 orders."""

from contextlib import contextmanager
from decimal import Decimal
from unittest.mock import PropertyMock, patch

ADDON = "odoo.addons.plug4market_connector"
ORDERS = f"{ADDON}.models.orders"


def _property(path, value):
    return patch(path, new_callable=PropertyMock, side_effect=None, return_value=value)


FAULTS = {
    "only the freight at the root counts": lambda: patch(
        f"{ADDON}.hub.orders._shipping_costs",
        lambda data: (_decimal(data.get("shippingCost")), None),
    ),
    "a decimal comma parts thousands": lambda: patch(
        f"{ADDON}.hub.orders.decimal", lambda value: _decimal(_without_commas(value))
    ),
    "what cannot be read is no doubt": lambda: patch(
        f"{ADDON}.hub.orders.find_doubts", lambda data: ()
    ),
    "the first two letters of a country are its code": lambda: patch(
        f"{ORDERS}.place._country", lambda text: (text or "BR")[:2].upper()
    ),
    "a name that is no country is Brazil": lambda: patch(
        f"{ORDERS}.place._countries", _Anywhere
    ),
    "the CEP says nothing of the state": lambda: patch(
        f"{ORDERS}.place.state_of_cep", lambda code: ""
    ),
    "dates are an hour early": lambda: patch(
        f"{ORDERS}.plug4market_order_import.naive_utc", _an_hour_early
    ),
    "discounts are never taken off": lambda: _property(
        f"{ADDON}.hub.orders.HubOrderItem.line_discount", Decimal(0)
    ),
    "check digits are not checked": lambda: patch(
        f"{ORDERS}.order_lookup.document_kind", lambda text: "cpf" if text else None
    ),
    "every change is safe": lambda: patch(
        f"{ORDERS}.sale_order_change.SAFE", _Everything()
    ),
}


class _Anywhere(dict):
    """Countries by name, of which every name is Brazil."""

    def get(self, name, default=None):
        return "BR"


class _Everything(set):
    """A set that has whatever is looked for."""

    def __ge__(self, other):
        return True


def _decimal(value):
    from odoo.addons.plug4market_connector.hub import values

    return values.decimal(value)


def _without_commas(value):
    return value.replace(",", "") if isinstance(value, str) else value


def _an_hour_early(moment):
    from datetime import timedelta

    return moment and moment.replace(tzinfo=None) - timedelta(hours=1)


@contextmanager
def planted(name):
    """Have the connector with this fault, for the block."""
    with FAULTS[name]():
        yield
