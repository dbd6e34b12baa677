"""Orders with one thing broken: each must be in Odoo and wait, for that reason.

What is not broken must be as it was sold all the same.
"""

from collections import Counter

from . import people, places, spelling, wire
from .draw import Draw
from .kinds import CLAIMED, SKUS, kind
from .sale import UNKNOWN, ZERO, Sale

# What cannot be known where the total cannot be read.
AMOUNTS = ("total", "freight")
# What is true too of an order whose amounts cannot be read.
ODD_SUM = ("total",)


def _is_unmatched(sale: Sale) -> None:
    """The first item waits for a product."""
    first = sale.items[0]
    sale.expected.units -= Counter({first.sku: first.quantity})
    sale.expected.units[UNKNOWN] += first.quantity


# -- what was sold ------------------------------------------------------------


@kind(3)
def broken_unknown_sku(draw: Draw, sale: Sale) -> None:
    sale.json["orderItems"][0]["sku"] = f"NOBODY-{draw.number}"
    _is_unmatched(sale)
    sale.waits("sku")


@kind(3)
def broken_sku_beside_a_products_number(draw: Draw, sale: Sale) -> None:
    """Nobody's SKU; the group's number is the database number of our product."""
    line = sale.json["orderItems"][0]
    line["sku"] = f"NOBODY-{draw.number}"
    line["productId"] = wire.ProductNumber(draw.one(SKUS))
    _is_unmatched(sale)
    sale.waits("sku")


@kind(3)
def broken_no_sku(draw: Draw, sale: Sale) -> None:
    sale.json["orderItems"][0]["sku"] = draw.one([None, "", "  "])
    _is_unmatched(sale)
    sale.waits("sku")


@kind(3)
def broken_sku_of_two_products(_draw: Draw, sale: Sale) -> None:
    sale.json["orderItems"][0]["sku"] = CLAIMED
    _is_unmatched(sale)
    sale.waits("sku")


@kind(3)
def broken_quantity(draw: Draw, sale: Sale) -> None:
    sent = draw.one([0, -1, "0", "dois", "1,000", {}, True])
    sale.json["orderItems"][0]["quantity"] = sent
    sale.waits("quantity", beside=ODD_SUM, unknown=("units", "freight"))


@kind(3)
def broken_no_quantity(draw: Draw, sale: Sale) -> None:
    sale.json["orderItems"][0]["quantity"] = draw.one([None, ""])
    sale.waits("no_quantity", beside=ODD_SUM, unknown=("units", "freight"))


@kind(3)
def broken_no_items(draw: Draw, sale: Sale) -> None:
    sale.json["orderItems"] = draw.one([None, [], {}, [None]])
    sale.expected.units.clear()
    sale.waits("no_items", beside=ODD_SUM, unknown=("freight",))


@kind(3)
def broken_items(draw: Draw, sale: Sale) -> None:
    sale.json["orderItems"] = draw.one(["dois itens", 7, ["um", "dois"], True])
    sale.expected.units.clear()
    sale.waits("items", beside=ODD_SUM, unknown=("freight",))


# -- for how much -------------------------------------------------------------


@kind(3)
def broken_price(draw: Draw, sale: Sale) -> None:
    line = sale.json["orderItems"][0]
    line.update(originalPrice=None, total=None, price=draw.one(spelling.UNREADABLE))
    sale.waits("amount", beside=ODD_SUM, unknown=("freight",))


@kind(3)
def broken_other_amount(draw: Draw, sale: Sale) -> None:
    """One of the amounts beside the price; what it would say is no guess."""
    names = ("originalPrice", "total", "discount", "unitDiscount", "freight")
    line = sale.json["orderItems"][0]
    line[draw.one(names)] = draw.one(spelling.UNREADABLE)
    sale.waits("amount", beside=ODD_SUM, unknown=("freight",))


@kind(3)
def broken_no_price(draw: Draw, sale: Sale) -> None:
    line = sale.json["orderItems"][0]
    for name in ("price", "originalPrice", "total"):
        line[name] = draw.one([None, ""])
    sale.waits("no_price", beside=ODD_SUM, unknown=("freight",))


@kind(3)
def broken_total(draw: Draw, sale: Sale) -> None:
    sale.json["totalAmount"] = draw.one([*spelling.UNREADABLE, -5])
    sale.waits("amount", beside=ODD_SUM, unknown=AMOUNTS)


@kind(3)
def broken_no_total(draw: Draw, sale: Sale) -> None:
    sale.json["totalAmount"] = draw.one([None, "", "null"])
    sale.waits("no_total", beside=ODD_SUM, unknown=AMOUNTS)


@kind(3)
def broken_sum(draw: Draw, sale: Sale) -> None:
    """No reading of goods, freight and interest leads to the total."""
    off = draw.cents(1, 900, but=[sale.freight])
    less = off < sale.total and draw.chance(0.5)
    wrong = sale.total - off if less else sale.total + off
    sale.json["totalAmount"] = spelling.amount(draw, wrong)
    sale.expected.total = wrong
    sale.waits("total", unknown=("freight",))


@kind(3)
def broken_total_of_nothing(draw: Draw, sale: Sale) -> None:
    """The items have prices, and the total is zero."""
    sale.json["totalAmount"] = draw.one([0, "0", "0,00", "R$ 0,00"])
    sale.waits("free", beside=ODD_SUM, unknown=AMOUNTS)


@kind(3)
def broken_all_for_nothing(draw: Draw, sale: Sale) -> None:
    sale.freight, sale.freight_at = ZERO, "root"
    for item in sale.items:
        item.price = ZERO
    for line in sale.json["orderItems"]:
        line.update(originalPrice=None)
    sale.waits("free")


@kind(3)
def broken_freight(draw: Draw, sale: Sale) -> None:
    place = draw.one([sale.json, sale.json["shipping"]])
    place["shippingCost"] = draw.one([*spelling.UNREADABLE, -4])
    sale.waits("amount", beside=ODD_SUM, unknown=("freight",))


@kind(3)
def broken_interest(draw: Draw, sale: Sale) -> None:
    sale.json["interest"] = draw.one(spelling.UNREADABLE)
    sale.waits("amount", beside=ODD_SUM, unknown=("freight",))


# -- when, and of what kind ---------------------------------------------------


@kind(3)
def broken_date(draw: Draw, sale: Sale) -> None:
    sent = draw.one(["31/12/2026", "ontem", "2026-13-01T00:00:00Z", "12h30", True])
    sale.json["saleChannelCreated"] = sent
    sale.waits("date", unknown=("date",))


@kind(3)
def broken_no_date(draw: Draw, sale: Sale) -> None:
    for name in ("saleChannelCreated", "createdAt"):
        sale.json[name] = draw.one([None, ""])
    sale.waits("no_date", unknown=("date",))


@kind(3)
def broken_type(draw: Draw, sale: Sale) -> None:
    sale.json["orderType"] = draw.one([2, -1, "EXPRESS", True, "1.5", []])
    sale.waits("type", unknown=("fulfilment",))


@kind(3)
def broken_channel(draw: Draw, sale: Sale) -> None:
    sale.json["saleChannel"] = draw.one([None, "9999999", "Feira da rua", ""])
    sale.waits("channel")


# -- to whom, and where -------------------------------------------------------


@kind(3)
def broken_document(draw: Draw, sale: Sale) -> None:
    """Missing, masked, with a wrong check digit, or of one digit alone."""
    document = sale.buyer.document
    sent = [None, "", f"***.{document[3:6]}.***-**", people.wrong(draw, document)]
    sale.json["billing"]["documentId"] = draw.one([*sent, "000.000.000-00", "ISENTO"])
    sale.expected.document = ""
    sale.waits("document")


def _says_nothing(sale: Sale) -> None:
    """Leave no word about the state."""
    for party in sale.parties():
        party.update(dict.fromkeys(("state", "zipCode", "ibge")))
    sale.expected.uf = ""


@kind(3)
def broken_country(draw: Draw, sale: Sale) -> None:
    """A name that is no country, and nothing that says Brazil."""
    _says_nothing(sale)
    text = draw.one(places.NOWHERE)
    for party in sale.parties():
        party["country"] = text
    sale.expected.country = ""
    sale.waits("country")


@kind(3)
def broken_no_state(draw: Draw, sale: Sale) -> None:
    _says_nothing(sale)
    for party in sale.parties():
        party["country"] = draw.one(places.BRAZIL)
    sale.waits("state")


@kind(3)
def broken_abroad_in_brazil(draw: Draw, sale: Sale) -> None:
    """The country is a foreign one; CEP or IBGE code are Brazilian."""
    names = draw.one(places.ABROAD.values())
    hidden = draw.one(["zipCode", "ibge", "neither"])
    for party, city in zip(sale.parties(), (sale.home, sale.destination), strict=True):
        party.update(country=draw.one(names), zipCode=city.cep, ibge=city.ibge)
        if hidden in party:
            party[hidden] = None
    sale.waits("contradiction", unknown=("country", "uf"))


@kind(3)
def broken_states_that_differ(draw: Draw, sale: Sale) -> None:
    """State, CEP and IBGE code: one of them is of another state."""
    sale.goes_to = None
    here, there = sale.home, places.other_state(draw, sale.home)
    said = {"state": here.uf, "zipCode": here.cep, "ibge": here.ibge}
    name = draw.one(said)
    said[name] = {"state": there.uf, "zipCode": there.cep, "ibge": there.ibge}[name]
    if draw.chance(0.3):
        # Two words are enough to contradict each other.
        said[draw.one(key for key in said if key != name)] = ""
    for party in sale.parties():
        party.update({"country": "BR", **said})
    sale.waits("contradiction", unknown=("country", "uf"))


@kind(3)
def broken_foreign_buyer(draw: Draw, sale: Sale) -> None:
    """Somebody abroad, without a Brazilian document."""
    code = draw.one(places.ABROAD)
    for party in sale.parties():
        party.update(
            country=draw.one(places.ABROAD[code]),
            state=draw.one([None, "", "Ohio"]),
            city="Springfield",
            zipCode=draw.one(["90210", None, "SW1A 1AA"]),
            ibge=None,
        )
    sale.json["billing"]["documentId"] = draw.one([None, "X1234567", "123-45-6789"])
    sale.expected.document, sale.expected.country, sale.expected.uf = "", code, ""
    sale.waits("document")
