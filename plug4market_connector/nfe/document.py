"""Read the XML of an NF-e: ``nfeProc`` (authorised) or a bare ``NFe``.

Source of the layout: MOC 7.0, NF-e 3.10 and 4.00; NT 2025.002 for what the tax reform
adds. What is around it: ``envelope.py``.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from .access_key import normalise_key
from .elements import Element, OptionalElement, find, text, texts
from .envelope import NotAnNfe, XmlPart, open_file
from .event import REGISTERED, NfeEvent
from .order_numbers import fold, order_numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class NfeDocument:
    """What the hub and the checks need of an NF-e; texts default to ""."""

    access_key: str
    number: str
    series: str
    model: str
    uf_code: str
    # ``tpEmis``: "1" normal, others are contingency.
    emission_type: str
    # ``tpNF``: "0" in, "1" out; ``finNFe``: "1" normal, "4" return.
    direction: str
    purpose: str
    issuer_document: str
    issuer_name: str
    recipient_document: str
    recipient_name: str = field(repr=False)
    issued_at: datetime | None
    total: Decimal | None
    # ``vNFTot``: with the taxes of the reform (IBS, CBS, IS), which ``vNF`` leaves out.
    total_with_taxes: Decimal | None
    # "1" production, "2" test.
    environment: str
    # ``cStat`` of the protocol: "100" and "150" are authorised, "" has no protocol.
    status_code: str
    status_reason: str
    protocol: str
    authorised_at: datetime | None
    # ``DigestValue`` of the signature, and what the protocol says it signed.
    digest_value: str
    protocol_digest: str
    protocol_key: str
    # Whether the file itself says that the note was cancelled after all.
    cancelled: bool
    # ``xPed`` and what is as clearly said; texts that anything may stand in.
    purchase_numbers: tuple[str, ...]
    extra_info: tuple[str, ...] = field(repr=False)
    # The note as text, with a declaration that tells the truth: UTF-8.
    xml_text: str = field(repr=False)

    @property
    def order_words(self) -> set[str]:
        """What in the note may name its order: numbers, ids, names; see ``fold``."""
        named = {fold(number) for number in self.purchase_numbers}
        return named | order_numbers((*self.purchase_numbers, *self.extra_info))

    @classmethod
    def from_xml(cls, content: bytes | str) -> "NfeDocument":
        """Return the document in a file's bytes; NotAnNfe says why not."""
        parts = open_file(content)
        events = [event for part in parts for event in part.events]
        part = _only_note(parts, events)
        header = find(part.note, "infNFe")
        protocol = find(part.root, "protNFe/infProt")
        key = _access_key(header, protocol)
        return cls(
            access_key=key,
            **_identification(header),
            **_parties(header),
            **_protocol(protocol),
            cancelled=_is_cancelled(key, header, protocol, events),
            total=_decimal(text(header, "total/ICMSTot/vNF")),
            total_with_taxes=_decimal(text(header, "total/vNFTot")),
            digest_value=_squeezed(
                part.note, "Signature/SignedInfo/Reference/DigestValue"
            ),
            purchase_numbers=_purchase_numbers(header),
            extra_info=_extra_info(header),
            xml_text=part.text,
        )


def _only_note(parts: list[XmlPart], events: list[NfeEvent]) -> XmlPart:
    """Return the note of a file; NotAnNfe when there is none, or more than one."""
    notes = [part for part in parts if part.note is not None]
    if len(notes) > 1:
        raise NotAnNfe("several_notes", f"The file holds {len(notes)} NF-es.")
    if notes:
        return notes[0]
    if events:
        raise _no_note_but(events)
    raise NotAnNfe(
        "not_nfe_proc",
        f"The XML is a {parts[0].name}, not the authorised NF-e (nfeProc).",
    )


def _no_note_but(events: list[NfeEvent]) -> "NotAnNfe":
    """Return the NotAnNfe that hands over what a file holds instead."""
    kinds = {event.kind for event in events}
    if any(event.cancels for event in events):
        reason = "cancellation"
    elif any(event.is_cancellation for event in events):
        reason = "cancellation_unregistered"
    else:
        reason = "event"
    message = f"The XML holds events of NF-es ({', '.join(sorted(kinds))}), no NF-e."
    return NotAnNfe(reason, message, events)


def _is_cancelled(
    key: str, header: Element, protocol: OptionalElement, events: list[NfeEvent]
) -> bool:
    """Tell it by an event, or by what some issuers write over the protocol's status."""
    environment = text(header, "ide/tpAmb")
    return text(protocol, "cStat") in REGISTERED or any(
        event.cancels_note(key, environment) for event in events
    )


def _access_key(header: Element, protocol: OptionalElement) -> str:
    key = normalise_key(header.get("Id")) or normalise_key(text(protocol, "chNFe"))
    if not key:
        raise NotAnNfe("no_access_key", "The NF-e has no access key.")
    return key


def _identification(header: Element) -> dict[str, Any]:
    issued = text(header, "ide/dhEmi") or text(header, "ide/dEmi")
    return {
        "number": text(header, "ide/nNF"),
        "series": text(header, "ide/serie"),
        "model": text(header, "ide/mod"),
        "uf_code": text(header, "ide/cUF"),
        "emission_type": text(header, "ide/tpEmis"),
        "direction": text(header, "ide/tpNF"),
        "purpose": text(header, "ide/finNFe"),
        "environment": text(header, "ide/tpAmb"),
        "issued_at": _moment(issued),
    }


def _parties(header: Element) -> dict[str, Any]:
    return {
        "issuer_document": _document(header, "emit"),
        "issuer_name": text(header, "emit/xNome"),
        "recipient_document": _document(header, "dest"),
        "recipient_name": text(header, "dest/xNome"),
    }


def _document(header: Element, party: str) -> str:
    """Return CNPJ, CPF or a foreigner's document of a party."""
    tags = ("CNPJ", "CPF", "idEstrangeiro")
    found = (text(header, f"{party}/{tag}") for tag in tags)
    return next((document.upper() for document in found if document), "")


def _protocol(protocol: OptionalElement) -> dict[str, Any]:
    return {
        "status_code": text(protocol, "cStat"),
        "status_reason": text(protocol, "xMotivo"),
        "protocol": text(protocol, "nProt"),
        "authorised_at": _moment(text(protocol, "dhRecbto")),
        "protocol_digest": _squeezed(protocol, "digVal"),
        "protocol_key": normalise_key(text(protocol, "chNFe")),
    }


def _purchase_numbers(header: Element) -> tuple[str, ...]:
    """Return the order's number as the note, its items or a named field give it."""
    return _different(
        *texts(header, "compra/xPed"),
        *texts(header, "det/prod/xPed"),
        *(
            text(field, "xTexto")
            for field in header.iterfind("{*}infAdic/{*}obsCont")
            if "ped" in fold(field.get("xCampo") or "")
        ),
    )


def _extra_info(header: Element) -> tuple[str, ...]:
    """Return the texts for the buyer and for the treasury."""
    names = ("infCpl", "infAdFisco", "obsCont/xTexto")
    return _different(*(t for name in names for t in texts(header, f"infAdic/{name}")))


def _different(*found: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, found)))


def _squeezed(element: OptionalElement, path: str) -> str:
    """Return base64 without the line breaks that signers put into it."""
    return "".join(text(element, path).split())


def _decimal(written: str) -> Decimal | None:
    try:
        number = Decimal(written)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _moment(written: str) -> datetime | None:
    """Return an aware datetime, or None.

    NF-e 4.00 always has an offset; before there were dates without, and those are too
    vague to be compared with anything.
    """
    try:
        moment = datetime.fromisoformat(re.sub(r"(Z|z)$", "+00:00", written))
    except ValueError:
        return None
    return moment if moment.tzinfo else None
