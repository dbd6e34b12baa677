"""The formula of stock and price, on a shop of plain objects."""

from datetime import date, datetime
from types import SimpleNamespace

import pytest

from oracle.draw import Draw
from oracle.stock import steps
from oracle.stock.formula_price import Channel, Prices, Promotion, _rounded
from oracle.stock.formula_stock import Stock

NOW = datetime(2026, 11, 26, 12, 0)
UNIT, DOZEN = SimpleNamespace(factor=1.0), SimpleNamespace(factor=12.0)


def product(number, *sizes):
    return SimpleNamespace(
        id=number,
        is_storable=True,
        uom_id=UNIT,
        product_template_attribute_value_ids=sizes,
        product_tmpl_id=f"template {number}",
        categ_id=None,
        currency_id="BRL",
        list_price=100.0,
        standard_price=40.0,
        cost_currency_id="BRL",
    )


class Size:
    attribute_id = "size"

    def __init__(self, price_extra=0.0):
        self.price_extra = price_extra


MUG, BOX, PAIR = product(1), product(2), product(3)


def bom(kit, *lines, product_qty=1, uom=UNIT, line_uom=UNIT, sizes=()):
    return SimpleNamespace(
        product_id=None,
        product_tmpl_id=kit.product_tmpl_id,
        product_qty=product_qty,
        product_uom_id=uom,
        bom_line_ids=[
            SimpleNamespace(
                product_id=part,
                product_qty=count,
                product_uom_id=line_uom,
                bom_product_template_attribute_value_ids=sizes,
            )
            for part, count in lines
        ],
    )


@pytest.fixture
def stock():
    """Seven mugs and four boxes, and a buffer of one of each."""
    stock = Stock.__new__(Stock)
    stock.company = SimpleNamespace(plug4market_stock_buffer=1)
    stock.inside, stock.boms = {8}, []
    stock.units = {MUG.id: 7.0, BOX.id: 4.0}
    return stock


def test_the_buffer_is_not_offered(stock):
    assert stock.offered(MUG) == 6


def test_less_than_nothing_is_nothing(stock):
    stock.units[MUG.id] = -3.0
    assert stock.offered(MUG) == 0


def test_a_part_of_a_unit_is_not_offered(stock):
    stock.units[MUG.id] = 3.9
    assert stock.offered(MUG) == 2


def test_without_a_warehouse_nothing_is_offered(stock):
    stock.inside = set()
    assert stock.offered(MUG) == 0


def test_a_kit_is_its_scarcest_component(stock):
    stock.boms = [bom(PAIR, (MUG, 2), (BOX, 1))]
    assert stock.offered(PAIR) == 3


def test_a_component_of_quantity_zero_limits_nothing(stock):
    stock.boms = [bom(PAIR, (MUG, 2), (BOX, 0))]
    stock.units[BOX.id] = 0.0
    assert stock.offered(PAIR) == 3


def test_a_bill_of_materials_may_make_several(stock):
    stock.boms = [bom(PAIR, (MUG, 4), product_qty=2)]
    assert stock.parts(PAIR) == {MUG.id: 2.0}


def test_a_kit_in_a_kit_is_what_it_is_made_of(stock):
    outer = product(4)
    stock.boms = [bom(outer, (PAIR, 2), (BOX, 1)), bom(PAIR, (MUG, 1), (BOX, 1))]
    assert stock.parts(outer) == {MUG.id: 2.0, BOX.id: 3.0}


def test_a_recipe_in_dozens_asks_for_dozens(stock):
    stock.boms = [bom(PAIR, (MUG, 1), line_uom=DOZEN)]
    assert stock.parts(PAIR) == {MUG.id: 12.0}


def test_a_recipe_for_a_dozen_makes_twelve(stock):
    stock.boms = [bom(PAIR, (MUG, 24), uom=DOZEN)]
    assert stock.parts(PAIR) == {MUG.id: 2.0}


def test_a_line_for_another_variant_is_no_part(stock):
    small, large = Size(), Size()
    kit = product(5, small)
    stock.boms = [bom(kit, (MUG, 1), sizes=[large])]
    assert stock.parts(kit) is None
    stock.boms = [bom(kit, (MUG, 1), sizes=[large, small])]
    assert stock.parts(kit) == {MUG.id: 1.0}


def rule(**values):
    return SimpleNamespace(
        **{
            "id": 1,
            "applied_on": "3_global",
            "categ_id": SimpleNamespace(complete_name=""),
            "min_quantity": 0,
            "date_start": None,
            "date_end": None,
            "base": "list_price",
            "base_pricelist_id": None,
            "currency_id": "BRL",
            "price_discount": 0,
            "price_markup": 0,
            "price_round": 0,
            "price_surcharge": 0,
            "price_min_margin": 0,
            "price_max_margin": 0,
            **values,
        }
    )


def shop(*rules, currency="BRL", **row):
    """Prices of a shop that sells mugs by these rules."""
    prices = Prices.__new__(Prices)
    prices.now, prices.rules, prices.announced = NOW, {}, {}
    empty = {"price_override": 0.0, "promo_price": 0.0}
    dates = {"promo_start": False, "promo_end": False}
    prices.rows = {MUG.id: SimpleNamespace(**{**empty, **dates, **row})}
    pricelist = SimpleNamespace(id=1, item_ids=list(rules), currency_id=currency)
    prices.company = SimpleNamespace(
        plug4market_pricelist_id=pricelist, currency_id="BRL", root_id=None
    )
    return prices


def price(*rules, override=0.0):
    return shop(*rules, price_override=override).price(MUG)


def test_without_a_rule_it_is_the_list_price():
    assert price() == 100


def test_what_was_typed_goes_before_every_rule():
    assert price(rule(compute_price="fixed", fixed_price=9), override=50.0) == 50


def test_a_percentage_is_taken_off():
    assert price(rule(compute_price="percentage", percent_price=10)) == 90


def test_a_formula_on_cost_adds_its_markup():
    found = rule(compute_price="formula", base="standard_price", price_markup=50)
    assert price(found) == 60


def test_a_rule_on_another_pricelist_begins_with_its_price():
    fixed = rule(compute_price="fixed", fixed_price=70)
    base = SimpleNamespace(id=2, item_ids=[fixed], currency_id="BRL")
    found = rule(
        compute_price="formula",
        base="pricelist",
        base_pricelist_id=base,
        price_surcharge=5,
    )
    assert price(found) == 75


def test_a_rule_of_tomorrow_is_not_in_force():
    later = datetime(2026, 11, 27)
    found = rule(compute_price="fixed", fixed_price=70, date_start=later)
    assert price(found) == 100


def test_the_rule_of_a_product_goes_before_the_one_of_all():
    own = rule(
        applied_on="1_product",
        product_tmpl_id=MUG.product_tmpl_id,
        compute_price="fixed",
        fixed_price=70,
    )
    assert price(rule(compute_price="fixed", fixed_price=9), own) == 70


def rate(value, *, day=1, company=None):
    return SimpleNamespace(company_id=company, name=date(2026, 2, day), rate=value)


def test_a_rule_for_two_is_not_for_one():
    two = rule(compute_price="fixed", fixed_price=70, min_quantity=2)
    assert price(two) == 100


def test_of_two_rules_the_one_that_asks_for_more_goes_first():
    one = rule(compute_price="fixed", fixed_price=70, min_quantity=1)
    assert price(rule(id=2, compute_price="fixed", fixed_price=9), one) == 70


def test_a_pricelist_in_another_currency_is_converted_at_the_newest_rate():
    prices = shop(rule(compute_price="fixed", fixed_price=10))
    euro = SimpleNamespace(rate_ids=[rate(9.0), rate(5.0, day=2)])
    real = SimpleNamespace(rate_ids=[])
    prices.company.currency_id = real
    prices.company.plug4market_pricelist_id.currency_id = euro
    assert prices.price(MUG) == 2


def test_the_companys_own_rate_goes_before_a_newer_one_of_all():
    prices = shop()
    prices.company.root_id = "own"
    euro = SimpleNamespace(rate_ids=[rate(4.0, company="own"), rate(5.0, day=2)])
    assert prices._rate(euro) == 4


def test_a_variant_costs_what_its_values_add():
    shirt = product(6, Size(7.5))
    prices = shop()
    prices.rows[shirt.id] = prices.rows[MUG.id]
    assert prices.price(shirt) == 107.5


PROMOTION = {
    "promo_price": 80.0,
    "promo_start": datetime(2026, 11, 25),
    "promo_end": datetime(2026, 11, 28),
}


def test_a_promotion_has_a_price_and_both_dates():
    found = Promotion(80.0, datetime(2026, 11, 25), datetime(2026, 11, 28))
    assert shop(**PROMOTION).promotion(MUG) == found


@pytest.mark.parametrize(
    "values",
    [
        {"promo_price": 0.0},
        {"promo_price": 100.0},
        {"promo_start": False},
        {"promo_end": False},
        {"promo_end": datetime(2026, 11, 25)},
        {"promo_end": NOW.replace(hour=11)},
    ],
)
def test_without_one_of_these_there_is_no_promotion(values):
    assert shop(**{**PROMOTION, **values}).promotion(MUG) is None


def announced(number, *, active=True, price=0.0, sale_price=0.0):
    return SimpleNamespace(
        channel_id=SimpleNamespace(hub_id=number),
        active=active,
        price=price,
        sale_price=sale_price,
        sale_date_start=PROMOTION["promo_start"],
        sale_date_end=PROMOTION["promo_end"],
    )


def test_nobody_chose_a_channel():
    assert shop().channels(MUG) is None


def test_a_channel_has_its_own_price_or_the_products():
    prices = shop()
    prices.announced[MUG.id] = [
        announced(4, price=90.0, sale_price=85.0),
        announced(26, sale_price=100.0),
        announced(2, active=False),
    ]
    own = Promotion(85.0, PROMOTION["promo_start"], PROMOTION["promo_end"])
    assert prices.channels(MUG) == {4: Channel(90.0, own), 26: Channel(100.0, None)}


def test_half_a_step_is_rounded_up():
    assert _rounded(10.025, 0.05) == 10.05


def test_a_profile_adds_its_steps_to_the_plain_ones():
    assert "kit_quantity" not in steps.names(["plain"])
    assert {"receipt", "kit_quantity"} <= set(steps.names(["mrp"]))


def test_the_same_seed_draws_the_same_steps():
    drawn = [
        [steps.draw_step(draw, ["mrp"]) for _ in range(50)]
        for draw in (Draw(7, 0), Draw(7, 0))
    ]
    assert drawn[0] == drawn[1]
