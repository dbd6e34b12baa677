"""Which country and Brazilian state an address is in, from all that it says.

An address says it several times: by the country's name, the state's, the CEP and the
IBGE code of the city. What they agree on is the place; what contradicts itself, or says
nothing, is a doubt, because the state decides on the taxes.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from babel import Locale
from babel.core import get_global

from ...hub import HubParty, fold, is_masked

# UF by the first two digits of an IBGE code.
UF_BY_IBGE = dict(
    pair.split()
    for pair in (
        *("11 RO", "12 AC", "13 AM", "14 RR", "15 PA", "16 AP", "17 TO", "21 MA"),
        *("22 PI", "23 CE", "24 RN", "25 PB", "26 PE", "27 AL", "28 SE", "29 BA"),
        *("31 MG", "32 ES", "33 RJ", "35 SP", "41 PR", "42 SC", "43 RS", "50 MS"),
        *("51 MT", "52 GO", "53 DF"),
    )
)
# UF by the first CEP (its first three digits) of each range, as the Correios give them.
UF_BY_CEP = [
    *((10, "SP"), (200, "RJ"), (290, "ES"), (300, "MG"), (400, "BA"), (490, "SE")),
    *((500, "PE"), (570, "AL"), (580, "PB"), (590, "RN"), (600, "CE"), (640, "PI")),
    *((650, "MA"), (660, "PA"), (689, "AP"), (690, "AM"), (693, "RR"), (694, "AM")),
    *((699, "AC"), (700, "DF"), (728, "GO"), (730, "DF"), (737, "GO"), (768, "RO")),
    *((770, "TO"), (780, "MT"), (789, "RO"), (790, "MS"), (800, "PR"), (880, "SC")),
    (900, "RS"),
]
STATES = {
    "acre": "AC",
    "alagoas": "AL",
    "amapa": "AP",
    "amazonas": "AM",
    "bahia": "BA",
    "ceara": "CE",
    "distrito federal": "DF",
    "espirito santo": "ES",
    "goias": "GO",
    "maranhao": "MA",
    "mato grosso": "MT",
    "mato grosso do sul": "MS",
    "minas gerais": "MG",
    "para": "PA",
    "paraiba": "PB",
    "parana": "PR",
    "pernambuco": "PE",
    "piaui": "PI",
    "rio de janeiro": "RJ",
    "rio grande do norte": "RN",
    "rio grande do sul": "RS",
    "rondonia": "RO",
    "roraima": "RR",
    "santa catarina": "SC",
    "sao paulo": "SP",
    "sergipe": "SE",
    "tocantins": "TO",
}
UFS = frozenset(STATES.values())
BRAZIL = {
    *("br", "bra", "brasil", "brazil", "076", "1058", "55"),
    *("republica federativa do brasil", "federative republic of brazil"),
}
NO_COUNTRY = {
    *("", "null", "none", "undefined", "na", "n a", "nao informado", "sem pais"),
    *("desconhecido", "outro", "outros", "unknown", "xx", "zz"),
}
# What people call countries, and CLDR does not.
OTHER_NAMES = {
    "eua": "US",
    "estados unidos da america": "US",
    "inglaterra": "GB",
    "holanda": "NL",
    "coreia": "KR",
    "tchecoslovaquia": "CZ",
    "russia": "RU",
    "united states of america": "US",
}
# These two letters are states of the United States too.
UFS_AND_US_STATES = {"AL", "MA", "MS", "MT", "PA", "SC"}
_AROUND_A_STATE = re.compile(r"^(?:(?:estado|state|uf)(?: d[aeo])?|br|brasil|brazil) ")
UNKNOWN = "?"


class Place(NamedTuple):
    """Where an address is.

    :param country: two letters; "" when it cannot be known
    :param state: the Brazilian UF; "" elsewhere and when it cannot be known
    :param doubt: "" or why it is no certain place: country, state, contradiction
    """

    country: str
    state: str = ""
    doubt: str = ""


def read_place(party: HubParty) -> Place:
    """Return where the party's address is, and whether that is certain."""
    country, state = _country(party.country), written_state(party.state)
    elsewhere = {state_of_cep(party.zip_code), state_of_ibge(party.ibge)} - {""}
    found = elsewhere | {state} - {""}
    if party.country.strip().upper() in found:
        # A state where its country should be.
        country = "BR"
    if country not in ("BR", "", UNKNOWN):
        if party.state.strip().upper() in UFS_AND_US_STATES:
            found = elsewhere
        if found:
            return Place("BR", state or min(found), "contradiction")
        return Place(country)
    if len(found) == 1:
        return Place("BR", *found)
    if found:
        return Place("BR", state, "contradiction")
    if country == UNKNOWN:
        return Place("", doubt="country")
    return Place("BR", doubt="state")


def written_state(text: str) -> str:
    """Return the UF that a state is written as: "sp", "BR-SP", "São Paulo - SP"."""
    name = _AROUND_A_STATE.sub("", fold(text))
    name = re.sub(r" (brasil|brazil|br)$", "", name)
    if name.upper() in UFS:
        return name.upper()
    if name in STATES:
        return STATES[name]
    # Its name beside it; another name beside it is no state.
    first, _space, after = name.partition(" ")
    before, _space, last = name.rpartition(" ")
    for uf, beside in ((first.upper(), after), (last.upper(), before)):
        if uf in UFS and STATES.get(beside) == uf:
            return uf
    return ""


def state_of_cep(code: str) -> str:
    """Return the UF of a CEP; "" when it is none."""
    digits = re.sub(r"[\s.-]", "", code)
    if not re.fullmatch(r"\d{8}", digits):
        return ""
    start = int(digits[:3])
    return next((uf for first, uf in reversed(UF_BY_CEP) if start >= first), "")


def state_of_ibge(code: str) -> str:
    """Return the UF of a city's IBGE code; "" when it is none."""
    return UF_BY_IBGE.get(code[:2], "") if re.fullmatch(r"\d{6,7}", code) else ""


def _country(text: str) -> str:
    """Return two letters; "" for nothing, UNKNOWN for what is no country."""
    name = fold(text)
    if name in NO_COUNTRY or is_masked(text):
        return ""
    if name in BRAZIL:
        return "BR"
    return OTHER_NAMES.get(name) or _countries().get(name, UNKNOWN)


@lru_cache
def _countries() -> dict[str, str]:
    """Every country by folded name (Portuguese, English, Spanish) and ISO code.

    Two letters, three letters and three digits, from Unicode's CLDR, which Odoo has
    with Babel.
    """
    by_key: dict[str, str] = {}
    for locale in (Locale("es"), Locale("en"), Locale("pt"), Locale("pt", "BR")):
        for code, name in locale.territories.items():
            if len(code) == 2 and code.isalpha():
                by_key[fold(name)] = code
                by_key[code.lower()] = code
    for alias, codes in get_global("territory_aliases").items():
        if len(alias) == 3 and len(codes) == 1 and codes[0].lower() in by_key:
            by_key[alias.lower()] = codes[0]
    return by_key
