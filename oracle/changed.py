"""Orders that the hub tells otherwise, after they were imported.

A quotation with which nothing happened follows. So does a confirmed order, as far as
that is safe; of the rest a person is asked, and Odoo keeps what it has. Each change is
drawn for both.
"""

from collections.abc import Callable

from . import people, places
from .draw import Draw
from .kinds import kind
from .sale import ZERO, Item, Sale

Alter = Callable[[Draw, Sale], None]


def _sold(draw: Draw, sale: Sale) -> None:
    """Some pieces of two things, which the marketplace numbers or does not."""
    numbered = draw.chance(0.5)
    sale.items = [
        Item(sku, draw.whole(3, 6), draw.cents(5, 90), number if numbered else None)
        for sku, number in (("ORACLE-7", "1"), ("ORACLE-8", "2"))
    ]


def fewer(draw: Draw, sale: Sale) -> None:
    sale.items[0].quantity -= draw.whole(1, 2)


def item_gone(draw: Draw, sale: Sale) -> None:
    sale.items.remove(draw.one(sale.items))


def price(draw: Draw, sale: Sale) -> None:
    item = draw.one(sale.items)
    item.price = draw.cents(1, 99, but=[item.price])


def freight(draw: Draw, sale: Sale) -> None:
    """Another freight, or none any more."""
    other = draw.cents(61, 90)
    sale.freight = draw.one([other, ZERO]) if sale.freight else other


def address(draw: Draw, sale: Sale) -> None:
    """Another place in another state, to where it goes and where the buyer lives."""
    sale.goes_to = places.other_state(draw, sale.destination)
    sale.street = "Rua Nova"


def more(draw: Draw, sale: Sale) -> None:
    """Of another item than ``fewer``, which it would undo."""
    sale.items[-1].quantity += draw.whole(1, 2)


def sku(_draw: Draw, sale: Sale) -> None:
    sale.items[0].sku = "ORACLE-9"


def item_new(draw: Draw, sale: Sale) -> None:
    number = "3" if sale.items[0].number else None
    sale.items.append(Item("ORACLE-10", 1, draw.cents(5, 9), number))


def buyer(draw: Draw, sale: Sale) -> None:
    sale.buyer = people.person(draw)


SAFE: tuple[Alter, ...] = (fewer, item_gone, price, freight, address)
UNSAFE: tuple[Alter, ...] = (more, sku, item_new, buyer)


def _changed(draw: Draw, sale: Sale, *alters: Alter) -> Sale:
    """Return what the hub says later of a sale, which is given two items."""
    _sold(draw, sale)
    other = sale.copy()
    for alter in alters:
        alter(draw, other)
    return other


def _enter(alter: Alter, *, safe: bool) -> None:
    """Enter a change of a quotation, and of a confirmed order, into the table."""

    @kind(1, f"quotation_changed_{alter.__name__}")
    def of_quotation(draw: Draw, sale: Sale) -> None:
        sale.company = "quotation"
        sale.follows(_changed(draw, sale, alter))

    @kind(1, f"order_changed_{alter.__name__}")
    def of_order(draw: Draw, sale: Sale) -> None:
        other = _changed(draw, sale, alter)
        (sale.follows if safe else sale.asks)(other)


for _alter in SAFE:
    _enter(_alter, safe=True)
for _alter in UNSAFE:
    _enter(_alter, safe=False)


@kind(1)
def order_changed_in_two_ways(draw: Draw, sale: Sale) -> None:
    """One of them is safe, the other is not: nothing of both is done."""
    sale.asks(_changed(draw, sale, draw.one(SAFE), draw.one(UNSAFE)))


@kind(1)
def order_changed_and_back(draw: Draw, sale: Sale) -> None:
    """What a person was asked about is no longer said: nothing is to be asked."""
    sale.told_later(_changed(draw, sale, draw.one(UNSAFE)))
    sale.told_later(sale.copy())


@kind(1)
def order_told_what_cannot_be_read(draw: Draw, sale: Sale) -> None:
    """Odoo keeps what it has, and a person is asked what it may mean."""
    other = _changed(draw, sale)
    field, sent, reason = draw.one(
        [("quantity", "?", "quantity"), ("price", "R$ 7x,90", "amount")]
    )
    other.json["orderItems"][0][field] = sent
    sale.told_later(other)
    sale.expected.reasons.add(reason)


@kind(1)
def order_told_again(draw: Draw, sale: Sale) -> None:
    """The same again, in other spellings, is no change."""
    if draw.chance(0.5):
        sale.company = "quotation"
    sale.told_later(sale.copy())
