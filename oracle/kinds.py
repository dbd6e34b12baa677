"""The kinds of orders: sound ones, and ones in which one thing is broken.

A kind changes an ordinary sale and says what must become of it. Each is drawn as often
as its weight says.
"""

from decimal import Decimal

from . import people, places
from .sale import ZERO, Item, cents, count, item_json, ordinary

KINDS = {}


def kind(weight=2):
    """Enter a function into the table under its own name."""

    def enter(function):
        KINDS[function.__name__] = (weight, function)
        return function

    return enter


def make(draw):
    """One sale of a kind that chance chooses."""
    names = list(KINDS)
    weights = [KINDS[name][0] for name in names]
    (name,) = draw.random.choices(names, weights)
    sale = ordinary(draw, name)
    KINDS[name][1](draw, sale)
    return sale


def waits(sale, *reasons):
    sale.expected.reasons.update(reasons)


# -- sound --------------------------------------------------------------------


@kind(12)
def sound(_draw, _sale):
    """Nothing but places, amounts and dates in every spelling."""


@kind(3)
def sound_freight_elsewhere(draw, sale):
    """The freight stands in shipping or on the items, and zeros in other places."""
    freight, json = sale.expected.freight, sale.json
    json["shippingCost"] = draw.one([0, None, "0.00"])
    if draw.chance(0.5):
        json["shipping"]["shippingCost"] = draw.amount(freight)
    else:
        json["shipping"]["shippingCost"] = draw.one([0, None])
        json["orderItems"][0]["freight"] = draw.amount(freight)


@kind(3)
def sound_freight_of_the_marketplace(draw, sale):
    """The buyer did not pay the freight: the total leaves it out."""
    paid = draw.cents(1, 60)
    sale.json["shippingCost"] = draw.amount(paid)
    goods = sale.expected.total - sale.expected.freight
    sale.json["totalAmount"] = draw.amount(goods)
    sale.expected.total, sale.expected.freight = goods, ZERO


@kind(3)
def sound_interest(draw, sale):
    """Interest of instalments is in the total."""
    interest = draw.cents(1, 30)
    sale.json["interest"] = draw.amount(interest)
    sale.expected.total += interest
    sale.json["totalAmount"] = draw.amount(sale.expected.total)


@kind(3)
def sound_discount_still_to_be_taken(draw, sale):
    """The prices are before the discount, the total is after it."""
    items = [
        Item("ORACLE-1", 2, draw.cents(50, 90)),
        Item("ORACLE-2", 1, draw.cents(50, 90)),
    ]
    off = draw.cents(1, 20)
    lines = [item_json(draw, item, n) for n, item in enumerate(items)]
    for line in lines:
        line.update(originalPrice=None, total=None)
    lines[0]["discount"] = draw.amount(off)
    goods = sum((item.total for item in items), ZERO)
    sale.json["orderItems"] = lines
    sale.expected.lines = count(items)
    sale.expected.total = goods - off + sale.expected.freight
    sale.json["totalAmount"] = draw.amount(sale.expected.total)


@kind(3)
def sound_discount_taken(draw, sale):
    """A discount is told, and is inside the prices already."""
    items = [Item("ORACLE-3", draw.whole(1, 4), draw.cents(20, 90), draw.cents(1, 9))]
    sale.json["orderItems"] = [item_json(draw, item, n) for n, item in enumerate(items)]
    sale.expected.lines = count(items)
    sale.expected.total = items[0].total + sale.expected.freight
    sale.json["totalAmount"] = draw.amount(sale.expected.total)


@kind(2)
def sound_rounding(draw, sale):
    """The price of a piece has more than two places; the lines are rounded."""
    quantity = draw.whole(3, 9)
    total = draw.cents(10, 90)
    price = float((total / quantity).quantize(Decimal("0.0001")))
    sale.json["orderItems"] = [
        {"sku": "ORACLE-4", "name": "x", "quantity": quantity, "price": price}
    ]
    sale.json["orderItems"][0]["total"] = float(cents(total))
    sale.expected.lines = count([Item("ORACLE-4", quantity, total)])
    sale.expected.total = total + sale.expected.freight
    sale.json["totalAmount"] = draw.amount(sale.expected.total)


@kind(3)
def sound_repeated_sku(draw, sale):
    """One SKU stands in several items, at several prices."""
    items = [Item("ORACLE-5", draw.whole(1, 3), draw.cents(5, 50)) for _ in range(3)]
    sale.json["orderItems"] = [item_json(draw, item, n) for n, item in enumerate(items)]
    sale.expected.lines = count(items)
    goods = sum((item.total for item in items), ZERO)
    sale.expected.total = goods + sale.expected.freight
    sale.json["totalAmount"] = draw.amount(sale.expected.total)


@kind(2)
def sound_gift(draw, sale):
    """One of the items costs nothing."""
    gift = Item("ORACLE-6", 1, ZERO)
    line = item_json(draw, gift, 90)
    line["originalPrice"] = None
    sale.json["orderItems"].append(line)
    sale.expected.lines["ORACLE-6"] += 1


@kind(2)
def sound_country_elsewhere(draw, sale):
    """A state, or a name that is no country, stands where the country should."""
    text = draw.one([*places.NOWHERE, "São Paulo", "Minas Gerais"])
    for party in ("billing", "shipping"):
        sale.json[party]["country"] = text


@kind(2)
def sound_state_by_one_word(draw, sale):
    """Only one of state, CEP and IBGE code says where it goes."""
    city = draw.one(places.CITIES)
    known = draw.one(
        [
            {"state": city.uf},
            {"state": city.state},
            {"zipCode": city.cep},
            {"ibge": city.ibge},
        ]
    )
    nothing = dict.fromkeys(("state", "zipCode", "ibge"))
    for party in ("billing", "shipping"):
        sale.json[party].update({**nothing, "city": city.name, **known})
    sale.expected.state = city.uf


@kind(2)
def fulfilment_without_a_warehouse(draw, sale):
    """The marketplace ships it, and no warehouse in Odoo stands for its own."""
    sale.json["orderType"] = draw.one([1, "1", "FULFILLMENT", "Fulfilment"])
    sale.expected.fulfilment = True
    waits(sale, "fulfilment")


# -- broken: what was sold ----------------------------------------------------


@kind()
def broken_unknown_sku(draw, sale):
    """Nobody has this SKU; the group's number is the number of another product."""
    sale.json["orderItems"][0]["sku"] = f"NOBODY-{draw.number}"
    sale.json["orderItems"][0]["productId"] = str(draw.whole(1, 40))
    waits(sale, "sku")


@kind()
def broken_no_sku(draw, sale):
    sale.json["orderItems"][0]["sku"] = draw.one([None, "", "  "])
    waits(sale, "sku")


@kind()
def broken_quantity(draw, sale):
    sent = draw.one([0, -1, "0", "dois", "1,000", None, "", {}, True])
    sale.json["orderItems"][0]["quantity"] = sent
    waits(sale, "no_quantity" if sent in (None, "") else "quantity")


@kind()
def broken_no_items(draw, sale):
    sent = draw.one([None, [], {}, [None], "dois itens", 7])
    sale.json["orderItems"] = sent
    waits(sale, "items" if sent in ("dois itens", 7) else "no_items")


# -- broken: for how much -----------------------------------------------------

UNREADABLE = ("R$ 7x,90", "1,234", "R$ 1.234", "1.2.3", "abc", {"value": 5}, True, 1e15)


@kind()
def broken_price(draw, sale):
    for line in sale.json["orderItems"]:
        line.update(originalPrice=None, total=None)
    sale.json["orderItems"][0]["price"] = draw.one(UNREADABLE)
    waits(sale, "amount")


@kind()
def broken_no_price(draw, sale):
    line = sale.json["orderItems"][0]
    line.update(
        dict.fromkeys(("price", "originalPrice", "total"), draw.one([None, ""]))
    )
    waits(sale, "no_price")


@kind()
def broken_total(draw, sale):
    sale.json["totalAmount"] = draw.one([*UNREADABLE, -5])
    waits(sale, "amount")


@kind()
def broken_no_total(draw, sale):
    sale.json["totalAmount"] = draw.one([None, "", "null"])
    waits(sale, "no_total")


@kind()
def broken_sum(draw, sale):
    """No reading of goods, freight and interest leads to the total."""
    wrong = sale.expected.total + draw.cents(100, 900)
    sale.json["totalAmount"] = draw.amount(wrong)
    sale.expected.total = wrong
    waits(sale, "total")


@kind()
def broken_all_for_nothing(draw, sale):
    for line in sale.json["orderItems"]:
        line.update(price=0, originalPrice=None, total=draw.one([0, None]))
    sale.json.update(totalAmount=draw.one([0, "0,00"]), shippingCost=0)
    waits(sale, "free")


@kind()
def broken_freight(draw, sale):
    sale.json["shippingCost"] = draw.one(["a combinar", "1.2.3", -4, {"v": 1}])
    waits(sale, "amount")


# -- broken: when, what kind, where to, to whom -------------------------------


@kind()
def broken_date(draw, sale):
    sent = draw.one(["31/12/2026", "ontem", "2026-13-01T00:00:00Z", "12h30"])
    sale.json["saleChannelCreated"] = sent
    waits(sale, "date")


@kind()
def broken_no_date(draw, sale):
    sale.json["saleChannelCreated"] = sale.json["createdAt"] = draw.one([None, ""])
    waits(sale, "no_date")


@kind()
def broken_type(draw, sale):
    sale.json["orderType"] = draw.one([2, -1, "EXPRESS", True, "1.5", []])
    waits(sale, "type")


@kind()
def broken_channel(draw, sale):
    sale.json["saleChannel"] = draw.one([None, "9999999", "Feira da rua", ""])
    waits(sale, "channel")


@kind()
def broken_document(draw, sale):
    document = sale.expected.document
    wrong = people.cpf(draw.digits(9))
    wrong = wrong[:-1] + str((int(wrong[-1]) + 1) % 10)
    sent = draw.one([None, "", f"***.{document[3:6]}.***-**", wrong, "000.000.000-00"])
    sale.json["billing"]["documentId"] = sent
    sale.expected.document = ""
    waits(sale, "document")


@kind()
def broken_country(draw, sale):
    """A name that is no country, and nothing that says Brazil."""
    nothing = dict.fromkeys(("state", "zipCode", "ibge"))
    text = draw.one(places.NOWHERE)
    for party in ("billing", "shipping"):
        sale.json[party].update({**nothing, "country": text})
    sale.expected.country = sale.expected.state = ""
    waits(sale, "country")


@kind()
def broken_no_state(draw, sale):
    nothing = dict.fromkeys(("state", "zipCode", "ibge"))
    for party in ("billing", "shipping"):
        sale.json[party].update({**nothing, "country": draw.one(["BR", "", None])})
    sale.expected.state = ""
    waits(sale, "state")


@kind()
def broken_abroad_in_brazil(draw, sale):
    """The country is a foreign one; CEP and IBGE code are Brazilian."""
    names = draw.one(places.ABROAD.values())
    for party in ("billing", "shipping"):
        sale.json[party]["country"] = draw.one(names)
    waits(sale, "contradiction")


@kind()
def broken_states_that_differ(draw, sale):
    here, there = draw.random.sample(places.CITIES, 2)
    while here.uf == there.uf:
        here, there = draw.random.sample(places.CITIES, 2)
    wrong = {"state": here.uf, "zipCode": here.cep, "ibge": here.ibge}
    name = draw.one(list(wrong))
    wrong[name] = {"state": there.uf, "zipCode": there.cep, "ibge": there.ibge}[name]
    for party in ("billing", "shipping"):
        sale.json[party].update({"city": here.name, "country": "BR", **wrong})
    waits(sale, "contradiction")


@kind()
def broken_foreign_buyer(draw, sale):
    """Somebody abroad, without a Brazilian document."""
    code = draw.one(places.ABROAD)
    for party in ("billing", "shipping"):
        sale.json[party].update(
            country=draw.one(places.ABROAD[code]),
            state=None,
            ibge=None,
            city="Springfield",
            zipCode=draw.one(["90210", None]),
        )
    sale.json["billing"]["documentId"] = draw.one([None, "X1234567"])
    sale.expected.document, sale.expected.country, sale.expected.state = "", code, ""
    waits(sale, "document")
