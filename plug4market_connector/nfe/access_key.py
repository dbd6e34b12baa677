"""The 44 characters of an NF-e access key, and their check digit.

Layout (MOC 7.0, "Chave de Acesso"): state 2, year and month 4, CNPJ or CPF of the
issuer 14, model 2, series 3, number 9, emission type 1, code 8, check digit 1. Since
July 2026 the CNPJ may hold letters, which count as their ASCII code minus 48.
"""

import re
from dataclasses import dataclass

# IBGE codes of the states.
UF_CODES = frozenset(
    (*range(11, 18), *range(21, 30), *range(31, 34), 35)
    + (*range(41, 44), *range(50, 54))
)

_KEY = re.compile(r"[0-9]{6}[0-9A-Z]{12}[0-9]{26}")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyParts:
    """An access key taken apart; all texts, with their zeros on the left."""

    uf: str
    year_month: str
    cnpj: str
    model: str
    series: str
    number: str
    emission_type: str
    code: str
    digit: str


def normalise_key(text: object) -> str:
    """Return the key in upper case without "NFe", blanks and points."""
    written = re.sub(r"[\s.\-/]", "", str(text or "")).upper()
    return written.removeprefix("NFE")


def key_check_digit(key: str) -> str:
    """Return the digit that belongs to the first 43 characters of a key.

    Modulus 11 with weights 2 to 9 from the right; 0 where 11 minus the rest is over 9.
    """
    total = sum(
        (ord(character) - 48) * (2 + position % 8)
        for position, character in enumerate(reversed(key[:43]))
    )
    rest = total % 11
    return str(11 - rest if rest >= 2 else 0)


def split_key(key: object) -> KeyParts:
    """Return the KeyParts of a key; ValueError if it has not the layout of one."""
    normal = normalise_key(key)
    if not _KEY.fullmatch(normal):
        raise ValueError(
            "An access key has 44 characters: digits, and letters only in the CNPJ."
        )
    return KeyParts(
        uf=normal[:2],
        year_month=normal[2:6],
        cnpj=normal[6:20],
        model=normal[20:22],
        series=normal[22:25],
        number=normal[25:34],
        emission_type=normal[34],
        code=normal[35:43],
        digit=normal[43],
    )


def is_valid_key(key: object) -> bool:
    """Tell whether layout, state, month and check digit are right."""
    try:
        parts = split_key(key)
    except ValueError:
        return False
    return (
        int(parts.uf) in UF_CODES
        and 1 <= int(parts.year_month[2:]) <= 12
        and parts.digit == key_check_digit(normalise_key(key))
    )
