"""Documents, spellings and places, against what is known from elsewhere."""

from collections import Counter
from datetime import datetime, timezone
from decimal import Decimal

import pytest

from oracle import people, places, spelling
from oracle.draw import Draw

# The first two digits of an IBGE code, as the IBGE numbers the states.
IBGE = {
    *("11RO", "12AC", "13AM", "14RR", "15PA", "16AP", "17TO", "21MA", "22PI"),
    *("23CE", "24RN", "25PB", "26PE", "27AL", "28SE", "29BA", "31MG", "32ES"),
    *("33RJ", "35SP", "41PR", "42SC", "43RS", "50MS", "51MT", "52GO", "53DF"),
}


@pytest.mark.parametrize("document", ["52998224725", "11144477735"])
def test_check_digits_of_a_cpf(document):
    assert people.cpf(document[:9]) == document


@pytest.mark.parametrize(
    "document",
    ["11222333000181", "00000000000191", "12ABC34501DE35"],
    ids=["usual", "zeros", "the Receita's own example with letters"],
)
def test_check_digits_of_a_cnpj(document):
    assert people.cnpj(document[:12]) == document


def test_a_wrong_document_differs_in_its_last_digit():
    for number in range(50):
        wrong = people.wrong(Draw(1, number), "52998224725")
        assert wrong[:-1] == "5299822472"
        assert wrong[-1] != "5"


def test_documents_as_numbers_keep_what_they_are():
    assert 529982247_25 in spelling.documents("52998224725")
    assert 191 not in spelling.documents("00000000000191")
    assert "12.ABC.345/01DE-35" in spelling.documents("12ABC34501DE35")


def test_every_spelling_of_an_amount():
    assert Counter(spelling.amounts(Decimal("1234.50"))) == Counter(
        [
            *([1234.5] * 4),
            1234.5 + 1e-10,
            *("1234.50", " 1234.50 ", "1234,50", "1,234.50", "1.234,50"),
            *("R$ 1.234,50", "R$1.234,50", "R$\u00a01.234,50", "1234.5"),
        ]
    )


def test_whole_amounts_may_come_without_places():
    assert 80 in spelling.amounts(Decimal("80.00"))
    assert "80" in spelling.amounts(Decimal("80.00"))
    assert "80" not in spelling.amounts(Decimal("80.50"))


def test_nothing_is_nothing():
    assert not any(
        isinstance(value, float) and value for value in spelling.amounts(Decimal(0))
    )


def test_moments_are_told_in_utc_and_in_brasilia():
    moment = datetime(2026, 3, 1, 1, 30, 5, tzinfo=timezone.utc)
    assert "2026-03-01T01:30:05" in spelling.moments(moment)
    assert "2026-02-28T22:30:05-03:00" in spelling.moments(moment)
    assert 1772328605000 in spelling.moments(moment)


def test_all_states_have_a_city_with_their_own_ibge_code():
    assert {city.uf for city in places.CITIES} == {pair[2:] for pair in IBGE}
    for city in places.CITIES:
        assert city.ibge[:2] + city.uf in IBGE, city


def test_ibge_codes_have_their_check_digit():
    for city in places.CITIES:
        products = [int(d) * (1 + n % 2) for n, d in enumerate(city.ibge[:6])]
        total = sum(number // 10 + number % 10 for number in products)
        assert (10 - total % 10) % 10 == int(city.ibge[6]), city


def test_a_cep_as_a_number_has_lost_its_zero():
    (city,) = [city for city in places.CITIES if city.name == "Guarulhos"]
    assert places.codes(city) == ["07010000", "07010-000", 7010000]


def test_a_state_has_all_its_spellings():
    (city,) = [city for city in places.CITIES if city.name == "São Paulo"]
    spellings = {"SP", "sp", "São Paulo", "Sao Paulo", "BR-SP", "São Paulo - SP", ""}
    assert spellings <= set(places.states(city))


def test_the_same_seed_and_number_draw_the_same():
    def drawn(*of):
        return [Draw(*of).digits(20)]

    assert drawn(1, 2) == drawn(1, 2)
    assert drawn(1, 2) != drawn(1, 3)
    assert drawn(1, 2) != drawn(2, 2)
