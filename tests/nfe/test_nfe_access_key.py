"""The access key: layout and check digit, with and without letters."""

import nfe
import pytest

from simulator.nfe import DEFAULTS, build_key

KEY = build_key(DEFAULTS)
# From the treasury's manual of the contributor (MOC).
MANUAL_KEY = "52060433009911002506550120000007800267301615"
LETTERS = build_key({**DEFAULTS, "issuer": "12ABC34501DE35"})


def with_digit(front):
    return front + nfe.key_check_digit(front)


@pytest.mark.parametrize("key", [KEY, MANUAL_KEY, LETTERS])
def test_the_digit_of_a_right_key_is_found_again(key):
    assert nfe.key_check_digit(key[:43]) == key[43]
    assert nfe.key_check_digit(key) == key[43]
    assert nfe.is_valid_key(key)


def test_every_wrong_digit_is_seen():
    right = [digit for digit in "0123456789" if nfe.is_valid_key(KEY[:43] + digit)]
    assert right == [KEY[43]]


def test_a_digit_of_ten_or_eleven_is_zero():
    digits = {nfe.key_check_digit(f"{KEY[:35]}{code:08}") for code in range(200)}
    assert digits == set("0123456789")


@pytest.mark.parametrize(
    "written",
    [
        f"NFe{KEY}",
        " ".join(KEY[start : start + 4] for start in range(0, 44, 4)),
        f" {KEY}\n",
    ],
)
def test_a_key_may_be_written_as_people_do(written):
    assert nfe.normalise_key(written) == KEY
    assert nfe.is_valid_key(written)


def test_a_key_comes_apart_into_what_it_names():
    assert nfe.split_key(LETTERS) == nfe.KeyParts(
        uf="41",
        year_month="2611",
        cnpj="12ABC34501DE35",
        model="55",
        series="001",
        number="000000123",
        emission_type="1",
        code="12345678",
        digit=LETTERS[43],
    )


@pytest.mark.parametrize(
    "key",
    [
        "",
        None,
        KEY[:43],
        KEY + "0",
        "A" + KEY[1:],
        KEY[:-1] + "A",
        KEY[:30] + "A" + KEY[31:],
        KEY[:18] + "A" + KEY[19:],
        "²" * 44,
    ],
)
def test_what_has_not_the_layout_is_no_key(key):
    assert not nfe.is_valid_key(key)
    with pytest.raises(ValueError, match="44"):
        nfe.split_key(key)


def test_the_states_are_the_twenty_seven():
    states = [
        uf for uf in range(100) if nfe.is_valid_key(with_digit(f"{uf:02}{KEY[2:43]}"))
    ]
    assert states == [
        *(11, 12, 13, 14, 15, 16, 17, 21, 22, 23, 24, 25, 26, 27, 28, 29),
        *(31, 32, 33, 35, 41, 42, 43, 50, 51, 52, 53),
    ]


@pytest.mark.parametrize("front", ["99" + KEY[2:43], "412613" + KEY[6:43]])
def test_an_impossible_state_or_month_is_no_valid_key(front):
    assert not nfe.is_valid_key(with_digit(front))
