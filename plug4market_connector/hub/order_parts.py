"""The objects inside an order: parties, items, payments, invoice, shipment.

Names follow the hub's (API notes 7.3) in snake_case. Texts default to "", numbers and
dates to None.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from .documents import normalise_document
from .values import (
    boolean,
    decimal,
    digits_text,
    integer,
    label,
    mapping,
    moment,
)

CENT = Decimal("0.01")
ZERO = Decimal(0)


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
    def document(self):
        """The CPF or CNPJ as upper-case letters and digits only; not validated."""
        return normalise_document(self.document_id)

    @classmethod
    def from_json(cls, data):
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
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def line_total(self):
        """What the buyer paid for the line, freight apart.

        API notes 13 #27: ``price`` is the unit price after discount and ``total`` is
        ``price`` x ``quantity``. When the two disagree, ``total`` is believed if some
        other reading of the prices leads to it; else ``price`` x ``quantity``.
        """
        if self.total is None:
            return self._price_after_discount() * self.quantity
        if self.price is None or self._is_near(self.price * self.quantity):
            return self.total
        if any(self._is_near(reading) for reading in self._other_readings()):
            return self.total
        return self.price * self.quantity

    @property
    def unit_price(self):
        """``line_total`` for one piece, never rounded."""
        if not self.quantity:
            return self._price_after_discount()
        return self.line_total / self.quantity

    @property
    def line_discount(self):
        """What the marketplace took off the line, inside its price or not."""
        if self.discount is not None:
            return self.discount
        return (self.unit_discount or ZERO) * self.quantity

    def _price_after_discount(self):
        if self.price is not None:
            return self.price
        if self.original_price is None:
            return ZERO
        return self.original_price - (self.unit_discount or ZERO)

    def _is_near(self, amount):
        """Tell whether the amount is ``total`` but for cents rounded on each piece."""
        return abs(amount - self.total) <= CENT / 2 * max(abs(self.quantity), 2)

    def _other_readings(self):
        """Yield what ``total`` is if ``price`` is no unit price after discount."""
        yield self.price
        for unit in filter(None, (self.price, self.original_price)):
            if self.discount:
                yield unit * self.quantity - self.discount
                yield (unit - self.discount) * self.quantity
            if self.unit_discount:
                yield (unit - self.unit_discount) * self.quantity

    @classmethod
    def from_json(cls, data):
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
    def from_json(cls, data):
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
    def from_json(cls, data):
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
    def from_json(cls, data):
        """Read ``shipment``; None when the hub has no shipment yet."""
        data = mapping(data)
        shipment = cls(
            carrier=label(data.get("shippingCarrier")),
            name=label(data.get("shippingName")),
            tracking_number=label(data.get("trackingNumber")),
            tracking_url=label(data.get("trackingUrl")),
        )
        return None if shipment == cls() else shipment
