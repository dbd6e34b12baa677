"""The hub's JSON of a SKU, read as an offer, and what differs from the one expected."""

from datetime import UTC, datetime
from typing import Any

from .formula import Offer
from .formula_price import Channel, Promotion

CENT = 0.006


def explain(has: dict[str, Any] | None, wanted: Offer | None) -> str:
    """What differs of a SKU; empty when nothing does."""
    if has is None:
        return "" if wanted is None else f"not on the hub, expected {wanted}"
    said = read(has)
    if wanted is None:
        ends = not said.active and not said.stock
        return "" if ends else f"the hub has {said}, but nobody sells this SKU"
    return "" if _is(said, wanted) else f"the hub has {said}, expected {wanted}"


def read(has: dict[str, Any]) -> Offer:
    """The offer that buyers see: a channel without a price has that of the product."""
    return Offer(
        stock=has["stock"],
        price=has["price"],
        active=has["active"],
        promotion=_promotion(has),
        channels={
            channel["id"]: Channel(
                channel.get("price") or has["price"],
                _promotion(channel.get("forSale") or {}),
            )
            for channel in has.get("salesChannels") or ()
        },
    )


def _promotion(has: dict[str, Any]) -> Promotion | None:
    if not has.get("salePrice"):
        return None
    return Promotion(
        has["salePrice"], _moment(has["saleDateStart"]), _moment(has["saleDateEnd"])
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None)


def _is(said: Offer, wanted: Offer) -> bool:
    if (said.stock, said.active) != (wanted.stock, wanted.active):
        return False
    return not wanted.active or (
        _is_near(said.price, wanted.price)
        and _is_promotion(said.promotion, wanted.promotion)
        and _are_channels(said.channels or {}, wanted.channels)
    )


def _are_channels(said: dict[int, Channel], wanted: dict[int, Channel] | None) -> bool:
    """Channels that nobody chose in Odoo are the hub's own business."""
    if wanted is None:
        return True
    return said.keys() == wanted.keys() and all(
        _is_near(said[number].price, channel.price)
        and _is_promotion(said[number].promotion, channel.promotion)
        for number, channel in wanted.items()
    )


def _is_promotion(said: Promotion | None, wanted: Promotion | None) -> bool:
    if said is None or wanted is None:
        return said is wanted
    return said[1:] == wanted[1:] and _is_near(said.price, wanted.price)


def _is_near(said: float, wanted: float) -> bool:
    return abs(said - wanted) <= CENT
