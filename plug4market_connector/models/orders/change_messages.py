"""What another reading of a marketplace order changed, in plain words: both sides."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from .order_changes import Change

if TYPE_CHECKING:
    from odoo.api import Environment


def explain_changes(env: "Environment", changes: Iterable[Change]) -> str:
    """What changed, one a line: what it was, and what the marketplace says now."""
    return "\n".join(
        f"{_subject(env, change)}: {change.before or '-'} → {change.now or '-'}"
        for change in changes
    )


def _subject(env: "Environment", change: Change) -> str:
    return {
        "quantity_down": env._("Quantity of %s", change.what),
        "quantity_up": env._("Quantity of %s", change.what),
        "item_gone": env._("%s was taken out of the order", change.what),
        "item_new": env._("%s was added to the order", change.what),
        "sku": env._("SKU of %s", change.what),
        "price": env._("Price of %s", change.what),
        "freight": env._("Freight"),
        "interest": env._("Interest"),
        "discount": env._("Discount"),
        "total": env._("Total"),
        "type": env._("Order type"),
        "buyer": env._("CPF or CNPJ of the buyer"),
        "address": env._("Delivery address"),
    }[change.kind]
