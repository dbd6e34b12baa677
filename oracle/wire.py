"""A sale written as the JSON of ``GET /orders/{id}`` (docs/hub-api.md 7.3)."""

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from . import spelling
from .draw import Draw
from .places import BRAZIL, City, codes, states

if TYPE_CHECKING:
    from .sale import Item, Sale

Json = dict[str, Any]


class ProductNumber(str):
    """A SKU that stands for its product's number in Odoo, which run.py fills in."""


def written(sale: "Sale") -> Json:
    """The sale as the hub tells it, each value in any of its spellings."""
    draw = sale.draw
    total = spelling.amount(draw, sale.total)
    return {
        "id": sale.uid,
        "orderId": draw.number,
        "saleChannel": draw.one([sale.channel, int(sale.channel)]),
        "saleChannelOrderId": sale.channel_number,
        "saleChannelCreated": spelling.moment(draw, sale.moment),
        "createdAt": spelling.moment(draw, sale.moment + timedelta(minutes=3)),
        "orderType": draw.one(
            [1, "1", "FULFILLMENT", "FULFILMENT", "Fulfillment"]
            if sale.fulfilment
            else [0, 0, "0", None]
        ),
        "status": draw.one(["APPROVED", "APPROVED", "approved", "Approved "]),
        "totalAmount": total,
        "totalCommission": draw.one([None, 5, "12,30"]),
        "shippingCost": _freight(sale, "root"),
        "interest": _interest(sale),
        "note": draw.one([None, "", "Deixar na portaria"]),
        "billing": _billing(sale),
        "shipping": _shipping(sale),
        "orderItems": [item_json(draw, item) for item in sale.items],
        "paymentMethods": [{"method": "Pix", "value": total}],
    }


def item_json(draw: Draw, item: "Item") -> Json:
    """The item as the hub writes it; what is not needed may be missing."""
    return {
        "orderItemId": item.number,
        "productId": draw.one([None, str(draw.whole(1, 60))]),
        "sku": item.sku,
        "name": f"Produto {item.sku}",
        "quantity": spelling.count(draw, item.quantity),
        "price": _price(draw, item),
        "total": _total(draw, item),
        "freight": spelling.amount(draw, item.freight)
        if item.freight is not None
        else draw.one([None, 0]),
        **_discounts(draw, item),
    }


def _price(draw: Draw, item: "Item") -> object:
    if item.price == round(item.price, 2):
        return spelling.amount(draw, item.price)
    return float(item.price)


def _total(draw: Draw, item: "Item") -> object:
    """``price`` x ``quantity``, rounded; often missing (13 #27)."""
    if item.paid_exactly is not None:
        return spelling.amount(draw, item.paid_exactly)
    total = spelling.amount(draw, item.price * item.quantity)
    return total if item.taken and draw.chance(0.5) else None


def _discounts(draw: Draw, item: "Item") -> Json:
    """What was taken off; ``originalPrice`` is before it (13 #27)."""
    if not item.off:
        before = draw.one([None, float(item.price)])
        return {"originalPrice": before, "discount": None, "unitDiscount": None}
    of_item = item.told in ("item", "both")
    of_piece = item.told in ("piece", "both")
    off_piece = item.off / item.quantity
    full = item.price + off_piece if item.taken else item.price
    return {
        "originalPrice": draw.one([None, float(full)]),
        "discount": spelling.amount(draw, item.off) if of_item else None,
        "unitDiscount": spelling.amount(draw, off_piece) if of_piece else None,
    }


def _freight(sale: "Sale", where: str) -> object:
    """The freight, where it stands; elsewhere a zero (13 #26)."""
    if sale.freight and where in sale.freight_at:
        return spelling.amount(sale.draw, sale.freight)
    return spelling.zero(sale.draw)


def _interest(sale: "Sale") -> object:
    if sale.interest:
        return spelling.amount(sale.draw, sale.interest)
    return spelling.zero(sale.draw)


def _billing(sale: "Sale") -> Json:
    draw = sale.draw
    return {
        "name": sale.buyer.name,
        "email": draw.one([None, "x@example.com", "x***@example.com"]),
        "documentId": spelling.document(draw, sale.buyer.document),
        **address(sale, sale.home),
    }


def _shipping(sale: "Sale") -> Json:
    return {
        "recipientName": sale.buyer.name,
        "shippingCost": _freight(sale, "shipping"),
        **address(sale, sale.destination),
    }


def address(sale: "Sale", city: City) -> Json:
    """An address in Brazil that leaves no doubt."""
    draw = sale.draw
    return {
        "street": sale.street,
        "streetNumber": sale.street_number,
        "streetComplement": draw.one([None, ""]),
        "district": "Centro",
        "city": city.name,
        "state": draw.one(states(city)),
        "country": draw.one(BRAZIL),
        "zipCode": draw.one(codes(city)),
        "ibge": draw.one([city.ibge, None, int(city.ibge)]),
        "phone": draw.one(["11999998888", None, "(11) *****-8888"]),
    }


def shares(amount: Decimal, parts: int) -> list[Decimal]:
    """The amount in equal parts, to the cent; the last one has the rest."""
    part = round(amount / parts, 2)
    return [part] * (parts - 1) + [amount - part * (parts - 1)]
