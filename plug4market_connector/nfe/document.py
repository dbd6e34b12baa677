"""Read the XML of an NF-e: ``nfeProc`` (authorised) or a bare ``NFe``.

The file comes from an upload or a mail: it is read without DTD, entities or network,
and refused when it is large. Source of the layout: MOC 7.0, NF-e 4.00.
"""

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from lxml import etree

from .access_key import normalise_key
from .elements import Element, OptionalElement, find, text
from .envelope import cut_out, opened
from .event import REGISTERED, NfeEvent, read_events

MAX_BYTES = 5 * 1024 * 1024

SHORTEST_ORDER_NUMBER = 5
# Signs around a word that are none of its own.
EDGES = ".#-/–—_*º°ª"
# What issuers write before the number of an order, with no blank between.
_LABEL = re.compile(
    r"^(?:pedidos?|ped|order|oc|os|compra|venda|marketplace|xped|nr|num|numero|número|n)?"
    r"[.:#\-–—/º°ª]*(?:nº|n°|no|nr|n)?[.:#\-–—/º°ª]*(?=\w*\d)"
)

_DECLARATION = re.compile(r"<\?xml\b[^>]*\?>\s*")

REASONS = (
    "empty",
    "too_large",
    "pdf",
    "not_xml",
    "doctype",
    "not_nfe_proc",
    "no_access_key",
    "cancellation",
    "cancellation_unregistered",
    "event",
    "archive_damaged",
    "archive_encrypted",
    "archive_too_large",
    "archive_nested",
    "archive_empty",
    "archive_unknown",
)


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
    # ``xPed``: the buyer's order number; ``infCpl``: free text.
    purchase_number: str
    extra_info: str = field(repr=False)
    # The file as text, with a declaration that tells the truth: UTF-8.
    xml_text: str = field(repr=False)

    @property
    def order_words(self) -> set[str]:
        """What in the note may name its order: numbers, ids, names; in lower case.

        Short words of the free text are left out: they are amounts and articles of law.
        A number is never cut out of a longer one: what may stand before it is a word
        for an order, with or without a sign between the two.
        """
        pieces = re.split(r"[\s,;:|()\[\]<>{}\"'“”‘’«»=]+", self.extra_info.lower())
        words = {piece.strip(EDGES) for piece in pieces}
        words |= {_LABEL.sub("", word).strip(EDGES) for word in words}
        named = {self.purchase_number.lower()} - {""}
        return named | {word for word in words if len(word) >= SHORTEST_ORDER_NUMBER}

    @classmethod
    def from_xml(cls, content: bytes | str) -> "NfeDocument":
        """Return the document in a file's bytes; NotAnNfe says why not."""
        checked = _checked_size(opened(_checked_size(content), MAX_BYTES))
        root = _parse(checked)
        events = read_events(root)
        # A note beside its own event may be cancelled: that document stays whole.
        if not events and (within := cut_out(checked, root)):
            checked = within
            root = _parse(within)
            events = read_events(root)
        nfe = _find_nfe(root, events)
        header = find(nfe, "infNFe")
        protocol = find(root, "protNFe/infProt") if root is not nfe else None
        key = _access_key(header, protocol)
        return cls(
            access_key=key,
            **_identification(header),
            **_parties(header),
            **_protocol(protocol),
            cancelled=_is_cancelled(key, header, protocol, events),
            total=_decimal(text(header, "total/ICMSTot/vNF")),
            total_with_taxes=_decimal(text(header, "total/vNFTot")),
            digest_value=_squeezed(nfe, "Signature/SignedInfo/Reference/DigestValue"),
            purchase_number=_purchase_number(header),
            extra_info=_free_text(header),
            xml_text=_as_text(checked, root),
        )


def _checked_size(content: bytes | str) -> bytes:
    # Before it is copied, as each of the next steps does.
    if len(content) > MAX_BYTES:
        raise NotAnNfe("too_large", f"The file is larger than {MAX_BYTES} bytes.")
    if isinstance(content, str):
        content = _DECLARATION.sub(
            "", content.lstrip("\ufeff \r\n\t"), count=1
        ).encode()
    # Some mail programs add line breaks before the declaration, where XML bears none.
    if content[:2] not in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        content = content.strip(b" \t\r\n\x00")
    if not content:
        raise NotAnNfe("empty", "The file is empty.")
    if content.startswith(b"%PDF"):
        raise NotAnNfe("pdf", "This is a PDF, perhaps the DANFE. Give its XML.")
    return content


def _parse(content: bytes) -> Element:
    """Return the root element; nothing outside the file is ever read."""
    if b"<!DOCTYPE" in content[:4096].upper():
        raise NotAnNfe("doctype", "The XML declares a DTD, which no NF-e does.")
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotAnNfe("not_xml", f"The file is not valid XML: {error}") from None
    # Hidden from the first look by its place or its encoding.
    if root.getroottree().docinfo.doctype:
        raise NotAnNfe("doctype", "The XML declares a DTD, which no NF-e does.")
    return root


def _find_nfe(root: Element, events: list[NfeEvent]) -> Element:
    """Return the NFe element of an ``nfeProc``, or the root when it is the NFe."""
    name = etree.QName(root).localname
    nfe = root if name == "NFe" else None
    if name == "nfeProc":
        nfe = find(root, "NFe")
    if nfe is None and events:
        raise _no_note_but(events)
    if nfe is None or find(nfe, "infNFe") is None:
        raise NotAnNfe(
            "not_nfe_proc",
            f"The XML is a {name}, not the authorised NF-e (nfeProc).",
        )
    return nfe


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


def _purchase_number(header: Element) -> str:
    """Return the order number of the whole note, or else of its first item."""
    return text(header, "compra/xPed") or text(header, "det/prod/xPed")


def _free_text(header: Element) -> str:
    """Return all that the issuer wrote for people: of the note, and its own fields."""
    additional = find(header, "infAdic")
    if additional is None:
        return ""
    named = {"infCpl", "infAdFisco", "xTexto"}
    return "\n".join(
        element.text
        for element in additional.iter("{*}*")
        if etree.QName(element).localname in named and element.text
    )


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


def _as_text(content: bytes, root: Element) -> str:
    """Return the file as it is, but for a declaration of an encoding it loses.

    It travels inside JSON, in UTF-8: an NF-e declared as ISO-8859-1 would be read
    wrongly at the other end. The signature does not cover the declaration.
    """
    if content.startswith(codecs.BOM_UTF8):
        return _redeclared(content.decode("utf-8-sig"))
    encoding = root.getroottree().docinfo.encoding or "UTF-8"
    try:
        return _redeclared(content.decode(encoding).lstrip("\ufeff"))
    except (LookupError, UnicodeDecodeError):
        raise NotAnNfe("not_xml", f"The encoding {encoding} is unknown.") from None


def _redeclared(text: str) -> str:
    declaration = _DECLARATION.match(text)
    if not declaration:
        return text
    head = declaration.group()
    utf8 = re.sub(r"(encoding\s*=\s*)([\"'])[^\"']*\2", r"\1\2UTF-8\2", head)
    return utf8 + text[len(head) :]


class NotAnNfe(ValueError):
    """The file is no NF-e; ``reason`` is one of REASONS, for a translated sentence.

    ``events``: the NfeEvents that the file holds instead.
    """

    def __init__(
        self, reason: str, message: str, events: Iterable[NfeEvent] = ()
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.events = tuple(events)
