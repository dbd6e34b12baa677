"""``tPag``: the code of a means of payment in the NF-e.

Codes: table of field YA02 (NT 2020.006 and IT 2024.002). A marketplace names a payment
as it likes, so the words of all of them are looked for.
"""

import re
import unicodedata

OTHER = "99"

# The first that matches counts: "cartão de débito" before "cartão".
_WORDS = (
    ("17", r"\bpix\b|bank transfer"),
    ("15", r"boleto|bank ?slip|billet|\bticket\b"),
    ("04", r"debit"),
    ("12", r"gift|presente"),
    ("13", r"combustivel|fuel"),
    ("10", r"alimentacao|food"),
    ("11", r"refeicao|meal"),
    ("03", r"credit card|cartao|credito|\bcard\b|parcelad"),
    ("19", r"cashback|fidelidade|loyalty|pontos|points"),
    ("18", r"transferencia|transfer|carteira|wallet|account money|saldo|paypal"),
    ("16", r"deposito|deposit"),
    ("02", r"cheque|check"),
    ("01", r"dinheiro|\bcash\b|money"),
)


def payment_code(method: str | None) -> str:
    """Return the code of a marketplace's word for a payment; "99" is "others"."""
    decomposed = unicodedata.normalize("NFKD", method or "")
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    words = re.sub(r"[\W_]+", " ", plain.casefold())
    return next((code for code, pattern in _WORDS if re.search(pattern, words)), OTHER)
