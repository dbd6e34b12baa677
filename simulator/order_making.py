"""How a sale becomes an order with every field of section 7.3."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from . import people
from .channels import MERCADO_LIVRE, channel_name
from .clock import iso
from .order_flow import APPROVED, COMPLETED, history_to
from .products import price_on
from .state import Hub, Order, Store

ORDINARY, FULFILMENT = 0, 1
COMMISSION = Decimal("0.12")
DEFAULT_PRICE = 100.0
DEFAULT_FREIGHT = 19.9
DAY = 24 * 3600
CENT = Decimal("0.01")


@dataclass(frozen=True, kw_only=True)
class Sale:
    """What the marketplace tells; the rest of an order is invented."""

    items: Sequence[Mapping[str, Any]]  # sku, quantity and perhaps price
    channel: int = MERCADO_LIVRE
    status: str = APPROVED
    freight: float = DEFAULT_FREIGHT
    interest: float = 0.0
    order_type: int = ORDINARY
    commission: float | None = None
    shipping_name: str = "SEDEX"
    payment: str = "Cartão de crédito"
    billing: Mapping[str, Any] = field(default_factory=dict)
    shipping: Mapping[str, Any] = field(default_factory=dict)
    patch: Mapping[str, Any] = field(default_factory=dict)


def create_order(hub: Hub, store: Store, sale: Sale) -> Order:
    """Make an order and store it; nobody is told yet."""
    detail = {
        **identity(hub, sale),
        **dates(hub, sale),
        **goods_and_money(hub, store, sale),
        **people_of(hub, sale),
        "note": None,
        "originalObjectJson": "{}",
        "invoice": None,
        # GUESS (section 7.3): the carrier the buyer chose is known before the tracking.
        "shipment": make_shipment(hub, sale.shipping_name, sale.freight),
    }
    deep_merge(detail, sale.patch)
    order = Order(store.cnpj, sale.channel, False, detail)
    hub.add_order(order)
    return order


def identity(hub: Hub, sale: Sale) -> dict[str, Any]:
    number, hub.next_order_number = hub.next_order_number, hub.next_order_number + 1
    return {
        "id": hub.new_uuid(),
        "orderId": number,
        "orderIdStore": None,
        "orderIdSeller": None,
        "orderIdCustom": None,
        # GUESS (section 13, line 24): the channel's id as text.
        "saleChannel": str(sale.channel),
        "saleChannelName": channel_name(sale.channel),
        "saleChannelOrderId": marketplace_number(hub, sale.channel),
        "integratedSaleChannelStatus": True,
        "orderType": sale.order_type,
        "status": sale.status,
    }


def dates(hub: Hub, sale: Sale) -> dict[str, Any]:
    now = hub.clock()
    passed = history_to(sale.status)
    return {
        "saleChannelCreated": iso(now),
        "statusUpdateDate": [{"status": s, "updateDate": iso(now)} for s in passed],
        "createdAt": iso(now),
        "updatedAt": iso(now),
        "deliveredAt": iso(now) if sale.status == COMPLETED else None,
        "estimatedDeliveredAt": iso(now + 7 * DAY),
        "estimatedHandlingLimit": iso(now + 2 * DAY),
    }


def goods_and_money(hub: Hub, store: Store, sale: Sale) -> dict[str, Any]:
    """Make the items and what they cost."""
    freight, interest = money(sale.freight), money(sale.interest)
    items = make_items(hub, store, sale.channel, sale.items)
    share_freight(items, freight)
    items_total = sum((money(item["total"]) for item in items), Decimal(0))
    # GUESS (section 13, line 26): the total paid is items + freight + interest.
    total = float(items_total + freight + interest)
    commission = items_total * COMMISSION
    if sale.commission is not None:
        commission = sale.commission
    return {
        "totalAmount": total,
        "totalCommission": float(money(commission)),
        "shippingCost": float(freight),
        "interest": float(interest),
        "orderItems": items,
        "paymentMethods": [
            {
                "method": sale.payment,
                "value": total,
                "installments": 1,
                "sequential": 1,
                "cardBrand": None,
                "authorization": f"{hub.random.randrange(10**6):06d}",
            }
        ],
    }


def people_of(hub: Hub, sale: Sale) -> dict[str, Any]:
    buyer, receiver = people.buyer(hub.random)
    freight = float(money(sale.freight))
    return {
        "billing": {**buyer, **sale.billing},
        "shipping": {**receiver, **sale.shipping, "shippingCost": freight},
    }


def make_items(
    hub: Hub, store: Store, channel: int, items: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Make the `orderItems`; prices come from the product unless given."""
    # GUESS (section 13, line 27): `price` is the unit price after the discount.
    made = []
    for item in items:
        product = store.products.get(item["sku"])
        price = item.get("price")
        if price is None:
            known = product and price_on(product, channel, hub.clock())
            price = DEFAULT_PRICE if known is None else known
        total = money(money(price) * item["quantity"])
        images = product["images"] if product else []
        made.append(
            {
                "orderItemId": str(hub.random.randrange(10**9, 10**10)),
                "productId": product["productId"] if product else item["sku"],
                "sku": item["sku"],
                "customId": product.get("customId") if product else None,
                "name": product["name"] if product else f"Produto {item['sku']}",
                "mainImage": images[0] if images else None,
                "quantity": item["quantity"],
                "price": float(money(price)),
                "originalPrice": float(money(price)),
                "salePrice": float(money(price)),
                "discount": 0,
                "unitDiscount": 0,
                "freight": 0,
                "total": float(total),
                "originalTotal": float(total),
            }
        )
    return made


def share_freight(items: list[dict[str, Any]], freight: Decimal) -> None:
    """Spread the freight over the items by value, exact to the cent."""
    total = sum((money(item["total"]) for item in items), Decimal(0))
    left = freight
    for item in items[:-1]:
        share = money(freight * money(item["total"]) / total) if total else Decimal(0)
        item["freight"] = float(share)
        left -= share
    items[-1]["freight"] = float(left)


def marketplace_number(hub: Hub, channel: int) -> str:
    if channel == MERCADO_LIVRE:
        return f"2000{hub.random.randrange(10**12):012d}"
    return f"{hub.random.randrange(10**12, 10**13)}"


def make_shipment(hub: Hub, name: str, freight: float) -> dict[str, Any]:
    return {
        "shipmentId": str(hub.random.randrange(10**10, 10**11)),
        "shippingCarrier": None,
        "shippingName": name,
        "trackingNumber": None,
        "trackingUrl": None,
        "total": float(money(freight)),
    }


def deep_merge(target: dict[str, Any], patch: Mapping[str, Any]) -> None:
    """Write `patch` into `target`; lists and values are replaced, objects merged."""
    for key, value in patch.items():
        if isinstance(value, Mapping) and isinstance(target.get(key), dict):
            deep_merge(target[key], value)
        else:
            target[key] = value


def money(amount: Any) -> Decimal:
    return Decimal(str(amount)).quantize(CENT, ROUND_HALF_UP)
