"""What a note came in: gzip, base64, or another document around it.

Issuers hand over what their programs got: the answer of the treasury's web service, a
SOAP message, or a document of their own. The note itself is cut out as it stands there:
its signature counts every sign.
"""

import base64
import binascii
import re
import zlib

from lxml import etree

from .elements import Element

GZIP = b"\x1f\x8b"
ANY_HEADER = 32 + zlib.MAX_WBITS
# The treasury's web service packs each note of its answer.
PACKED = "docZip"
NOTE = "nfeProc"
# An event beside the note may be its cancellation.
EVENT = b"procEventoNFe"

_BASE64 = re.compile(rb"[A-Za-z0-9+/=\s]+")


def opened(content: bytes, limit: int) -> bytes:
    """Return what is in gzip or base64, at most ``limit`` + 1 bytes; else the file."""
    for _layer in range(2):
        if content.startswith(GZIP):
            content = _unzipped(content, limit)
        elif _BASE64.fullmatch(content[:1000]):
            content = _decoded(content)
    return content


def _unzipped(content: bytes, limit: int) -> bytes:
    try:
        return zlib.decompressobj(ANY_HEADER).decompress(content, limit + 1)
    except zlib.error:
        return content


def _decoded(content: bytes) -> bytes:
    try:
        return base64.b64decode(b"".join(content.split()), validate=True)
    except (binascii.Error, ValueError):
        return content


def cut_out(content: bytes, root: Element) -> bytes | None:
    """Return the one authorised note inside another document; None when there is none.

    None too when there are several, or one beside an event: which is meant, and whether
    it still holds, is not for us to say.
    """
    if etree.QName(root).localname in (NOTE, "NFe"):
        return None
    notes = list(root.iter(f"{{*}}{NOTE}"))
    if len(notes) == 1:
        return _as_it_stands(content, notes[0])
    packed = [element.text or "" for element in root.iter(f"{{*}}{PACKED}")]
    unpacked = [opened(text.encode(), len(content) * 20) for text in packed]
    if notes or any(EVENT in text for text in unpacked):
        return None
    found = [text for text in unpacked if NOTE.encode() in text[:2000]]
    return found[0] if len(found) == 1 else None


def _as_it_stands(content: bytes, note: Element) -> bytes:
    """Return the note's own signs; written anew only where they do not stand alone.

    A prefix may be declared outside, and a UTF-16 file has no such signs.
    """
    tag = rb"(?:[\w.-]+:)?" + NOTE.encode()
    found = re.search(rb"<(" + tag + rb")[\s>].*?</\1\s*>", content, re.DOTALL)
    encoding = note.getroottree().docinfo.encoding or "UTF-8"
    if found:
        alone = f'<?xml version="1.0" encoding="{encoding}"?>'.encode() + found.group()
        if _is_xml(alone):
            return alone
    written: bytes = etree.tostring(
        note, encoding="UTF-8", xml_declaration=True, with_tail=False
    )
    return written


def _is_xml(content: bytes) -> bool:
    try:
        etree.fromstring(content, etree.XMLParser(resolve_entities=False))
    except etree.XMLSyntaxError:
        return False
    return True
