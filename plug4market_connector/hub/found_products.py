"""A SKU that the hub had before this program made it, and what of it stays.

docs/hub-api.md 5.4, 5.6 and 13 #16: it was made in the panel, or by another program, or
its SKU was another product's. It is read once; what differs is sent then.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .products import Amount, ProductBody, ProductChannel, money, read_product
from .values import JsonObject, mappings, moment

# The panel's own: nothing here sends it.
_OF_THE_PANEL = {"reviewed"}

# Nothing here sends them either, but of another product they are wrong.
_OF_THE_PRODUCT = {"costPrice", "customId"}

# Given in the panel because no channel takes a product without: what has none here
# keeps them (docs/hub-api.md 5.5).
_CATEGORIES = {"categoryId", "customCategory"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundProduct:
    """One SKU as ``GET /products/{sku}`` shows it.

    ``images`` and ``listings`` are None where the hub does not show them; a listing is
    the hub's JSON.
    """

    body: ProductBody
    images: int | None
    listings: tuple[JsonObject, ...] | None

    @classmethod
    def from_json(cls, answer: JsonObject) -> "FoundProduct":
        """Read it defensively: what cannot be understood counts as not shown."""
        images, listings = answer.get("images"), answer.get("announcements")
        return cls(
            body=read_product(answer),
            images=len(images) if isinstance(images, list) else None,
            listings=mappings(listings) if isinstance(listings, list) else None,
        )

    def known_json(self, wanted: ProductBody, *, others: bool) -> dict[str, Any]:
        """Return what the hub is known to have where ``wanted`` is to be.

        What is not in it is left alone until it is sent.

        :param others: it was another product's, of which nothing stays
        """
        left = {*_OF_THE_PANEL, "images"}
        if not others:
            left |= _OF_THE_PRODUCT | (_CATEGORIES - wanted.known_json().keys())
        known = self.body.known_json()
        return {
            name: value
            for name, value in known.items()
            if name not in left and not _is_blank(name, value)
        }

    def own_price(self, channel: ProductChannel, wanted: ProductBody) -> float | None:
        """Return the price of ``channel`` if it is one of its own, in reais.

        It is not where it is the SKU's price, the hub's or the one that is wanted.
        """
        price = money(channel.price)
        return None if price in (money(self.body.price), money(wanted.price)) else price


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """A lower price of one channel between two moments, in UTC."""

    price: Amount
    start: datetime
    end: datetime

    @classmethod
    def of(cls, channel: ProductChannel, price: Amount | None) -> "Promotion | None":
        """Return the promotion that the hub shows of ``channel``, None for none.

        One that cannot be understood is none: it is taken back.

        :param price: what the channel asks without it
        """
        start, end = moment(channel.sale_date_start), moment(channel.sale_date_end)
        lower = channel.sale_price
        if not (lower and start and end and start < end):
            return None
        if price is not None and lower >= price:
            return None
        return cls(price=lower, start=start, end=end)


def _is_blank(name: str, value: object) -> bool:
    """Tell whether the hub shows a field that was never filled in."""
    if name in ("stock", "salesChannels") or isinstance(value, bool):
        return False
    return value in (0, [])


def forget_values(sent: JsonObject) -> dict[str, Any]:
    """Return ``sent``, what the hub was known to have, without what it was.

    All is sent again then, also a list that is empty now, and what was filled in and no
    longer is, emptied. The group is no change where it is not known.
    """
    return {
        name: [None] if isinstance(value, list) else None
        for name, value in sent.items()
        if name != "productId"
    }
