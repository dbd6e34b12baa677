"""How an order's total is made the marketplace's, in numbers alone."""

from functools import partial

import pytest
from addon.models.orders.total_arithmetic import (
    LineAmount,
    fitted_total,
    is_rounding,
    is_wrong,
    price_factors,
    shares,
)
from hypothesis import given
from hypothesis import strategies as st

CENTS = partial(round, ndigits=2)
AMOUNTS = st.integers(0, 10**7).map(lambda cents: cents / 100)


def line(total, taxed=False):
    return LineAmount(total=total, taxed=taxed)


@pytest.mark.parametrize(
    ("missing", "lines", "rounding"),
    [
        (0.01, 1, True),
        (-0.01, 1, True),
        (0.02, 1, False),
        (0.03, 3, True),
        (0, 0, True),
    ],
)
def test_each_line_may_be_off_by_a_cent(missing, lines, rounding):
    assert is_rounding(missing, lines) is rounding


@pytest.mark.parametrize(
    ("total", "expected", "difference", "accepted", "wrong"),
    [
        (100.0, 100.0, 0.0, False, False),
        (100.0, 100.01, 0.0, False, False),
        (100.0, 101.0, 0.0, False, True),
        (100.0, 101.0, 0.0, True, True),
        (100.0, 100.0, 5.0, False, True),
        (100.0, 100.0, -5.0, False, True),
        (100.0, 100.0, 5.0, True, False),
    ],
)
def test_a_total_is_wrong_until_it_adds_up_or_somebody_accepts_the_difference(
    total, expected, difference, accepted, wrong
):
    assert is_wrong(total, expected, difference, accepted, 1) is wrong


def test_prices_are_fitted_to_the_marketplaces_total_if_its_amounts_add_up_to_it():
    assert fitted_total(sold=99.99, expected=100.0, lines=1) == 100.0
    assert fitted_total(sold=95.0, expected=100.0, lines=1) == 95.0


def test_cents_go_to_the_largest_line_alone():
    assert price_factors(0.01, [line(10), line(20), line(5)]) == {1: 1 + 0.01 / 20}


def test_more_than_cents_is_what_taxes_did_to_the_lines_that_have_them():
    factors = price_factors(-3, [line(10), line(20, taxed=True), line(10, taxed=True)])
    assert factors == {1: 0.9, 2: 0.9}


def test_without_taxes_all_lines_share_it_and_discounts_stay_as_they_are():
    assert price_factors(3, [line(10), line(20), line(-5)]) == {0: 1.1, 1: 1.1}


def test_where_no_line_can_take_it_nothing_is_changed():
    assert price_factors(3, [line(0), line(-5)]) == {}
    assert price_factors(3, []) == {}


@given(
    totals=st.lists(st.tuples(AMOUNTS, st.booleans()), min_size=1, max_size=20),
    missing=AMOUNTS,
)
def test_the_factors_make_up_for_all_that_is_missing(totals, missing):
    lines = [line(total, taxed) for total, taxed in totals]
    factors = price_factors(missing, lines)
    gained = sum(lines[place].total * (factor - 1) for place, factor in factors.items())
    assert not factors or gained == pytest.approx(missing, abs=1e-4)


def test_shares_follow_the_weights():
    assert shares(10.0, [1, 1], CENTS) == [5.0, 5.0]
    assert shares(1.0, [1, 1, 1], CENTS) == [0.33, 0.33, 0.34]
    assert shares(1.0, [0, 0], CENTS) == [0.0, 1.0]
    assert shares(1.0, [], CENTS) == []


@given(amount=AMOUNTS, weights=st.lists(AMOUNTS, min_size=1, max_size=30))
def test_shares_add_up_to_the_cent(amount, weights):
    parts = shares(amount, weights, CENTS)
    assert CENTS(sum(parts)) == amount
    assert len(parts) == len(weights)
