"""Sound orders: each must be confirmed by itself, exactly as it was sold."""

from decimal import Decimal

from . import places, spelling, wire
from .draw import Draw
from .kinds import items, kind
from .sale import ZERO, Item, Sale


@kind(6)
def sound(_draw: Draw, _sale: Sale) -> None:
    """Nothing but places, amounts and dates in every spelling."""


# -- freight and interest -----------------------------------------------------


@kind(1)
def sound_freight_in_shipping(draw: Draw, sale: Sale) -> None:
    sale.freight, sale.freight_at = draw.cents(1, 60), "shipping"


@kind(1)
def sound_freight_said_twice(draw: Draw, sale: Sale) -> None:
    sale.freight, sale.freight_at = draw.cents(1, 60), "root and shipping"


@kind(1)
def sound_freight_on_the_items(draw: Draw, sale: Sale) -> None:
    sale.items = items(draw, draw.whole(1, 4))
    sale.freight, sale.freight_at = draw.cents(5, 60), "items"
    parts = wire.shares(sale.freight, len(sale.items))
    for item, part in zip(sale.items, parts, strict=True):
        item.freight = part


@kind(1)
def sound_freight_of_the_marketplace(draw: Draw, sale: Sale) -> None:
    """The buyer did not pay the freight: the total leaves it out."""
    sale.freight, sale.freight_is_paid = draw.cents(1, 60), False
    sale.freight_at = draw.one(["root", "shipping"])


@kind(1)
def sound_interest(draw: Draw, sale: Sale) -> None:
    """Interest of instalments is in the total."""
    sale.interest = draw.cents(1, 30, but=[sale.freight])


@kind(1)
def sound_interest_inside(draw: Draw, sale: Sale) -> None:
    """Interest of instalments is told, and in the prices already."""
    sale.interest = draw.cents(1, 30, but=[sale.freight])
    sale.interest_is_inside = True


# -- discounts ----------------------------------------------------------------


def _discounted(draw: Draw, sale: Sale, *, taken: bool) -> None:
    """Give each of some items a discount that is told in some way."""
    sale.items = items(draw, draw.whole(1, 3))
    for item in sale.items:
        item.price = draw.cents(40, 900)
        item.off = draw.cents(1, 9, but=[sale.freight]) * item.quantity
        item.told, item.taken = draw.one(["item", "piece", "both"]), taken


@kind(1)
def sound_discount_taken(draw: Draw, sale: Sale) -> None:
    """A discount is told, and is inside the prices already."""
    _discounted(draw, sale, taken=True)


@kind(1)
def sound_discount_to_be_taken(draw: Draw, sale: Sale) -> None:
    """The prices are before the discount, the total is after it."""
    sale.freight = ZERO
    _discounted(draw, sale, taken=False)


@kind(1)
def sound_discount_in_the_item_total(draw: Draw, sale: Sale) -> None:
    """The price is before the discount, the item's total is after it."""
    _discounted(draw, sale, taken=False)
    for item, line in zip(sale.items, sale.json["orderItems"], strict=True):
        line["total"] = spelling.amount(draw, item.paid)


@kind(1)
def sound_coupon(draw: Draw, sale: Sale) -> None:
    """One coupon, to be taken off all items, to the cent."""
    sale.items, sale.freight = items(draw, draw.whole(2, 5)), draw.cents(31, 60)
    parts = wire.shares(draw.cents(1, 30), len(sale.items))
    for item, part in zip(sale.items, parts, strict=True):
        item.price = draw.cents(40, 900)
        item.off, item.taken = part, False


@kind(3)
def sound_all_at_once(draw: Draw, sale: Sale) -> None:
    """Freight, interest and discounts, each in one of its ways."""
    if draw.chance(0.7):
        _discounted(draw, sale, taken=draw.chance(0.5))
    sale.freight_at = draw.one(["root", "shipping", "root and shipping"])
    sale.freight_is_paid = draw.chance(0.7)
    sale.interest = draw.one([ZERO, draw.cents(1, 30)])
    sale.interest_is_inside = draw.chance(0.5)
    # Several readings may lead to the total: which part of it is freight is open.
    sale.expected.open.add("freight")


# -- items --------------------------------------------------------------------


@kind(1)
def sound_rounding(draw: Draw, sale: Sale) -> None:
    """The price of a piece has more than two places; the item's total is rounded."""
    quantity, paid = draw.whole(3, 9), draw.cents(10, 90)
    rounded = (paid / quantity).quantize(Decimal("0.0001"))
    sale.items = [Item("ORACLE-4", quantity, rounded, paid_exactly=paid)]


@kind(1)
def sound_repeated_sku(draw: Draw, sale: Sale) -> None:
    """One SKU stands in several items, at several prices."""
    sale.items = items(draw, 3)
    for item in sale.items:
        item.sku = "ORACLE-5"


@kind(1)
def sound_gift(draw: Draw, sale: Sale) -> None:
    """One of the items costs nothing."""
    number = str(len(sale.items) + 1) if sale.items[0].number else None
    sale.items.append(Item("ORACLE-6", 1, ZERO, number))
    sale.json["orderItems"][-1]["originalPrice"] = None


@kind(1)
def sound_many_items(draw: Draw, sale: Sale) -> None:
    """As many as a marketplace lets into a cart, but mostly fewer."""
    sale.items = items(draw, draw.one([8, 12, 12, 20, 20, 40, draw.whole(40, 300)]))


@kind(1)
def sound_custom_id(draw: Draw, sale: Sale) -> None:
    """The SKU is empty, or nobody's; the second code is ours (13 #28)."""
    line = sale.json["orderItems"][0]
    line["customId"], line["sku"] = line["sku"], draw.one([None, "", "MLB-OUTRO"])


# -- who and where ------------------------------------------------------------


@kind(1)
def sound_masked(draw: Draw, sale: Sale) -> None:
    """Name, e-mail and phone are hidden; the document is not."""
    for party in sale.parties():
        party["phone"] = draw.one([None, "***", "(**) *****-**88"])
    name = spelling.masked(draw, sale.buyer.name)
    sale.json["billing"].update(name=name, email=draw.one([None, "j***@***.com"]))
    sale.json["shipping"]["recipientName"] = draw.one([name, None])


@kind(1)
def sound_delivered_home(draw: Draw, sale: Sale) -> None:
    """Nothing says where it goes: to where the buyer lives."""
    sale.goes_to = None
    sale.freight_at = "root"
    sale.json["shipping"] = draw.one([None, {}, dict.fromkeys(sale.json["shipping"])])


@kind(1)
def sound_country_elsewhere(draw: Draw, sale: Sale) -> None:
    """A state, or a name that is no country, stands where the country should."""
    text = draw.one([*places.NOWHERE, "own"])
    for party, city in zip(sale.parties(), (sale.home, sale.destination), strict=True):
        party["country"] = city.state if text == "own" else text


@kind(1)
def sound_state_by_one_word(draw: Draw, sale: Sale) -> None:
    """Only one of state, CEP and IBGE code says where it goes."""
    name = draw.one(["state", "zipCode", "ibge"])
    for party, city in zip(sale.parties(), (sale.home, sale.destination), strict=True):
        known = {
            "state": draw.one(filter(None, places.states(city))),
            "zipCode": draw.one(places.codes(city)),
            "ibge": draw.one([city.ibge, int(city.ibge)]),
        }
        party.update({**dict.fromkeys(known), name: known[name]})


# -- fulfilment ---------------------------------------------------------------


@kind(1)
def fulfilment_with_a_warehouse(_draw: Draw, sale: Sale) -> None:
    """The marketplace ships it from a warehouse that is known in Odoo."""
    sale.fulfilment, sale.company = True, "warehouse"


@kind(1)
def ordinary_beside_fulfilment(_draw: Draw, sale: Sale) -> None:
    """The marketplace's warehouse is known, and this is none of its orders."""
    sale.company = "warehouse"


@kind(3)
def fulfilment_without_a_warehouse(_draw: Draw, sale: Sale) -> None:
    """The marketplace ships it, and no warehouse in Odoo stands for its own."""
    sale.fulfilment = True
    sale.waits("fulfilment")
