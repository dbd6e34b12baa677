"""A sale as a person would describe it, and what Odoo must make of it.

Its JSON and its expectation are made when first asked for: a kind changes the
description first, then what was made of it.
"""

import copy
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from . import wire
from .draw import Draw
from .people import Buyer
from .places import City

ZERO = Decimal(0)
# What stands on an order for a SKU that is no product's.
UNKNOWN = "SKU-DESCONHECIDO"


@dataclass
class Item:
    """Some pieces of one thing.

    :param price: of a piece, as the marketplace tells it
    :param number: the marketplace's number of the item
    :param off: what the marketplace says that it took off the item
    :param told: where that stands: for the "item", a "piece", or "both"
    :param taken: the price is after it
    :param paid_exactly: what was paid, where the price is rounded
    """

    sku: str
    quantity: int
    price: Decimal
    number: str | None = None
    off: Decimal = ZERO
    told: str = "item"
    taken: bool = True
    freight: Decimal | None = None
    paid_exactly: Decimal | None = None

    @property
    def paid(self) -> Decimal:
        """What the buyer paid for the item."""
        if self.paid_exactly is not None:
            return self.paid_exactly
        return self.price * self.quantity - (ZERO if self.taken else self.off)


@dataclass
class Expected:
    """What must be in Odoo.

    :param state: of the sale.order
    :param reasons: why it waits for a person, all of these; none: it does not
    :param beside: reasons that may be given too, because they are true
    :param open: what nobody can know, and is not compared
    """

    units: Counter[str]
    total: Decimal
    freight: Decimal
    document: str
    country: str
    uf: str
    street: str
    date: datetime
    fulfilment: bool
    warehouse: str
    state: str
    reasons: set[str] = field(default_factory=set)
    beside: set[str] = field(default_factory=set)
    open: set[str] = field(default_factory=set)


@dataclass
class Sale:
    """One order: who bought what, for how much, and where it goes.

    :param company: how the company is set: what becomes of an order ("sale_order" or
        "quotation"), or "warehouse": a sale order, and the marketplace's stock is known
    :param freight_at: where it stands: root, shipping, items, or root and shipping
    :param freight_is_paid: by the buyer, so the total counts it
    :param interest_is_inside: the prices, so the total does not count it
    :param goes_to: another place than the buyer's home, if not None
    """

    draw: Draw
    kind: str
    uid: str
    channel: str
    channel_number: str
    items: list[Item]
    buyer: Buyer
    home: City
    goes_to: City | None
    street: str
    street_number: str
    moment: datetime
    freight: Decimal = ZERO
    freight_at: str = "root"
    freight_is_paid: bool = True
    interest: Decimal = ZERO
    interest_is_inside: bool = False
    fulfilment: bool = False
    company: str = "sale_order"
    # What the hub says later, if it says anything.
    later: list[dict[str, Any]] = field(default_factory=list)

    @property
    def goods(self) -> Decimal:
        return sum((item.paid for item in self.items), ZERO)

    @property
    def charged_freight(self) -> Decimal:
        return self.freight if self.freight_is_paid else ZERO

    @property
    def total(self) -> Decimal:
        """What the buyer paid."""
        interest = ZERO if self.interest_is_inside else self.interest
        return self.goods + self.charged_freight + interest

    @property
    def units(self) -> Counter[str]:
        """Pieces of each SKU."""
        units: Counter[str] = Counter()
        for item in self.items:
            units[item.sku] += item.quantity
        return units

    @property
    def destination(self) -> City:
        return self.goes_to or self.home

    @cached_property
    def json(self) -> dict[str, Any]:
        return wire.written(self)

    @cached_property
    def expected(self) -> Expected:
        """What a sale is that leaves no doubt."""
        return Expected(
            units=self.units,
            total=self.total,
            freight=self.charged_freight,
            document=self.buyer.document,
            country="BR",
            uf=self.destination.uf,
            street=self.street,
            date=self.moment,
            fulfilment=self.fulfilment,
            warehouse="ORMKT"
            if self.fulfilment and self.company == "warehouse"
            else "",
            state="draft" if self.company == "quotation" else "sale",
        )

    def waits(
        self, *reasons: str, beside: Iterable[str] = (), unknown: Iterable[str] = ()
    ) -> None:
        """It must stay a quotation until a person has looked, for these reasons."""
        self.expected.state = "draft"
        self.expected.reasons.update(reasons)
        self.expected.beside.update(beside)
        self.expected.open.update(unknown)

    def parties(self) -> list[dict[str, Any]]:
        """The buyer and who receives, of the JSON."""
        return [self.json["billing"], self.json["shipping"]]

    # -- what the hub says later ----------------------------------------------

    def copy(self) -> "Sale":
        """The same sale, to be told otherwise; its JSON is not made yet."""
        other = copy.copy(self)
        for made in ("json", "expected"):
            other.__dict__.pop(made, None)
        other.items, other.later = copy.deepcopy(self.items), []
        return other

    def told_later(self, other: "Sale") -> None:
        """The hub says ``other`` of it now."""
        self.later.append(other.json)

    def follows(self, other: "Sale") -> None:
        """The hub says ``other`` of it now, and so must Odoo."""
        self.told_later(other)
        self.__dict__["expected"] = other.expected

    def asks(self, other: "Sale") -> None:
        """The hub says ``other`` of it now; a person is asked, and nothing changes."""
        self.told_later(other)
        self.expected.reasons.add("changed")
