"""Orders as the hub tells them: the short form of lists and the whole one.

Tolerant (API notes 13): every field may be null, missing, a number written as text or
the reverse; only an order without an id is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from .const import ORDER_TYPE_FULFILMENT, ORDER_TYPE_ORDINARY
from .errors import UnexpectedAnswer
from .order_parts import (
    ZERO,
    HubInvoice,
    HubOrderItem,
    HubParty,
    HubPayment,
    HubShipment,
)
from .order_totals import choose_charges
from .values import boolean, decimal, integer, label, mapping, mappings, moment, text


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderHeader:
    """An element of ``GET /orders`` (API notes 7.2)."""

    uid: str
    uid_key: str
    status: str
    channel_id: int | None
    channel_order_number: str
    order_id_store: str
    integrated: bool
    order_type: int
    amount: Decimal | None
    created_at: datetime | None
    updated_at: datetime | None
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def from_json(cls, data):
        """Read one header; UnexpectedAnswer without an id."""
        data, uid = _identified(data)
        return cls(
            uid=uid,
            uid_key=uid.lower(),
            status=label(data.get("status")).upper(),
            channel_id=_channel_id(data),
            channel_order_number=label(data.get("saleChannelOrderId")),
            order_id_store=_order_id_store(data),
            integrated=bool(boolean(data.get("integratedStore"))),
            order_type=integer(data.get("orderType")) or ORDER_TYPE_ORDINARY,
            amount=decimal(data.get("amount")),
            created_at=moment(data.get("createdAt")),
            updated_at=moment(data.get("updatedAt")),
            raw=data,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class HubOrder:
    """The answer of ``GET /orders/{id}`` (API notes 7.3)."""

    uid: str
    uid_key: str
    order_id: str
    order_id_store: str
    channel: str
    channel_id: int | None
    channel_name: str
    channel_order_number: str
    channel_created_at: datetime | None
    order_type: int
    is_fulfilment: bool
    status: str
    status_history: tuple[tuple[str, datetime | None], ...]
    created_at: datetime | None
    updated_at: datetime | None
    delivered_at: datetime | None
    estimated_delivered_at: datetime | None
    estimated_handling_limit: datetime | None
    total_amount: Decimal | None
    total_commission: Decimal | None
    shipping_cost: Decimal | None
    interest: Decimal | None
    note: str = field(repr=False)
    billing: HubParty = field(repr=False)
    shipping: HubParty = field(repr=False)
    items: tuple[HubOrderItem, ...]
    payments: tuple[HubPayment, ...]
    invoice: HubInvoice | None
    shipment: HubShipment | None
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def items_total(self):
        """What the buyer paid for the goods."""
        return sum((item.line_total for item in self.items), ZERO)

    @property
    def freight_total(self):
        """The order's freight, or the sum of its items' when the order gives none."""
        if self.shipping_cost is not None:
            return self.shipping_cost
        return sum((item.freight or ZERO for item in self.items), ZERO)

    @property
    def charges(self):
        """Freight, interest and discount, as far as ``total_amount`` counts them."""
        return choose_charges(self)

    @property
    def computed_total(self):
        """What ``total_amount`` should be: the goods and the charges.

        API notes 13 #26: an inference, so a difference is shown to a person.
        """
        return self.items_total + self.charges.total

    @classmethod
    def from_json(cls, data):
        """Read a whole order; UnexpectedAnswer without an id."""
        data, uid = _identified(data)
        return cls(
            uid=uid,
            uid_key=uid.lower(),
            raw=data,
            **_identity_fields(data),
            **_status_fields(data),
            **_date_fields(data),
            **_amount_fields(data),
            **_part_fields(data),
        )


def _identified(data):
    """Return the object that is the order, and its id as received."""
    data = mapping(data)
    if not label(data.get("id")):
        # Some answers of this kind of server wrap the object.
        data = mapping(data.get("data"))
    uid = label(data.get("id"))
    if not uid:
        raise UnexpectedAnswer("Plug4Market sent an order without an id.")
    return data, uid


def _channel(data):
    """Return what stands for the channel: an id as text, or a name (13 #24)."""
    for key in ("saleChannel", "saleChannelId", "orderSaleChannelId"):
        if label(data.get(key)):
            return label(data[key])
    return ""


def _channel_id(data):
    candidates = ("saleChannel", "saleChannelId", "orderSaleChannelId")
    numbers = (integer(data.get(key)) for key in candidates)
    return next((number for number in numbers if number is not None), None)


def _order_id_store(data):
    """Return our own number as confirmed; the query's literal NULL is none."""
    number = label(data.get("orderIdStore")) or label(data.get("storeOrderId"))
    return "" if number.upper() == "NULL" else number


def _identity_fields(data):
    channel = _channel(data)
    name = label(data.get("saleChannelName"))
    order_type = integer(data.get("orderType")) or ORDER_TYPE_ORDINARY
    return {
        "order_id": label(data.get("orderId")),
        "order_id_store": _order_id_store(data),
        "channel": channel,
        "channel_id": _channel_id(data),
        "channel_name": name or ("" if channel.isdigit() else channel),
        "channel_order_number": label(data.get("saleChannelOrderId")),
        "order_type": order_type,
        "is_fulfilment": order_type == ORDER_TYPE_FULFILMENT,
        "note": text(data.get("note")),
    }


def _status_fields(data):
    history = mappings(data.get("statusUpdateDate"))
    return {
        "status": label(data.get("status")).upper(),
        "status_history": tuple(
            (label(step.get("status")).upper(), moment(step.get("updateDate")))
            for step in history
        ),
    }


def _date_fields(data):
    return {
        "channel_created_at": moment(data.get("saleChannelCreated")),
        "created_at": moment(data.get("createdAt")),
        "updated_at": moment(data.get("updatedAt")),
        "delivered_at": moment(data.get("deliveredAt")),
        "estimated_delivered_at": moment(data.get("estimatedDeliveredAt")),
        "estimated_handling_limit": moment(data.get("estimatedHandlingLimit")),
    }


def _amount_fields(data):
    freight = decimal(data.get("shippingCost"))
    if freight is None:
        freight = decimal(mapping(data.get("shipping")).get("shippingCost"))
    return {
        "total_amount": decimal(data.get("totalAmount")),
        "total_commission": decimal(data.get("totalCommission")),
        "shipping_cost": freight,
        "interest": decimal(data.get("interest")),
    }


def _part_fields(data):
    items = mappings(data.get("orderItems"))
    payments = mappings(data.get("paymentMethods"))
    return {
        "billing": HubParty.from_json(data.get("billing")),
        "shipping": HubParty.from_json(data.get("shipping")),
        "items": tuple(HubOrderItem.from_json(item) for item in items),
        "payments": tuple(HubPayment.from_json(payment) for payment in payments),
        "invoice": HubInvoice.from_json(data.get("invoice")),
        "shipment": HubShipment.from_json(data.get("shipment")),
    }
