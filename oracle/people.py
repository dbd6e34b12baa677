"""Who buys: CPF and CNPJ with right check digits, old and with letters."""

import string

FIRST = ("Ana", "Bruno", "Célia", "Davi", "Érica", "João", "Íris", "Luís", "Zélia")
LAST = ("Silva", "Souza", "Conceição", "Gonçalves", "D'Ávila", "Müller", "Sá")


def person(draw):
    """Name and CPF of a person."""
    return f"{draw.one(FIRST)} {draw.one(LAST)}", cpf(draw.digits(9))


def company(draw):
    """Name and CNPJ of a company; since 2026 its first twelve signs may be letters."""
    signs = string.digits + (string.ascii_uppercase if draw.chance(0.5) else "")
    root = "".join(draw.one(signs) for _ in range(8)) + "0001"
    return f"{draw.one(LAST)} Comércio Ltda", cnpj(root)


def cpf(nine):
    """The nine digits with their two check digits."""
    for _digit in range(2):
        length = len(nine)
        rest = sum(int(d) * (length + 1 - i) for i, d in enumerate(nine)) * 10 % 11
        nine += str(rest % 10)
    return nine


def cnpj(twelve):
    """The twelve signs with their two check digits; a letter counts as ASCII - 48."""
    for weights in ("543298765432", "6543298765432"):
        rest = sum((ord(c) - 48) * int(w) for c, w in zip(twelve, weights, strict=True))
        rest %= 11
        twelve += str(0 if rest < 2 else 11 - rest)
    return twelve


def written(draw, document):
    """The document as marketplaces write it."""
    if len(document) == 11:
        parts = f"{document[:3]}.{document[3:6]}.{document[6:9]}-{document[9:]}"
    else:
        parts = f"{document[:2]}.{document[2:5]}.{document[5:8]}/"
        parts += f"{document[8:12]}-{document[12:]}"
    ways = [document, parts, document.lower(), f" {parts}"]
    # As a JSON number it has lost the zeros on its left; a CPF must stay one.
    if document.isdigit() and len(str(int(document))) > 11 - 3 * (len(document) == 11):
        ways.append(int(document))
    return draw.one(ways)
