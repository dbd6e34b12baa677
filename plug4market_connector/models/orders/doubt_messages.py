"""What of a marketplace order is no certain sale, in plain words and with what to do.

A table with a sentence for each kind of ``hub.Doubt`` and of ``place.Place.doubt``.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ...hub import Doubt

if TYPE_CHECKING:
    from odoo.api import Environment


def explain_doubts(env: "Environment", doubts: Iterable[Doubt]) -> str:
    """What the doubts are, one a line, and what to do about them."""
    sentences = list_doubts(env, doubts)
    if not sentences:
        return ""
    advice = env._(
        "Look at the order on the marketplace and correct what differs here. Then say "
        "that you have checked it; or wait: it goes on by itself once Plug4Market says "
        "it clearly."
    )
    return f"{sentences}\n{advice}"


def list_doubts(env: "Environment", doubts: Iterable[Doubt]) -> str:
    """What the doubts are, one a line."""
    return "\n".join(dict.fromkeys(_explain(env, doubt) for doubt in doubts))


def _explain(env: "Environment", doubt: Doubt) -> str:
    sentences = _unreadable(env, doubt) | _missing(env) | _places(env, doubt)
    return sentences[doubt.kind]


def _unreadable(env: "Environment", doubt: Doubt) -> dict[str, str]:
    sent = {"sent": doubt.sent, "field": doubt.path}
    return {
        "amount": env._(
            "Plug4Market sent the amount “%(sent)s” (%(field)s), which cannot be read.",
            **sent,
        ),
        "quantity": env._(
            "Plug4Market sent the quantity “%(sent)s” (%(field)s), which cannot be "
            "sold.",
            **sent,
        ),
        "date": env._(
            "Plug4Market sent the date “%(sent)s” (%(field)s), which cannot be read.",
            **sent,
        ),
        "type": env._(
            "Plug4Market sent the order type “%(sent)s”: it is not known whether the "
            "marketplace ships the order, or you.",
            **sent,
        ),
        "status": env._(
            "Plug4Market gives the order the status “%(sent)s”, which the connector "
            "does not know.",
            **sent,
        ),
        "items": env._(
            "Plug4Market sent “%(sent)s” where the order's items should be.", **sent
        ),
        "too_many": env._(
            "The order has %(sent)s items, more than Odoo takes over by itself. Only "
            "the first ones are here.",
            **sent,
        ),
        "free": env._("The marketplace says that the order costs nothing."),
    }


def _missing(env: "Environment") -> dict[str, str]:
    return {
        "no_price": env._("Plug4Market sent an item without a price."),
        "no_quantity": env._("Plug4Market sent an item without a quantity."),
        "no_items": env._("Plug4Market sent no items."),
        "no_total": env._("Plug4Market sent no total of the order."),
        "no_date": env._("Plug4Market does not say when the order was made."),
    }


def _places(env: "Environment", doubt: Doubt) -> dict[str, str]:
    return {
        "country": env._(
            "The country of the address (%(address)s) is not known.",
            address=doubt.sent,
        ),
        "state": env._(
            "The address (%(address)s) does not say in which state it is, which "
            "decides on the taxes.",
            address=doubt.sent or "-",
        ),
        "contradiction": env._(
            "The address (%(address)s) contradicts itself: country, state, CEP and "
            "city do not belong together.",
            address=doubt.sent,
        ),
    }
