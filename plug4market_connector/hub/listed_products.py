"""A product as ``GET /products`` lists it, read into the shape in which it is sent.

What is wanted and what the hub has are then the same kind of thing, and can be compared
field by field (API notes 5.6, 13 #16: read defensively).
"""

import math
from collections.abc import Mapping
from dataclasses import fields

from .products import MEASURES, MONEY, ProductBody, ProductChannel, hub_name
from .values import boolean, decimal, integer, mapping, mappings, text

# No product costs, weighs or counts more: beyond it the hub has sent garbage.
_LARGEST = 2**31 - 1


def read_product(answer):
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


def _reader(name):
    if name in MONEY or name in MEASURES:
        return _number
    return _READERS.get(name, text)


def _number(value):
    number = decimal(value)
    return number if number is not None and 0 <= number <= _LARGEST else None


def _stock(value):
    number = _number(value)
    return None if number is None else math.floor(number)


def _texts(value):
    if not isinstance(value, list):
        return None
    return tuple(filter(None, map(text, value)))


def _metafields(value):
    if not isinstance(value, list):
        return None
    return tuple(
        (text(pair.get("key")), text(pair.get("value"))) for pair in mappings(value)
    )


def _channels(value):
    if not isinstance(value, list):
        return None
    return tuple(
        _channel(element)
        for element in mappings(value)
        if integer(element.get("id")) is not None
    )


def _channel(element):
    for_sale = mapping(element.get("forSale"))
    return ProductChannel(
        id=integer(element.get("id")),
        price=_number(element.get("price")),
        sale_price=_number(for_sale.get("salePrice")),
        sale_date_start=text(for_sale.get("saleDateStart")) or None,
        sale_date_end=text(for_sale.get("saleDateEnd")) or None,
        seller_id=text(element.get("sellerId")),
        listing_type=text(element.get("listingType")),
    )


def _alternative_id(value):
    return text(value.get("alternativeId")) if isinstance(value, Mapping) else ""


_READERS = {
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
