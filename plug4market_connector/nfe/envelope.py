"""From a file as it comes to the XML documents in it.

A note may be gzipped, in base64, in another encoding than it declares, and inside of an
envelope: SOAP, the ``docZip`` of the distribution service (base64 of gzip), a batch
``enviNFe``, an ERP's own with the note as elements or as text. Nothing outside of the
file is read, no DTD or entity is taken, and no more is unpacked than MAX_UNPACKED.
Sources: MOC 7.0; NT 2014.002 for ``docZip``.
"""

import base64
import binascii
import codecs
import copy
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from .access_key import normalise_key
from .elements import Element, OptionalElement, find, text
from .event import NfeEvent, read_events

MAX_BYTES = 5 * 1024 * 1024
# All that comes out of the files that came together: twenty times a large day of notes.
MAX_UNPACKED = 100 * 1024 * 1024
# Base64 of gzip of an envelope of base64: each layer is opened, no endless one.
MAX_LAYERS = 4
# Documents of one envelope; the distribution service gives 50.
MAX_DOCUMENTS = 1000

REASONS = (
    "empty",
    "too_large",
    "pdf",
    "not_xml",
    "doctype",
    "not_nfe_proc",
    "several_notes",
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

_GZIP = b"\x1f\x8b"
# Their last bytes may be zeros.
_BINARY = (_GZIP, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_BASE64 = re.compile(rb"(?:data:[\w/+.;=-]*,)?\s*([A-Za-z0-9+/\s]+={0,2})\s*")
# Shorter texts are no document, and may look like base64.
_SHORTEST_DOCUMENT = 100

_DECLARATION = re.compile(r"<\?xml\b[^>]*\?>\s*")
_ENCODING = re.compile(r"(encoding\s*=\s*)([\"'])([^\"']*)\2")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Single bytes, which no file refuses to be; Python knows stranger ones.
_SINGLE_BYTES = re.compile(r"(?:iso|windows|cp|latin)[-_]?\d", re.ASCII)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class XmlPart:
    """One document of a file: a note, or whatever else there is."""

    root: Element
    # As it came, but for a declaration that tells the truth: UTF-8.
    text: str = field(repr=False)
    # Whether it was inside of something, which it left.
    was_inside: bool = False

    @property
    def note(self) -> OptionalElement:
        """The ``NFe`` element; None when it is no note."""
        return _note_of(self.root)

    @property
    def name(self) -> str:
        """The name of its root."""
        return str(etree.QName(self.root).localname)

    @property
    def events(self) -> list[NfeEvent]:
        """The events in it."""
        return read_events(self.root)


def open_file(content: bytes | str, left: int = MAX_UNPACKED) -> list[XmlPart]:
    """Return the documents in a file, one at least; NotAnNfe says why there is none.

    :param left: how many bytes may come out of it
    """
    return list(_Opener(left).open(content))


class _Opener:
    """Opens one file and what is inside of it, and counts what comes out."""

    def __init__(self, left: int) -> None:
        self.left = left
        self.documents = 0

    def open(self, content: bytes | str, depth: int = 0) -> Iterator[XmlPart]:
        if isinstance(content, str):
            # No more is copied than shows that it is too large.
            content = content[: MAX_BYTES + 1].encode(errors="replace")
        self._count(documents=1)
        bare, was_packed = self._unpacked(content)
        xml = _decoded(bare)
        part = XmlPart(
            root=_parse(xml), text=_redeclared(xml), was_inside=was_packed or depth > 0
        )
        if part.note is not None or depth >= MAX_LAYERS:
            yield part
        else:
            yield from self._inside(part, depth)

    def _inside(self, part: XmlPart, depth: int) -> Iterator[XmlPart]:
        """Yield the notes in an envelope, then what else is in it; else itself."""
        notes = _notes_in(part.root)
        found = [_alone(part.root, note) for note in notes]
        for note in notes:
            note.getparent().remove(note)
        for document in _texts_in(part.root):
            found += self._open_inner(document, depth + 1)
        yield from found
        if not found or part.events:
            yield _written(part.root) if notes else part

    def _open_inner(self, document: str, depth: int) -> list[XmlPart]:
        """Return the documents in a text of an envelope, if it is one at all."""
        try:
            return list(self.open(document, depth))
        except NotAnNfe as error:
            if error.reason == "archive_too_large":
                raise
            return []

    def _unpacked(self, content: bytes) -> tuple[bytes, bool]:
        """Return what is inside of gzip and base64, and whether there was any."""
        layers = 0
        content = _checked(content)
        while layers < MAX_LAYERS and (inner := self._layer(content)) is not None:
            content = _checked(inner)
            layers += 1
        return content, layers > 0

    def _layer(self, content: bytes) -> bytes | None:
        """Return what one layer of gzip or base64 holds; None when it is neither."""
        if content.startswith(_GZIP):
            inflated = _inflated(content)
            self._count(unpacked=len(inflated))
            return inflated
        encoded = _BASE64.fullmatch(content)
        try:
            return base64.b64decode(encoded[1]) if encoded else None
        except binascii.Error:
            return None

    def _count(self, *, documents: int = 0, unpacked: int = 0) -> None:
        self.documents += documents
        self.left -= unpacked
        if self.left < 0 or self.documents > MAX_DOCUMENTS:
            raise NotAnNfe("archive_too_large", "The file holds too much.")


# -- bytes --------------------------------------------------------------------


def _checked(content: bytes) -> bytes:
    # Before it is copied, as each of the next steps does.
    if len(content) > MAX_BYTES:
        raise NotAnNfe("too_large", f"The file is larger than {MAX_BYTES} bytes.")
    # Some mail programs add line breaks before the declaration, where XML bears none.
    if not content.startswith(_BINARY):
        content = content.strip(b" \t\r\n\x00")
    if not content:
        raise NotAnNfe("empty", "The file is empty.")
    if content.startswith(b"%PDF"):
        raise NotAnNfe("pdf", "This is a PDF, perhaps the DANFE. Give its XML.")
    return content


def _inflated(content: bytes) -> bytes:
    stream = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        inflated = stream.decompress(content, MAX_BYTES + 1)
    except zlib.error:
        raise NotAnNfe("archive_damaged", "The gzip is damaged.") from None
    if len(inflated) <= MAX_BYTES and not stream.eof:
        raise NotAnNfe("archive_damaged", "The gzip has no end.")
    return inflated


def _decoded(content: bytes) -> str:
    """Return the text of a file, whose bytes tell their encoding better than it does.

    Programs that save a note anew leave its declaration as it was. What is valid UTF-8
    is UTF-8; what is not, as it declares, or else in Windows' Latin.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _decoded_as(content, encoding).lstrip("\ufeff")
    try:
        return content.decode()
    except UnicodeDecodeError:
        return _decoded_as(content, _declared(content))


def _declared(content: bytes) -> str:
    """Return the single-byte encoding that a file declares.

    ISO-8859-1 is taken for Windows' Latin, which has letters where that has nothing.
    """
    declaration = _ENCODING.search(content[:200].decode("latin-1"))
    declared = declaration[3].lower() if declaration else ""
    latin = re.fullmatch(r"iso[-_]?8859[-_]1|latin[-_]?1", declared)
    return declared if not latin and _SINGLE_BYTES.match(declared) else "cp1252"


def _decoded_as(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except (LookupError, UnicodeDecodeError):
        message = f"The file is not in the encoding {encoding}."
        raise NotAnNfe("not_xml", message) from None


def _redeclared(xml: str) -> str:
    """Return the text with a declaration, where it has one, of UTF-8.

    It travels inside JSON, in UTF-8: an NF-e declared as ISO-8859-1 would be read
    wrongly at the other end. The signature does not cover the declaration.
    """
    declaration = _DECLARATION.match(xml)
    if not declaration:
        return xml
    head = _ENCODING.sub(r"\1\2UTF-8\2", declaration.group())
    return head + xml[declaration.end() :]


def _parse(xml: str) -> Element:
    """Return the root element; nothing outside the file is ever read."""
    if "<!DOCTYPE" in xml[:4096].upper():
        raise NotAnNfe("doctype", "The XML declares a DTD, which no NF-e does.")
    parser = etree.XMLParser(
        # Whatever it declares.
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(xml.encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotAnNfe("not_xml", f"The file is not valid XML: {error}") from None
    # Hidden from the first look by its place.
    if root.getroottree().docinfo.doctype:
        raise NotAnNfe("doctype", "The XML declares a DTD, which no NF-e does.")
    return root


# -- elements -----------------------------------------------------------------


def _note_of(element: Element) -> OptionalElement:
    """Return the ``NFe`` of an ``nfeProc``, or itself when it is one; else None."""
    name = etree.QName(element).localname
    nfe = find(element, "NFe") if name == "nfeProc" else element
    is_note = name in ("nfeProc", "NFe") and find(nfe, "infNFe") is not None
    return nfe if is_note else None


def _notes_in(root: Element) -> list[Element]:
    """Return the notes in an envelope, authorised or not, each once."""
    procs = [proc for proc in root.iter("{*}nfeProc") if _note_of(proc) is not None]
    inside = {nfe for proc in procs for nfe in proc.iter("{*}NFe")}
    loose = [nfe for nfe in root.iter("{*}NFe") if _note_of(nfe) is not None]
    keys = {_key(proc) for proc in procs}
    return procs + [n for n in loose if n not in inside and _key(n) not in keys]


def _key(element: Element) -> str:
    return normalise_key(find(_note_of(element), "infNFe").get("Id"))


def _alone(root: Element, note: Element) -> XmlPart:
    """Return a note without its envelope, with the protocol that stands elsewhere.

    A copy has the namespaces that it uses and those it declares itself, none of the
    envelope: the signature covers them. What is signed stays the same to a parser.
    """
    taken = copy.deepcopy(note)
    taken.tail = None
    protocol = _protocol_of(root, note)
    if protocol is not None:
        name = etree.QName(taken)
        proc = etree.Element(
            etree.QName(name.namespace, "nfeProc"),
            nsmap={taken.prefix: name.namespace} if name.namespace else None,
            versao=find(taken, "infNFe").get("versao") or "4.00",
        )
        proc.extend([taken, copy.deepcopy(protocol)])
        proc[-1].tail = None
        taken = proc
    return _written(taken)


def _written(root: Element) -> XmlPart:
    """Return the document of an element that was inside of another one."""
    written = etree.tostring(root, encoding="unicode")
    return XmlPart(root=root, text=written, was_inside=True)


def _protocol_of(root: Element, note: Element) -> OptionalElement:
    """Return the ``protNFe`` of a note that has none beside it, by its key."""
    if etree.QName(note).localname == "nfeProc":
        return None
    key = _key(note)
    return next(
        (
            protocol
            for protocol in root.iter("{*}protNFe")
            if key and normalise_key(text(protocol, "infProt/chNFe")) == key
        ),
        None,
    )


def _texts_in(root: Element) -> list[str]:
    """Return the texts in an envelope that may be documents: XML, or its base64."""
    leaves = (element.text or "" for element in root.iter() if not len(element))
    return [
        leaf
        for leaf in map(str.strip, leaves)
        if len(leaf) >= _SHORTEST_DOCUMENT
        and (leaf.startswith("<") or _BASE64.fullmatch(leaf.encode()))
    ]
