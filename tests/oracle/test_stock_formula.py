"""The formula of stock and price, on a shop of plain objects."""

from datetime import date, datetime
from types import SimpleNamespace

import pytest

from oracle.draw import Draw
from oracle.stock import steps
from oracle.stock.formula import Prices, Stock, _rounded

NOW = datetime(2026, 11, 26, 12, 0)


def product(number, **values):
    return SimpleNamespace(
        id=number,
        is_storable=True,
        product_tmpl_id=f"template {number}",
        categ_id=None,
        currency_id="BRL",
        list_price=100.0,
        standard_price=40.0,
        cost_currency_id="BRL",
        **values,
    )


MUG, BOX, PAIR = product(1), product(2), product(3)


def bom(kit, *lines, product_qty=1):
    return SimpleNamespace(
        product_id=None,
        product_tmpl_id=kit.product_tmpl_id,
        product_qty=product_qty,
        bom_line_ids=[
            SimpleNamespace(product_id=part, product_qty=count) for part, count in lines
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


def price(*rules, override=0.0, **company):
    prices = Prices.__new__(Prices)
    prices.now, prices.rules = NOW, {}
    prices.overrides = {MUG.id: override}
    pricelist = SimpleNamespace(id=1, item_ids=list(rules))
    values = {"currency_id": "BRL", "root_id": None, **company}
    prices.company = SimpleNamespace(plug4market_pricelist_id=pricelist, **values)
    return prices.price(MUG)


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
    base = SimpleNamespace(id=2, item_ids=[fixed])
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


def test_another_currency_is_converted_at_the_newest_rate():
    euro = SimpleNamespace(
        rate_ids=[
            SimpleNamespace(company_id=None, name=date(2026, 1, 1), rate=9.0),
            SimpleNamespace(company_id=None, name=date(2026, 2, 1), rate=5.0),
        ]
    )
    prices = Prices.__new__(Prices)
    prices.now = NOW
    prices.company = SimpleNamespace(
        currency_id=SimpleNamespace(rate_ids=[]), root_id=None
    )
    assert prices._in_own(10, euro) == 2


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
