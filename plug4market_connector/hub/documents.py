"""CPF and CNPJ: normal form, check digits, masks.

Since July 2026 the first twelve characters of a CNPJ may be letters as well; each
counts as its ASCII code minus 48, which leaves digits what they were.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import Literal

from .values import OptionalText

_CPF = re.compile(r"[0-9]{11}")
_CNPJ = re.compile(r"[0-9A-Z]{12}[0-9]{2}")
# Two signs at least, or one beside a digit: a name or street may hold one.
_MASKS = re.compile(r"\*{2}|[0-9]\*|\*[0-9]|[•●]{2}|#{3}|[Xx]{3}")


def normalise_document(text: object) -> str:
    """Return only the letters (upper case) and digits: "" for nothing."""
    folded = unicodedata.normalize("NFKC", str(text or "")).upper()
    return re.sub(r"[^0-9A-Z]", "", folded)


def clear_cnpj(text: object) -> str:
    """Return the CNPJ in its normal form: "" where it is masked, cut or missing.

    Its check digits are not looked at: a sandbox makes its stores up.
    """
    document = normalise_document(text)
    masked = _MASKS.search(str(text or "")) or len(set(document)) < 2
    return document if _CNPJ.fullmatch(document) and not masked else ""


def document_kind(text: object) -> Literal["cpf", "cnpj"] | None:
    """Return "cpf", "cnpj", or None when the check digits are wrong.

    A row of one repeated character has right check digits and belongs to nobody.
    """
    document = normalise_document(text)
    if len(set(document)) < 2:
        return None
    known: Literal["cpf", "cnpj"]
    weights: tuple[int, ...]
    if _CPF.fullmatch(document):
        known, weights = "cpf", tuple(range(2, 12))
    elif _CNPJ.fullmatch(document):
        known, weights = "cnpj", (2, 3, 4, 5, 6, 7, 8, 9) * 2
    else:
        return None
    first = _check_digit(document[:-2], weights)
    second = _check_digit(document[:-2] + first, weights)
    return known if document[-2:] == first + second else None


def _check_digit(characters: str, weights: Sequence[int]) -> str:
    """Return the modulus-11 digit; weights start at the right."""
    total = sum(
        (ord(character) - 48) * weight
        for character, weight in zip(reversed(characters), weights, strict=False)
    )
    rest = total % 11
    return str(11 - rest if rest >= 2 else 0)


def is_masked(text: object) -> bool:
    """Tell whether a marketplace hid a part of the text (docs/hub-api.md 13 #29)."""
    written = str(text or "")
    return document_kind(written) is None and bool(_MASKS.search(written))


def fold(text: OptionalText) -> str:
    """``text`` without case, accents and punctuation, for comparing names."""
    decomposed = unicodedata.normalize("NFKD", text or "")
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", " ", plain.casefold()).strip()


def formatted_document(digits: str) -> str:
    """A CPF or CNPJ with its usual punctuation, as older records hold it."""
    if len(digits) == 11:
        return f"{digits[:3]}.{digits[3:6]}.{digits[6:9]}-{digits[9:]}"
    return f"{digits[:2]}.{digits[2:5]}.{digits[5:8]}/{digits[8:12]}-{digits[12:]}"
