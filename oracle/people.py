"""Who buys: CPF and CNPJ with right check digits, old and with letters."""

import string
from typing import NamedTuple

from .draw import Draw

FIRST = ("Ana", "Bruno", "Célia", "Davi", "Érica", "João", "Íris", "Luís", "Zélia")
LAST = ("Silva", "Souza", "Conceição", "Gonçalves", "D'Ávila", "Müller", "Sá")


class Buyer(NamedTuple):
    """A name, and a CPF or CNPJ without its dots."""

    name: str
    document: str


def buyer(draw: Draw) -> Buyer:
    return draw.one((person, person, company))(draw)


def person(draw: Draw) -> Buyer:
    return Buyer(f"{draw.one(FIRST)} {draw.one(LAST)}", cpf(draw.digits(9)))


def company(draw: Draw) -> Buyer:
    """A company; since 2026 the first twelve signs of a CNPJ may be letters."""
    signs = string.digits + (string.ascii_uppercase if draw.chance(0.5) else "")
    root = "".join(draw.one(signs) for _ in range(8)) + "0001"
    return Buyer(f"{draw.one(LAST)} Comércio Ltda", cnpj(root))


def cpf(nine: str) -> str:
    """The nine digits with their two check digits."""
    for _digit in range(2):
        length = len(nine)
        rest = sum(int(d) * (length + 1 - i) for i, d in enumerate(nine)) * 10 % 11
        nine += str(rest % 10)
    return nine


def cnpj(twelve: str) -> str:
    """The twelve signs with their two check digits; a letter counts as ASCII - 48."""
    for weights in ("543298765432", "6543298765432"):
        rest = sum((ord(c) - 48) * int(w) for c, w in zip(twelve, weights, strict=True))
        rest %= 11
        twelve += str(0 if rest < 2 else 11 - rest)
    return twelve


def wrong(draw: Draw, document: str) -> str:
    """The document with another last digit."""
    return document[:-1] + str((int(document[-1]) + draw.whole(1, 9)) % 10)
