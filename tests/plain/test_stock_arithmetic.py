"""How many units may be offered: what is free, of a kit, and of what was quoted."""

import pytest
from addon.models.catalogue.stock_arithmetic import (
    free_units,
    kit_units,
    offered_units,
    quoted_units,
)
from hypothesis import given
from hypothesis import strategies as st

UNITS = st.floats(-1e6, 1e6)
CAP, BOX, MUG = 1, 2, 3


def test_what_is_asked_for_and_the_buffer_are_not_free():
    assert free_units(on_hand=10, outgoing=3, quoted=2, buffer=1) == 4
    assert free_units(on_hand=1, outgoing=3, quoted=0, buffer=0) == -2


def test_a_buffer_below_zero_offers_nothing_that_is_not_there():
    assert free_units(on_hand=5, outgoing=0, quoted=0, buffer=-3) == 5


@pytest.mark.parametrize(
    ("free", "offered"), [(4, 4), (4.99, 4), (0.99, 0), (0, 0), (-0.5, 0), (-7, 0)]
)
def test_whole_units_are_offered_and_never_less_than_none(free, offered):
    assert offered_units(free) == offered


def test_a_kit_can_be_made_as_often_as_its_scarcest_component_allows():
    assert kit_units({CAP: 1, BOX: 2}, {CAP: 9, BOX: 10}) == 5
    assert kit_units({CAP: 0.5}, {CAP: 3}) == 6
    assert kit_units({CAP: 1, BOX: 2}, {CAP: 9, BOX: -2}) == -1


def test_a_quoted_kit_takes_its_components_and_not_itself():
    kits = {MUG: {CAP: 1, BOX: 2}}
    assert quoted_units([(MUG, 3), (BOX, 4)], kits) == {CAP: 3, BOX: 10}
    assert quoted_units([(CAP, 1), (CAP, 2)], {}) == {CAP: 3}
    assert quoted_units([], kits) == {}


@given(on_hand=UNITS, outgoing=UNITS, quoted=UNITS, buffer=st.integers(-9, 10**6))
def test_a_larger_buffer_never_offers_more(on_hand, outgoing, quoted, buffer):
    offered = [
        offered_units(free_units(on_hand, outgoing, quoted, kept))
        for kept in (buffer, buffer + 1)
    ]
    assert offered[0] >= offered[1] >= 0


@given(kit=st.dictionaries(st.integers(1, 9), st.floats(0.01, 100), min_size=1))
def test_a_kit_never_takes_more_of_a_component_than_is_free(kit):
    free = dict.fromkeys(kit, 50.0)
    made = offered_units(kit_units(kit, free))
    assert all(made * per_unit <= 50.0 * (1 + 1e-9) for per_unit in kit.values())
