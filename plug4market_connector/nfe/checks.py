"""What a marketplace checks in an NF-e, checked before a call is spent.

Only codes and their parameters: who shows them has the sentences. Sources: the checks
that Olist publishes for invoices, and the access key's own redundancy.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from .access_key import key_check_digit, normalise_key, split_key
from .event import REGISTERED

if TYPE_CHECKING:
    from .document import NfeDocument

# Every code there is, in the order of the checks.
FINDING_CODES = (
    "key_length",
    "key_digit",
    "key_model",
    "key_uf",
    "key_issuer",
    "key_series",
    "key_number",
    "key_date",
    "key_emission",
    "not_a_sale",
    "cancelled",
    "not_authorised",
    "no_protocol",
    "protocol_key_differs",
    "digest_differs",
    "test_environment",
    "wrong_issuer",
    "wrong_buyer",
    "total_zero",
    "total_differs",
    "issued_in_future",
    "issued_before_order",
)

# cStat: "Autorizado o uso", and the same "fora de prazo".
AUTHORISED = ("100", "150")
NFE_MODEL = "55"
# ``tpAmb`` of a note and of an event that have legal force.
PRODUCTION = "1"
# ``tpNF`` and ``finNFe`` of a sale. A return is issued by the same store, over the same
# total and to the same person.
OUTGOING = "1"
NORMAL = "1"
# Clocks of the issuer's machine and ours may differ by so much.
CLOCK_TOLERANCE = timedelta(minutes=5)
# Series of notes that the treasury itself issues, under its own CNPJ.
TREASURY_SERIES = range(890, 900)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One failed check: a code of FINDING_CODES and what a sentence about it needs.

    ``params`` holds ``actual`` and, where there is one, ``expected``; ``key`` with the
    first two codes, ``difference`` with total_differs; ``status`` and ``reason`` with
    not_authorised.
    """

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


Findings: TypeAlias = Iterator[Finding]
Amount: TypeAlias = Decimal | float


def pre_flight(
    nfe: "NfeDocument",
    *,
    store_document: str | None = None,
    buyer_documents: Iterable[str | None] = (),
    order_total: Amount | None = None,
    legal_totals: Iterable[Amount] = (),
    production: bool = True,
    approved_at: datetime | None = None,
    cancelled: bool = False,
    now: datetime | None = None,
) -> list[Finding]:
    """Return the Findings about an NfeDocument, [] when a marketplace should take it.

    What is None or empty is not checked. ``buyer_documents``: whom the note may be for,
    never a masked one. ``legal_totals``: what is right besides the order's total, as
    without a freight that is not the seller's. ``cancelled``: whether an event is known
    that cancels it. Naive datetimes are UTC.
    """
    cancelled = cancelled or nfe.cancelled
    return [
        *_check_key(nfe),
        *_check_purpose(nfe),
        *([Finding(code="cancelled")] if cancelled else ()),
        *_check_protocol(nfe),
        *_check_environment(nfe, production),
        *_check_issuer(nfe, store_document),
        *_check_buyer(nfe, buyer_documents),
        *_check_total(nfe, order_total, legal_totals),
        *_check_date(nfe, approved_at, now),
    ]


def _check_key(nfe: "NfeDocument") -> Findings:
    """Yield what in the key is wrong in itself, or unlike the note it names."""
    key = normalise_key(nfe.access_key)
    try:
        parts = split_key(key)
    except ValueError:
        yield Finding(
            code="key_length", params={"key": key, "actual": len(key), "expected": 44}
        )
        return
    expected = key_check_digit(key)
    if parts.digit != expected:
        params = {"key": key, "actual": parts.digit, "expected": expected}
        yield Finding(code="key_digit", params=params)
    if parts.model != NFE_MODEL or nfe.model not in ("", NFE_MODEL):
        params = {"actual": nfe.model or parts.model, "expected": NFE_MODEL}
        yield Finding(code="key_model", params=params)
    yield from _compare_key("key_uf", parts.uf, nfe.uf_code, 2)
    if not _is_treasury_series(parts.series):
        yield from _compare_key("key_issuer", parts.cnpj, nfe.issuer_document, 14)
    yield from _compare_key("key_series", parts.series, nfe.series, 3)
    yield from _compare_key("key_number", parts.number, nfe.number, 9)
    if nfe.issued_at:
        # The day where the issuer is: the date keeps its own offset.
        written = f"{nfe.issued_at:%y%m}"
        yield from _compare_key("key_date", parts.year_month, written, 4)
    if nfe.emission_type:
        yield from _compare_key(
            "key_emission", parts.emission_type, nfe.emission_type, 1
        )


def _is_treasury_series(series: str) -> bool:
    return int(series) in TREASURY_SERIES


def _compare_key(code: str, in_key: str, in_document: str, length: int) -> Findings:
    """Yield a finding when a part of the key differs from the note's own field."""
    if _normalised(in_document).zfill(length) != in_key:
        params = {"actual": in_key, "expected": in_document}
        yield Finding(code=code, params=params)


def _check_purpose(nfe: "NfeDocument") -> Findings:
    """Yield a finding when the note is a return, or adds to another note."""
    if nfe.direction not in ("", OUTGOING) or nfe.purpose not in ("", NORMAL):
        params = {"actual": nfe.purpose, "direction": nfe.direction}
        yield Finding(code="not_a_sale", params=params)


def _check_protocol(nfe: "NfeDocument") -> Findings:
    if nfe.status_code not in (*AUTHORISED, *REGISTERED):
        params = {"status": nfe.status_code, "reason": nfe.status_reason}
        yield Finding(code="not_authorised", params=params)
    if not nfe.protocol:
        yield Finding(code="no_protocol")
    if nfe.protocol_key and nfe.protocol_key != normalise_key(nfe.access_key):
        params = {"actual": nfe.protocol_key, "expected": nfe.access_key}
        yield Finding(code="protocol_key_differs", params=params)
    # The protocol's digest is optional in the layout.
    if nfe.protocol_digest and nfe.protocol_digest != nfe.digest_value:
        params = {"actual": nfe.protocol_digest, "expected": nfe.digest_value}
        yield Finding(code="digest_differs", params=params)


def _check_environment(nfe: "NfeDocument", production: bool) -> Findings:
    if production and nfe.environment != PRODUCTION:
        yield Finding(code="test_environment", params={"actual": nfe.environment})


def _check_issuer(nfe: "NfeDocument", store_document: str | None) -> Findings:
    allowed = [store_document]
    yield from _compare_party("wrong_issuer", nfe.issuer_document, allowed)


def _check_buyer(nfe: "NfeDocument", buyer_documents: Iterable[str | None]) -> Findings:
    yield from _compare_party("wrong_buyer", nfe.recipient_document, buyer_documents)


def _compare_party(
    code: str, in_document: str, allowed: Iterable[str | None]
) -> Findings:
    known = [_normalised(document) for document in allowed if document]
    if known and _normalised(in_document) not in known:
        params = {"actual": in_document, "expected": known[0]}
        yield Finding(code=code, params=params)


def _check_total(
    nfe: "NfeDocument", order_total: Amount | None, legal_totals: Iterable[Amount]
) -> Findings:
    if nfe.total is None or nfe.total <= 0:
        yield Finding(code="total_zero", params={"actual": nfe.total})
        return
    if order_total is None:
        return
    expected = _money(order_total)
    right = {expected, *map(_money, legal_totals)}
    if not right & {nfe.total, nfe.total_with_taxes}:
        params = {
            "actual": nfe.total,
            "expected": expected,
            "difference": nfe.total - expected,
        }
        yield Finding(code="total_differs", params=params)


def _check_date(
    nfe: "NfeDocument", approved_at: datetime | None, now: datetime | None
) -> Findings:
    if nfe.issued_at is None:
        return
    present = _aware(now or datetime.now(timezone.utc))
    if nfe.issued_at > present + CLOCK_TOLERANCE:
        params = {"actual": nfe.issued_at, "expected": present}
        yield Finding(code="issued_in_future", params=params)
    # The note has no fraction of a second: one of the same second is not earlier.
    approved = approved_at and _aware(approved_at).replace(microsecond=0)
    if approved and nfe.issued_at < approved:
        params = {"actual": nfe.issued_at, "expected": approved}
        yield Finding(code="issued_before_order", params=params)


def _money(amount: Amount) -> Decimal:
    return Decimal(str(amount)).quantize(Decimal("0.01"))


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def _normalised(document: object) -> str:
    return "".join(c for c in str(document or "").upper() if c.isalnum())
