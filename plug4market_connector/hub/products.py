"""A SKU of the hub: the body of POST and PUT /products, and one as it is listed.

docs/hub-api.md 5: one resource is one SKU; variations share ``product_id``.
Centimetres, grams, reais. It is sent strictly. What ``GET /products`` lists is read
into the same shape, defensively (docs/hub-api.md 5.6, 13 #16), so that what is wanted
and what the hub has can be compared field by field.
"""

import math
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from .values import JsonObject, boolean, decimal, integer, iso, mapping, mappings, text

# What the hub lists is exact, and Odoo's own numbers are floats.
Amount = Decimal | float
Reader = Callable[[Any], Any]

CENT = Decimal("0.01")

# docs/hub-api.md 5.2, column "Required": python name -> hub name.
REQUIRED = {
    "product_id": "productId",
    "product_name": "productName",
    "sku": "sku",
    "name": "name",
    "description": "description",
    "price": "price",
    "stock": "stock",
    "width": "width",
    "height": "height",
    "length": "length",
    "weight": "weight",
}

# Hub names that are not the camel case of ours.
_ODD_NAMES = {"ex_tipi": "ex_tipi"}

MONEY = {"price", "cost_price", "sale_price"}
MEASURES = {"width", "height", "length", "weight", "warranty", "unit_multiplier"}

# A promotional price goes with both its dates (docs/hub-api.md 5.2).
_PROMOTION = ("sale_price", "sale_date_start", "sale_date_end")

# Parts of a product that are refused apart, the least urgent first: the hub refuses a
# whole request (docs/hub-api.md 9.1), and a bad title must keep no sold-out product on
# sale.
LAYERS = ("content", "channels", "price", "stock")
_URGENT = {
    "salesChannels": "channels",
    **dict.fromkeys(("price", "salePrice", "saleDateStart", "saleDateEnd"), "price"),
    **dict.fromkeys(("stock", "active"), "stock"),
}

_NEVER_CLEARED = {*REQUIRED.values(), "salesChannels"}

# docs/hub-api.md 13 #42: stock is an integer and never negative.
_SPECIAL: dict[str, Callable[[Any], Any]] = {
    "stock": lambda value: max(0, math.floor(value)),
    "cross_docking_days": int,
    "sales_channels": lambda channels: [channel.to_json() for channel in channels],
    "custom_category": lambda code: {"alternativeId": str(code)},
    "images": list,
    "videos": list,
    "metafields": lambda pairs: [
        {"key": str(key), "value": str(value)}
        for key, value in (pairs.items() if isinstance(pairs, Mapping) else pairs)
    ],
    "sale_date_start": iso,
    "sale_date_end": iso,
}

# No product costs, weighs or counts more: beyond it the hub has sent garbage.
_LARGEST = 2**31 - 1


def _stock(value: object) -> int | None:
    number = _listed_number(value)
    return None if number is None else math.floor(number)


def _texts(value: object) -> tuple[str, ...] | None:
    if not isinstance(value, list):
        return None
    return tuple(filter(None, map(text, value)))


def _metafields(value: object) -> tuple[tuple[str, str], ...] | None:
    if not isinstance(value, list):
        return None
    return tuple(
        (text(pair.get("key")), text(pair.get("value"))) for pair in mappings(value)
    )


def _channels(value: object) -> tuple["ProductChannel", ...] | None:
    """Return the channels, bare numbers too; None when one cannot be understood.

    What is sent replaces them all: one that was overlooked would be taken off.
    """
    if not isinstance(value, list):
        return None
    channels = []
    for element in value:
        said = element if isinstance(element, Mapping) else {"id": element}
        number = integer(said.get("id"))
        if number is None:
            return None
        channels.append(_channel(number, said))
    return tuple(channels)


def _alternative_id(value: object) -> str:
    return text(value.get("alternativeId")) if isinstance(value, Mapping) else ""


_READERS: dict[str, Reader] = {
    "stock": _stock,
    "active": boolean,
    "reviewed": boolean,
    "cross_docking_days": integer,
    "images": _texts,
    "videos": _texts,
    "metafields": _metafields,
    "sales_channels": _channels,
    "custom_category": _alternative_id,
}


def layers_of(changes: JsonObject) -> dict[str, dict[str, Any]]:
    """Split the JSON of ``changes_since`` into its layers, the least urgent first."""
    found: dict[str, dict[str, Any]] = {}
    for name, value in changes.items():
        found.setdefault(_URGENT.get(name, "content"), {})[name] = value
    return {layer: found[layer] for layer in LAYERS if layer in found}


def hub_name(name: str) -> str:
    """Return the hub's spelling of a field (``product_id`` -> ``productId``)."""
    first, *others = name.split("_")
    return _ODD_NAMES.get(name) or first + "".join(part.title() for part in others)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductChannel:
    """An element of ``salesChannels`` (docs/hub-api.md 5.3).

    Without a price the hub keeps the one it has for that channel. ``ends_sale`` takes
    a promotion back that the hub has. ``seller_id`` and ``listing_type`` are for
    Mercado Livre (7) only.
    """

    id: int
    price: Amount | None = None
    sale_price: Amount | None = None
    sale_date_start: datetime | str | None = None
    sale_date_end: datetime | str | None = None
    ends_sale: bool = False
    seller_id: str = ""
    listing_type: str = ""

    def after(self, sent: JsonObject, default_price: Amount | None) -> "ProductChannel":
        """Return this channel as it is sent where the hub has the JSON ``sent`` of it.

        The hub keeps a price that is left out (docs/hub-api.md 5.3 rule 4), and perhaps
        a promotion: what it once got is said again, or taken back.
        """
        keeps_price = self.price is None and "price" in sent
        return replace(
            self,
            price=default_price if keeps_price else self.price,
            ends_sale="forSale" in sent and not self.sale_price,
        )

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object, without what is not set."""
        for_sale = {
            "salePrice": money(self.sale_price),
            "saleDateStart": iso(self.sale_date_start),
            "saleDateEnd": iso(self.sale_date_end),
        }
        channel = without_empty(
            {
                "id": int(self.id),
                "price": money(self.price),
                "forSale": without_empty(for_sale) if self.sale_price else None,
                "sellerId": str(self.seller_id or ""),
                "listingType": self.listing_type,
            }
        )
        return {**channel, "forSale": None} if self.ends_sale else channel


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductBody:
    """One SKU as the hub wants it; None and "" mean "do not send".

    See docs/hub-api.md 5.2.

    ``sales_channels``: None leaves the channels alone, () removes all of them: the
    array replaces the whole set (docs/hub-api.md 5.3 rule 1).
    """

    product_id: str = ""
    product_name: str = ""
    sku: str = ""
    name: str = ""
    description: str = ""
    price: Amount | None = None
    stock: int | None = None
    width: Amount | None = None
    height: Amount | None = None
    length: Amount | None = None
    weight: Amount | None = None
    sales_channels: tuple[ProductChannel, ...] | None = None
    brand: str = ""
    active: bool | None = None
    category_id: str = ""
    # The store's own category: sent as {"alternativeId": ...}.
    custom_category: str = ""
    images: tuple[str, ...] | None = None
    videos: tuple[str, ...] | None = None
    # Pairs of label and value, or a mapping.
    metafields: tuple[tuple[str, str], ...] | Mapping[str, str] | None = None
    color: str = ""
    size: str = ""
    voltage: str = ""
    flavor: str = ""
    potency: str = ""
    modelo: str = ""
    model: str = ""
    ean: str = ""
    ncm: str = ""
    cest: str = ""
    csosn: str = ""
    ex_tipi: str = ""
    fci: str = ""
    origin: str = ""
    gender: str = ""
    condition: str = ""
    warranty: Amount | None = None
    cost_price: Amount | None = None
    sale_price: Amount | None = None
    sale_date_start: datetime | str | None = None
    sale_date_end: datetime | str | None = None
    cross_docking_days: int | None = None
    measurement_unit: str = ""
    unit_multiplier: Amount | None = None
    manufacturer_part_number: str = ""
    anatel_code: str = ""
    anvisa_code: str = ""
    inmetro_code: str = ""
    mapa_code: str = ""
    reviewed: bool | None = None
    custom_id: str = ""

    def missing_fields(self) -> tuple[str, ...]:
        """Return the hub's names of what a product must have and this one lacks.

        Zero is missing too, but for the stock: no price, weight or side is 0.
        """
        return tuple(
            REQUIRED[name]
            for name in REQUIRED
            if _is_missing(getattr(self, name), name)
        )

    def to_json(self, *, partial: Collection[str] | None = None) -> dict[str, Any]:
        """Return the JSON body; ValueError when something required is missing.

        ``partial``: only these fields (our names or the hub's) and ``productId``,
        which goes with every PUT (docs/hub-api.md 5.2).
        """
        names = [field.name for field in fields(self)]
        if partial is not None:
            wanted = {"product_id", *partial}
            names = [n for n in names if n in wanted or hub_name(n) in wanted]
        missing = [n for n in names if n in REQUIRED and _is_missing(self._of(n), n)]
        if missing:
            listed = ", ".join(hub_name(name) for name in missing)
            raise ValueError(f"Fill in before sending {self.sku or 'it'}: {listed}")
        return self._json(names)

    def known_json(self) -> dict[str, Any]:
        """Return the JSON of all that is filled in, whatever is missing."""
        missing = {name for name in REQUIRED if _is_missing(self._of(name), name)}
        return self._json(f.name for f in fields(self) if f.name not in missing)

    def _json(self, names: Iterable[str]) -> dict[str, Any]:
        body = {hub_name(name): _to_json(name, self._of(name)) for name in names}
        return without_empty(body)

    def changes_since(self, sent: JsonObject) -> dict[str, Any]:
        """Return the JSON of what differs from ``sent``, an earlier ``known_json``.

        What was filled in and no longer is becomes null, or an empty list; channels are
        left alone (docs/hub-api.md 5.3 rule 1), and what is required keeps its last
        value.
        """
        known = self.known_json()
        changed = {name: v for name, v in known.items() if sent.get(name) != v}
        for name in sent.keys() - known.keys() - _NEVER_CLEARED:
            changed[name] = [] if isinstance(sent[name], list) else None
        promotion = [hub_name(name) for name in _PROMOTION]
        if changed.keys() & set(promotion):
            changed.update({name: known.get(name) for name in promotion})
        return changed

    def known_after(self, sent: JsonObject, changes: JsonObject) -> dict[str, Any]:
        """Return what the hub has once it took ``changes``, some of what differed.

        :param sent: what it had before, an earlier ``known_json`` or part of one
        """
        filled = self.known_json()
        known = {"productId": filled["productId"], **sent, **changes}
        return {
            name: value
            for name, value in known.items()
            if name in filled or name not in changes
        }

    def _of(self, name: str) -> Any:
        return getattr(self, name)


def _is_missing(value: Any, name: str) -> bool:
    if isinstance(value, str):
        return not value.strip()
    return value is None or (name != "stock" and value <= 0)


def _to_json(name: str, value: Any) -> Any:
    """Return one value as JSON; None for what is not sent."""
    if value is None or value == "":
        return None
    if name in MONEY:
        return money(value)
    if name in MEASURES:
        return _number(value)
    if name in _SPECIAL:
        return _SPECIAL[name](value)
    return value if isinstance(value, bool | int) else str(value)


def money(value: Amount | None) -> float | None:
    """Return reais as a JSON number of at most two decimals."""
    if value is None:
        return None
    return float(Decimal(str(value)).quantize(CENT, ROUND_HALF_UP))


def _number(value: Amount) -> int | float:
    """Return a measure as a JSON number of at most four decimals."""
    number = round(float(value), 4)
    return int(number) if number.is_integer() else number


def without_empty(body: JsonObject) -> dict[str, Any]:
    return {key: value for key, value in body.items() if value not in (None, "")}


def read_product(answer: JsonObject) -> ProductBody:
    """Return the ProductBody of one SKU as the hub has it.

    What the hub does not say, or says in a way that cannot be understood, stays empty:
    a ``sku`` of "" means that the element names none.
    """
    return ProductBody(
        **{
            field.name: _reader(field.name)(answer.get(hub_name(field.name)))
            for field in fields(ProductBody)
        }
    )


def _reader(name: str) -> Reader:
    if name in MONEY or name in MEASURES:
        return _listed_number
    return _READERS.get(name, text)


def _listed_number(value: object) -> Decimal | None:
    number = decimal(value)
    return number if number is not None and 0 <= number <= _LARGEST else None


def _channel(number: int, element: JsonObject) -> "ProductChannel":
    for_sale = mapping(element.get("forSale"))
    return ProductChannel(
        id=number,
        price=_listed_number(element.get("price")),
        sale_price=_listed_number(for_sale.get("salePrice")),
        sale_date_start=text(for_sale.get("saleDateStart")) or None,
        sale_date_end=text(for_sale.get("saleDateEnd")) or None,
        seller_id=text(element.get("sellerId")),
        listing_type=text(element.get("listingType")),
    )
