"""Listings on marketplaces: what is sent of them, and how to find one again."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from .products import Amount, money, without_empty
from .values import JsonObject, mapping, mappings, text

# docs/hub-api.md 5.3: the only channel whose listings the API makes.
MERCADO_LIVRE = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """A listing of one SKU on one channel (docs/hub-api.md 5.8)."""

    sku: str
    seller_id: str
    listing_type: str
    description: str = ""
    product_name: str = ""
    price: Amount | None = None
    announcement_id: str = ""

    @classmethod
    def from_json(cls, sent: JsonObject) -> "Announcement":
        """Return the listing whose ``to_json()`` was kept."""
        return cls(
            sku=text(sent.get("sku")),
            seller_id=text(sent.get("sellerId")),
            listing_type=text(sent.get("listingType")),
            description=text(sent.get("description")),
            product_name=text(sent.get("productName")),
        )

    def to_json(self, *, channel_id: int | None = None) -> dict[str, Any]:
        """Return the JSON object; ``channel_id`` is sent with a change or removal."""
        return without_empty(
            {
                "announcementId": self.announcement_id,
                "saleChannel": channel_id,
                "sellerId": str(self.seller_id),
                "listingType": self.listing_type,
                "sku": self.sku if channel_id is None else None,
                "description": self.description,
                "productName": self.product_name,
                "price": money(self.price) if channel_id is not None else None,
            }
        )

    def find_id(self, answer: object) -> str:
        """Return this listing's id in an answer of the hub, "" when it is not there.

        What creating answers is not recorded: one listing, a list of them, either
        under ``data``, or the product with its ``announcements``
        (docs/hub-api.md 13 #8).
        """
        for key in ("data", "announcements"):
            answer = mapping(answer).get(key, answer)
        return next((listed for listed, _json in self._found_in(answer)), "")

    def as_listed(self, listings: Iterable[JsonObject]) -> "Announcement | None":
        """Return this listing as the hub shows it among ``listings``, or None."""
        for listed, json in self._found_in(listings):
            shown = Announcement.from_json({**self.to_json(), **json})
            return replace(shown, announcement_id=listed)
        return None

    def _found_in(self, answer: object) -> Iterator[tuple[str, JsonObject]]:
        """Yield the id and JSON of each listing that may be this one."""
        for listing in mappings(answer):
            listed = text(listing.get("announcementId")) or text(listing.get("id"))
            if listed and self._may_be(listing):
                yield listed, listing

    def _may_be(self, listing: JsonObject) -> bool:
        """Tell whether nothing in ``listing`` says that it is another one.

        A product whose listings are not shown is none, although it has an id and a SKU.
        """
        if {"stock", "salesChannels"} & listing.keys():
            return False
        own = {
            "sku": self.sku,
            "sellerId": self.seller_id,
            "listingType": self.listing_type,
        }
        return all(text(listing.get(key, own[key])) == own[key] for key in own)
