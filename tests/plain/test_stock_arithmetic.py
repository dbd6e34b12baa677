"""How many units may be offered: what is free, of a kit, quoted, expired."""

import pytest
from addon.models.catalogue.stock_arithmetic import (
    Stock,
    Units,
    expired_units,
    offered_units,
    quoted_units,
)
from hypothesis import given
from hypothesis import strategies as st

UNITS = st.floats(-1e6, 1e6)
CAP, BOX, MUG = 1, 2, 3


def kit_of(parts, free):
    """A kit whose components have these free units."""
    return Stock(kit=parts, components={part: Units(free[part]) for part in parts})


def test_what_is_expired_or_asked_for_and_the_buffer_are_not_free():
    units = Units(on_hand=17, expired=7, outgoing=3, quoted=2, buffer=1)
    assert units.free == 4
    assert Units(on_hand=1, outgoing=3).free == -2


def test_a_buffer_below_zero_offers_nothing_that_is_not_there():
    assert Units(on_hand=5, buffer=-3).free == 5


def test_a_lot_of_less_than_nothing_makes_no_other_units_fresh():
    assert Units(on_hand=9, expired=-2).free == 9


def test_what_there_is_less_what_is_taken_is_free():
    units = Units(on_hand=17, expired=7, outgoing=3, quoted=2, buffer=1)
    assert units.on_hand - sum(units.taken.values()) == units.free
    assert list(units.taken) == ["expired", "outgoing", "quoted", "buffer"]


@pytest.mark.parametrize(
    ("free", "offered"), [(4, 4), (4.99, 4), (0.99, 0), (0, 0), (-0.5, 0), (-7, 0)]
)
def test_whole_units_are_offered_and_never_less_than_none(free, offered):
    assert offered_units(free) == offered


@pytest.mark.parametrize(("there", "per_unit"), [(0.3, 0.1), (0.6, 0.2), (4.2, 0.7)])
def test_a_tenth_is_a_tenth(there, per_unit):
    kit = kit_of({CAP: per_unit}, {CAP: there})
    assert kit.offered == round(there / per_unit)


def test_a_kit_can_be_made_as_often_as_its_scarcest_component_allows():
    assert kit_of({CAP: 1, BOX: 2}, {CAP: 9, BOX: 10}).offered == 5
    assert kit_of({CAP: 0.5}, {CAP: 3}).offered == 6
    assert kit_of({CAP: 1, BOX: 2}, {CAP: 9, BOX: -2}).free == -1
    assert kit_of({CAP: 1, BOX: 2}, {CAP: 9, BOX: -2}).offered == 0


def test_the_scarcest_components_are_known():
    assert kit_of({CAP: 1, BOX: 2}, {CAP: 9, BOX: 10}).scarcest == {BOX}
    assert kit_of({CAP: 1, BOX: 2}, {CAP: 5, BOX: 10}).scarcest == {CAP, BOX}
    assert Stock(own=Units(3)).scarcest == set()


def test_what_a_kit_itself_has_counts_for_nothing():
    kit = Stock(own=Units(99), kit={CAP: 1}, components={CAP: Units(2)})
    assert kit.offered == 2
    assert Stock(own=Units(3)).offered == 3


def test_a_quoted_kit_takes_its_components_and_not_itself():
    kits = {MUG: {CAP: 1, BOX: 2}}
    assert quoted_units([(MUG, 3), (BOX, 4)], kits) == {CAP: 3, BOX: 10}
    assert quoted_units([(CAP, 1), (CAP, 2)], {}) == {CAP: 3}
    assert quoted_units([], kits) == {}


def test_what_an_outgoing_move_holds_of_expired_units_is_not_taken_off_twice():
    assert expired_units({CAP: 7, BOX: 2}, []) == {CAP: 7, BOX: 2}
    assert expired_units({CAP: 7}, [(CAP, 3, 3), (CAP, 4, 1)]) == {CAP: 3}


def test_an_outgoing_move_takes_no_more_off_than_it_asks_for():
    assert expired_units({CAP: 7}, [(CAP, 3, 5)]) == {CAP: 4}


@given(on_hand=UNITS, outgoing=UNITS, quoted=UNITS, buffer=st.integers(-9, 10**6))
def test_a_larger_buffer_never_offers_more(on_hand, outgoing, quoted, buffer):
    offered = [
        Stock(Units(on_hand, 0, outgoing, quoted, kept)).offered
        for kept in (buffer, buffer + 1)
    ]
    assert offered[0] >= offered[1] >= 0


@given(on_hand=UNITS, expired=UNITS, outgoing=UNITS)
def test_what_expires_never_offers_more(on_hand, expired, outgoing):
    fresh = Stock(Units(on_hand, 0, outgoing))
    assert Stock(Units(on_hand, expired, outgoing)).offered <= fresh.offered


@given(kit=st.dictionaries(st.integers(1, 9), st.floats(0.01, 100), min_size=1))
def test_a_kit_never_takes_more_of_a_component_than_is_free(kit):
    made = kit_of(kit, dict.fromkeys(kit, 50.0)).offered
    assert all(made * per_unit <= 50.0 * (1 + 1e-5) for per_unit in kit.values())
