"""Orders as the hub tells them: the short form of lists and the whole one.

Tolerant (docs/hub-api.md 13): every field may be null, missing, a number written as
text or the reverse; only an order without an id is refused. Names follow the hub's
(docs/hub-api.md 7.3) in snake_case; texts default to "", numbers and dates to None. At
the end: what the total counts besides the goods, the reading that adds up.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import product

from .documents import normalise_document
from .errors import UnexpectedAnswer
from .order_doubts import MAX_ITEMS, Doubt, find_doubts
from .order_status import read_status
from .values import (
    JsonObject,
    boolean,
    decimal,
    digits_text,
    integer,
    label,
    mapping,
    mappings,
    moment,
    order_type,
    text,
)

CENT = Decimal("0.01")
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderHeader:
    """An element of ``GET /orders`` (docs/hub-api.md 7.2)."""

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
    raw: JsonObject = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def from_json(cls, data: object) -> "OrderHeader":
        """Read one header; UnexpectedAnswer without an id."""
        data, uid = _identified(data)
        return cls(
            uid=uid,
            uid_key=uid.lower(),
            status=read_status(data.get("status")),
            channel_id=_channel_id(data),
            channel_order_number=label(data.get("saleChannelOrderId")),
            order_id_store=_order_id_store(data),
            integrated=bool(boolean(data.get("integratedStore"))),
            order_type=order_type(data.get("orderType")) or 0,
            amount=decimal(data.get("amount")),
            created_at=moment(data.get("createdAt")),
            updated_at=moment(data.get("updatedAt")),
            raw=data,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class HubParty:
    """The buyer (``billing``) or who receives (``shipping``); may be masked."""

    name: str = ""
    email: str = ""
    document_id: str = ""
    street: str = ""
    street_number: str = ""
    street_complement: str = ""
    district: str = ""
    city: str = ""
    state: str = ""
    country: str = ""
    zip_code: str = ""
    phone: str = ""
    tax_payer: bool | None = None
    state_registration_id: str = ""
    ibge: str = ""

    @property
    def document(self) -> str:
        """The CPF or CNPJ as upper-case letters and digits only; not validated."""
        return normalise_document(self.document_id)

    @classmethod
    def from_json(cls, data: object) -> "HubParty":
        """Read ``billing`` or ``shipping``; null gives a party without anything."""
        data = mapping(data)
        return cls(
            name=label(data.get("name") or data.get("recipientName")),
            email=label(data.get("email")),
            document_id=digits_text(data.get("documentId"), 11, 14),
            street=label(data.get("street")),
            street_number=label(data.get("streetNumber")),
            street_complement=label(data.get("streetComplement")),
            district=label(data.get("district")),
            city=label(data.get("city")),
            state=label(data.get("state")),
            country=label(data.get("country")),
            zip_code=digits_text(data.get("zipCode"), 8),
            phone=label(data.get("phone")),
            tax_payer=boolean(data.get("taxPayer")),
            state_registration_id=label(data.get("stateRegistrationId")),
            ibge=label(data.get("ibge")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class HubOrderItem:
    """One line of an order; a quantity the hub does not give is 1."""

    order_item_id: str = ""
    sku: str = ""
    custom_id: str = ""
    name: str = ""
    quantity: Decimal = Decimal(1)
    price: Decimal | None = None
    original_price: Decimal | None = None
    discount: Decimal | None = None
    unit_discount: Decimal | None = None
    freight: Decimal | None = None
    total: Decimal | None = None
    raw: JsonObject = field(default_factory=dict, repr=False, compare=False)

    @property
    def line_total(self) -> Decimal:
        """What the buyer paid for the line, freight apart.

        docs/hub-api.md 13 #27: ``price`` is the unit price after discount and ``total``
        is ``price`` x ``quantity``. When the two disagree, ``total`` is believed if
        some other reading of the prices leads to it; else ``price`` x ``quantity``.
        """
        if self.total is None:
            return self._price_after_discount() * self.quantity
        if self.price is None:
            return self.total
        readings = self._readings(self.price)
        if any(self._is_near(self.total, reading) for reading in readings):
            return self.total
        return self.price * self.quantity

    @property
    def unit_price(self) -> Decimal:
        """``line_total`` for one piece, never rounded."""
        if not self.quantity:
            return self._price_after_discount()
        return self.line_total / self.quantity

    @property
    def line_discount(self) -> Decimal:
        """What the marketplace took off the line, inside its price or not."""
        if self.discount is not None:
            return self.discount
        return (self.unit_discount or ZERO) * self.quantity

    def _price_after_discount(self) -> Decimal:
        if self.price is not None:
            return self.price
        if self.original_price is None:
            return ZERO
        return self.original_price - (self.unit_discount or ZERO)

    def _is_near(self, total: Decimal, reading: Decimal) -> bool:
        """Tell whether the two are equal but for cents rounded on each piece."""
        return abs(reading - total) <= CENT / 2 * max(abs(self.quantity), Decimal(2))

    def _readings(self, price: Decimal) -> Iterator[Decimal]:
        """Yield what ``total`` may be, by what ``price`` and the discounts may mean."""
        yield price * self.quantity
        yield price
        for unit in filter(None, (price, self.original_price)):
            if self.discount:
                yield unit * self.quantity - self.discount
                yield (unit - self.discount) * self.quantity
            if self.unit_discount:
                yield (unit - self.unit_discount) * self.quantity

    @classmethod
    def from_json(cls, data: JsonObject) -> "HubOrderItem":
        """Read an element of ``orderItems``."""
        quantity = decimal(data.get("quantity"))
        return cls(
            order_item_id=label(data.get("orderItemId")),
            sku=label(data.get("sku")),
            custom_id=label(data.get("customId")),
            name=label(data.get("name")),
            quantity=Decimal(1) if quantity is None else quantity,
            price=decimal(data.get("price")),
            original_price=decimal(data.get("originalPrice")),
            discount=decimal(data.get("discount")),
            unit_discount=decimal(data.get("unitDiscount")),
            freight=decimal(data.get("freight")),
            total=decimal(data.get("total")),
            raw=data,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class HubPayment:
    """One payment; ``method`` is free text of the channel."""

    method: str = ""
    value: Decimal | None = None
    installments: int | None = None
    card_brand: str = ""

    @classmethod
    def from_json(cls, data: JsonObject) -> "HubPayment":
        """Read an element of ``paymentMethods``."""
        return cls(
            method=label(data.get("method")),
            value=decimal(data.get("value")),
            installments=integer(data.get("installments")),
            card_brand=label(data.get("cardBrand")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class HubInvoice:
    """The NF-e that the hub knows of."""

    access_key: str = ""
    number: str = ""
    series: str = ""
    date: datetime | None = None

    @classmethod
    def from_json(cls, data: object) -> "HubInvoice | None":
        """Read ``invoice``; None when the hub has no invoice yet."""
        data = mapping(data)
        invoice = cls(
            access_key=normalise_document(label(data.get("nfeAccessKey"))),
            number=label(data.get("nfeNumber")),
            series=label(data.get("nfeSerialNumber")),
            date=moment(data.get("nfeDate")),
        )
        return None if invoice == cls() else invoice


@dataclass(frozen=True, slots=True, kw_only=True)
class HubShipment:
    """The shipment that the hub knows of; ``name`` is the carrier's service."""

    carrier: str = ""
    name: str = ""
    tracking_number: str = ""
    tracking_url: str = ""

    @classmethod
    def from_json(cls, data: object) -> "HubShipment | None":
        """Read ``shipment``; None when the hub has no shipment yet."""
        data = mapping(data)
        shipment = cls(
            carrier=label(data.get("shippingCarrier")),
            name=label(data.get("shippingName")),
            tracking_number=label(data.get("trackingNumber")),
            tracking_url=label(data.get("trackingUrl")),
        )
        return None if shipment == cls() else shipment


@dataclass(frozen=True, slots=True, kw_only=True)
class HubOrder:
    """The answer of ``GET /orders/{id}`` (docs/hub-api.md 7.3)."""

    uid: str
    uid_key: str
    order_id: str
    order_id_store: str
    channel: str
    channel_id: int | None
    channel_name: str
    channel_order_number: str
    channel_document: str
    channel_created_at: datetime | None
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
    shipping_costs: tuple[Decimal | None, Decimal | None]
    interest: Decimal | None
    note: str = field(repr=False)
    billing: HubParty = field(repr=False)
    shipping: HubParty = field(repr=False)
    items: tuple[HubOrderItem, ...]
    payments: tuple[HubPayment, ...]
    invoice: HubInvoice | None
    shipment: HubShipment | None
    raw: JsonObject = field(default_factory=dict, repr=False, compare=False)

    @property
    def items_total(self) -> Decimal:
        """What the buyer paid for the goods."""
        return sum((item.line_total for item in self.items), ZERO)

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """What of it cannot be read, or is missing: no certain sale."""
        return find_doubts(self.raw)

    @property
    def destination(self) -> HubParty:
        """Where it goes: where ``shipping`` says, or else to where the buyer lives."""
        party = self.shipping
        says_where = party.street or party.city or party.zip_code
        return party if says_where else self.billing

    @property
    def freights(self) -> tuple[Decimal, ...]:
        """What may be its freight, the most probable first.

        docs/hub-api.md 13 #26: it stands at the root, in ``shipping`` or on the items,
        and where it does not stand there may be a zero.
        """
        said = [cost for cost in self.shipping_costs if cost is not None]
        of_items = [item.freight for item in self.items if item.freight is not None]
        return tuple(
            dict.fromkeys([*said, *([sum(of_items, ZERO)] if of_items else [])])
        )

    @property
    def charges(self) -> "HubCharges":
        """Freight, interest and discount, as far as ``total_amount`` counts them."""
        return choose_charges(self)

    @property
    def computed_total(self) -> Decimal:
        """What ``total_amount`` should be: the goods and the charges.

        docs/hub-api.md 13 #26: an inference, so a difference is shown to a person.
        """
        return self.items_total + self.charges.total

    @classmethod
    def from_json(cls, data: object) -> "HubOrder":
        """Read a whole order; UnexpectedAnswer without an id."""
        data, uid = _identified(data)
        return cls(
            uid=uid,
            uid_key=uid.lower(),
            order_id=label(data.get("orderId")),
            order_id_store=_order_id_store(data),
            channel=_channel(data),
            channel_id=_channel_id(data),
            channel_name=_channel_name(data),
            channel_order_number=label(data.get("saleChannelOrderId")),
            channel_document=digits_text(data.get("saleChannelDocumentId"), 14),
            channel_created_at=moment(data.get("saleChannelCreated")),
            is_fulfilment=order_type(data.get("orderType")) == 1,
            status=read_status(data.get("status")),
            status_history=_status_history(data),
            created_at=moment(data.get("createdAt")),
            updated_at=moment(data.get("updatedAt")),
            delivered_at=moment(data.get("deliveredAt")),
            estimated_delivered_at=moment(data.get("estimatedDeliveredAt")),
            estimated_handling_limit=moment(data.get("estimatedHandlingLimit")),
            total_amount=decimal(data.get("totalAmount")),
            total_commission=decimal(data.get("totalCommission")),
            shipping_costs=_shipping_costs(data),
            interest=decimal(data.get("interest")),
            note=text(data.get("note")),
            billing=HubParty.from_json(data.get("billing")),
            shipping=HubParty.from_json(data.get("shipping")),
            items=tuple(
                map(
                    HubOrderItem.from_json, mappings(data.get("orderItems"))[:MAX_ITEMS]
                )
            ),
            payments=tuple(
                map(HubPayment.from_json, mappings(data.get("paymentMethods")))
            ),
            invoice=HubInvoice.from_json(data.get("invoice")),
            shipment=HubShipment.from_json(data.get("shipment")),
            raw=data,
        )


def _identified(data: object) -> tuple[JsonObject, str]:
    """Return the object that is the order, and its id as received."""
    data = mapping(data)
    if not label(data.get("id")):
        # Some answers of this kind of server wrap the object.
        data = mapping(data.get("data"))
    uid = label(data.get("id"))
    if not uid:
        raise UnexpectedAnswer("Plug4Market sent an order without an id.")
    return data, uid


def _channel(data: JsonObject) -> str:
    """Return what stands for the channel: an id as text, or a name (13 #24)."""
    for key in ("saleChannel", "saleChannelId", "orderSaleChannelId"):
        if label(data.get(key)):
            return label(data[key])
    return ""


def _channel_id(data: JsonObject) -> int | None:
    candidates = ("saleChannel", "saleChannelId", "orderSaleChannelId")
    numbers = (integer(data.get(key)) for key in candidates)
    return next((number for number in numbers if number is not None), None)


def _order_id_store(data: JsonObject) -> str:
    """Return our own number as confirmed; the query's literal NULL is none."""
    number = label(data.get("orderIdStore")) or label(data.get("storeOrderId"))
    return "" if number.upper() == "NULL" else number


def _channel_name(data: JsonObject) -> str:
    """Return the channel's name, which may stand where its id belongs (13 #24)."""
    channel = _channel(data)
    name = label(data.get("saleChannelName"))
    return name or ("" if channel.isdigit() else channel)


def _status_history(data: JsonObject) -> tuple[tuple[str, datetime | None], ...]:
    return tuple(
        (read_status(step.get("status")), moment(step.get("updateDate")))
        for step in mappings(data.get("statusUpdateDate"))
    )


def _shipping_costs(data: JsonObject) -> tuple[Decimal | None, Decimal | None]:
    """Return the freight at the root, and the one in ``shipping``."""
    return (
        decimal(data.get("shippingCost")),
        decimal(mapping(data.get("shipping")).get("shippingCost")),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class HubCharges:
    """What comes on top of the goods, and what goes off them, in the order's total."""

    freight: Decimal = ZERO
    interest: Decimal = ZERO
    discount: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        """The charges less the discount."""
        return self.freight + self.interest - self.discount


def choose_charges(order: HubOrder) -> HubCharges:
    """Return the charges with which the order's goods make up its total.

    docs/hub-api.md 13 #26 and #27: the total may leave out the freight that the
    marketplace or the seller paid, the interest may be inside the prices, and the
    discounts may be still to be taken off. Without a reading that adds up: freight and
    interest count.
    """
    readings = list(_readings(order))
    if order.total_amount is None:
        return readings[0]
    for tolerance in (CENT / 2, CENT * len(order.items)):
        for charges in readings:
            wrong_by = order.items_total + charges.total - order.total_amount
            if abs(wrong_by) <= tolerance:
                return charges
    return readings[0]


def _readings(order: HubOrder) -> Iterator[HubCharges]:
    """Yield every reading, the most probable first."""
    discount = sum((item.line_discount for item in order.items), ZERO)
    for freight, interest, less in product(
        (*order.freights, ZERO), (order.interest or ZERO, ZERO), (ZERO, discount)
    ):
        yield HubCharges(freight=freight, interest=interest, discount=less)
