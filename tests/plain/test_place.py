"""Which country and state an address is in, from all that it says."""

import pytest
from addon.hub import HubParty
from addon.models.orders.place import UFS, read_place, state_of_cep, written_state

SAO_PAULO = {"state": "SP", "zip_code": "01310-100", "ibge": "3550308"}


def place(**values):
    return tuple(read_place(HubParty(**values)))


@pytest.mark.parametrize(
    "country",
    [
        *("BR", "br", "Brasil", "BRAZIL", "bra", "", "null", "Não informado"),
        *("Sem país", "São Paulo", "SP", "Republica Federativa do Brasil", "Terra"),
        *("undefined", "1058", "***"),
    ],
)
def test_an_address_that_says_brazil_elsewhere_is_in_brazil(country):
    assert place(country=country, **SAO_PAULO) == ("BR", "SP", "")


@pytest.mark.parametrize("uf", ["PE", "SE", "PA", "AL", "AM", "MA", "TO"])
def test_a_state_in_the_countrys_place_is_no_country(uf):
    assert place(country=uf, state=uf) == ("BR", uf, "")


@pytest.mark.parametrize(
    ("country", "code"),
    [
        *(("Estados Unidos", "US"), ("EUA", "US"), ("usa", "US"), ("US", "US")),
        *(("México", "MX"), ("MEX", "MX"), ("Alemanha", "DE"), ("Germany", "DE")),
        *(("Japão", "JP"), ("Países Baixos", "NL"), ("Holanda", "NL"), ("840", "US")),
        *(("Reino Unido", "GB"), ("España", "ES"), ("Espanha", "ES")),
    ],
)
def test_a_foreign_country_goes_by_its_names_and_codes(country, code):
    assert place(country=country, state="CA", zip_code="90210") == (code, "", "")
    assert place(country=country, **SAO_PAULO) == ("BR", "SP", "contradiction")


def test_a_state_of_the_united_states_is_no_brazilian_one():
    assert place(country="US", state="MA", zip_code="02110") == ("US", "", "")
    for state in ("Mato Grosso do Sul", "MS - Mato Grosso do Sul"):
        assert place(country="US", state=state)[2] == "contradiction"
    assert place(country="US", state="MS", zip_code="79002-000")[2] == "contradiction"


def test_a_name_that_is_no_country_is_in_doubt():
    for country in ("Lugar Nenhum", "Brasiliana", "Nigueria", "Estados"):
        assert place(country=country) == ("", "", "country")


@pytest.mark.parametrize(
    "state",
    [
        *("SP", "sp", "São Paulo", "SAO PAULO", "BR-SP", "São Paulo - SP", "SP/Brasil"),
        *("Estado de São Paulo", "SP - São Paulo", "São Paulo, Brasil", "UF SP"),
    ],
)
def test_a_state_is_written_in_many_ways(state):
    assert written_state(state) == "SP"


@pytest.mark.parametrize(
    "state", ["", "XX", "Rio de Janeiro - SP", "SP RJ", "Califórnia"]
)
def test_what_is_no_state_or_two_is_none(state):
    assert written_state(state) == ""


def test_the_state_comes_from_the_cep_or_the_ibge_code_too():
    assert place(zip_code="87000-000") == ("BR", "PR", "")
    assert place(ibge="4115200") == ("BR", "PR", "")
    assert place(state="?", zip_code="01310100", ibge="3550308") == ("BR", "SP", "")


@pytest.mark.parametrize(
    "changes",
    [{"state": "RJ"}, {"zip_code": "20000-000"}, {"ibge": "3304557"}],
)
def test_what_does_not_belong_together_contradicts_itself(changes):
    assert place(**{**SAO_PAULO, **changes})[2] == "contradiction"


def test_an_address_that_names_no_state_is_in_doubt():
    assert place(country="BR") == ("BR", "", "state")
    assert place(zip_code="01***-***", state="**") == ("BR", "", "state")


@pytest.mark.parametrize(
    ("cep", "uf"),
    [
        *(("01000-000", "SP"), ("19999-999", "SP"), ("20000-000", "RJ")),
        *(("68899-999", "PA"), ("68900-000", "AP"), ("69299-999", "AM")),
        *(("69300-000", "RR"), ("69400-000", "AM"), ("69900-000", "AC")),
        *(("72799-999", "DF"), ("72800-000", "GO"), ("73000-000", "DF")),
        *(("73700-000", "GO"), ("76800-000", "RO"), ("78900-000", "RO")),
        *(("77000-000", "TO"), ("79999-999", "MS"), ("99999-999", "RS")),
        *(("00999-999", ""), ("1310-100", ""), ("0131010a", "")),
    ],
)
def test_each_range_of_ceps_is_a_states(cep, uf):
    assert state_of_cep(cep) == uf


def test_every_state_is_known_by_its_name():
    assert len(UFS) == 27
