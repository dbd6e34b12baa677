"""Labels: what an answer holds, where else it lies, and what a printer takes of it.

An answer may name an address, which may be anybody's. No token goes along, only
public addresses are spoken to, and the address that was checked is the one that is
connected to: a name may mean another one a moment later.
"""

import base64
import binascii
import io
import json
import re
import socket
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from ipaddress import ip_address
from time import monotonic
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

import certifi
import urllib3

from .addresses import is_this_machine
from .const import MAX_LABEL_BYTES
from .errors import UnexpectedAnswer, UnusableLabel, is_html
from .reading import Clock, bounded, read_body

# Finds the addresses of a name, as ``socket.getaddrinfo`` does.
Resolve = Callable[..., Any]

# How deep in a JSON answer a label is looked for.
_MAX_LABEL_DEPTH = 5

# Commands before the first ^XA: settings, or a printer's prolog, which real files have
# (docs/hub-api.md 7.10).
_ZPL = re.compile(rb"(?=CT~~CD,|[~^])[\x09-\x7e\x80-\xff]*?\^XA", re.DOTALL)
# A byte order mark, blanks, and the control characters that printers begin with.
_BEFORE = bytes(range(33)) + b"\xef\xbb\xbf"

MAX_REDIRECTS = 3
TIMEOUT = urllib3.Timeout(connect=5, read=10)
# A server that sends a few bytes now and then must not hold a worker.
MAX_SECONDS = 20

MAX_ENTRIES = 50
# Begins the description of each entry: too many are seen without reading them.
ENTRY_MARK = b"PK\x01\x02"
# Packings that can be unpacked in pieces; of the others Python unpacks all at once.
PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# What the files of a zip may hold together once they are unpacked.
MAX_UNPACKED_BYTES = MAX_LABEL_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A shipping label; ``kind`` says whether ``content`` or ``url`` holds it."""

    kind: str
    content: bytes = field(default=b"", repr=False)
    url: str | None = field(default=None, repr=False)
    filename: str = ""


def download_label(
    url: str,
    base_url: str,
    *,
    resolve: Resolve = socket.getaddrinfo,
    clock: Clock = monotonic,
) -> tuple[bytes, str]:
    """Return (content, content type) of what lies at ``url``.

    :param base_url: the hub's own address; when that is a simulator on this machine,
        labels may lie there too
    :raise UnusableLabel: when the address may not be spoken to
    :raise AnswerTooLarge: when it sends more than a label can be
    :raise UnexpectedAnswer: when there is no file now
    """
    for _hop in range(MAX_REDIRECTS + 1):
        status, location, content, content_type = _get(url, base_url, resolve, clock)
        if 300 <= status < 400 and location:
            url = urljoin(url, location)
        elif status == 200:
            return content, content_type
        else:
            raise UnexpectedAnswer(f"the label's address answered {status}")
    raise UnexpectedAnswer("the label's address leads from one to another")


def _get(
    url: str, base_url: str, resolve: Resolve, clock: Clock
) -> tuple[int, str | None, bytes, str]:
    try:
        parts = urlsplit(url)
        pool = bounded(_pool(parts, base_url, resolve), MAX_SECONDS, clock)
        with closing(pool):
            response = pool.urlopen(
                "GET",
                f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}",
                headers={"Host": parts.netloc.rpartition("@")[2], "Accept": "*/*"},
                redirect=False,
                retries=False,
                preload_content=False,
            )
            with closing(response):
                content = b""
                if response.status == 200:
                    content = read_body(response, MAX_LABEL_BYTES)
                location = response.headers.get("Location")
                kind = response.headers.get("Content-Type", "")
                return response.status, location, content, kind
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise UnexpectedAnswer("the label's address cannot be reached") from error
    except ValueError as error:
        raise UnusableLabel("bad_address") from error


def _pool(
    parts: SplitResult, base_url: str, resolve: Resolve
) -> urllib3.HTTPConnectionPool:
    """Return the connection to the one address that was checked."""
    host, port = parts.hostname, parts.port
    if host and _is_simulator(parts, base_url):
        return urllib3.HTTPConnectionPool(host, port, timeout=TIMEOUT)
    if parts.scheme != "https" or not host:
        raise UnusableLabel("bad_address")
    found = [info[4][0] for info in resolve(host, port or 443, type=socket.SOCK_STREAM)]
    if not found or not all(_is_public(address) for address in found):
        raise UnusableLabel("bad_address")
    return urllib3.HTTPSConnectionPool(
        found[0],
        port or 443,
        timeout=TIMEOUT,
        server_hostname=host,
        assert_hostname=host,
        cert_reqs="CERT_REQUIRED",
        ca_certs=certifi.where(),
    )


def _is_simulator(parts: SplitResult, base_url: str) -> bool:
    """Tell whether this is the hub's own address, and that a loopback one."""
    hub = urlsplit(base_url)
    own = ("http", hub.hostname, hub.port)
    if (parts.scheme, parts.hostname, parts.port) != own or hub.scheme != "http":
        return False
    return is_this_machine(hub.hostname)


def _is_public(address: str) -> bool:
    found = ip_address(address.partition("%")[0])
    found = getattr(found, "ipv4_mapped", None) or found
    return found.is_global and not found.is_multicast


def label_parts(kind: str, content: bytes) -> list[tuple[str, bytes]]:
    """Return the (kind, bytes) that a printer takes: one, or those of a zip in order.

    :raise UnusableLabel: when nothing in it can be printed
    """
    if len(content) > MAX_LABEL_BYTES:
        raise UnusableLabel("too_large")
    if kind == "zip":
        return _parts_of_zip(content)
    if kind not in ("pdf", "zpl"):
        raise UnusableLabel("unknown")
    return [(kind, content)]


def _parts_of_zip(content: bytes) -> list[tuple[str, bytes]]:
    """Unpack no more than MAX_UNPACKED_BYTES, whatever the archive claims."""
    if content.count(ENTRY_MARK) > MAX_ENTRIES:
        raise UnusableLabel("too_large")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files = [entry for entry in archive.infolist() if not entry.is_dir()]
            unpacked = list(_unpacked(archive, files))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise UnusableLabel("broken") from error
    except (RuntimeError, NotImplementedError) as error:
        # An encrypted archive, or an unknown way of packing.
        raise UnusableLabel("broken") from error
    sniffed = [sniff_label(file, "part") for file in unpacked]
    parts = [(p.kind, p.content) for p in sniffed if p and p.kind != "zip"]
    if not parts:
        raise UnusableLabel("unknown")
    return parts


def _unpacked(
    archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]
) -> Iterator[bytes]:
    left = MAX_UNPACKED_BYTES
    for entry in entries:
        if entry.compress_type not in PACKINGS:
            raise UnusableLabel("broken")
        with archive.open(entry) as file:
            content = file.read(left + 1)
        left -= len(content)
        if left < 0:
            raise UnusableLabel("too_large")
        yield content


def read_label(content: bytes, content_type: str | None, name: str) -> Label:
    """Return the Label that an answer holds, sniffed (docs/hub-api.md 13 #35).

    PDF, ZPL or zip as bytes; or JSON with base64 or an address of one of them. The
    address is given back and never fetched: it may be anybody's.
    """
    label = sniff_label(content, name) or _sniff_json(content, name)
    if label:
        return label
    if not content.strip() or is_html(content, content_type):
        raise UnexpectedAnswer(
            "Plug4Market sent no label. It often exists only some minutes after the "
            "invoice was accepted: try again then."
        )
    return Label(kind="unknown", content=content, filename=f"{name}.bin")


def sniff_label(content: bytes, name: str) -> Label | None:
    """Return the Label that bytes are by themselves, or None."""
    start = content.lstrip(_BEFORE)
    if start.startswith(b"%PDF"):
        return Label(kind="pdf", content=content, filename=f"{name}.pdf")
    if start.startswith(b"PK\x03\x04"):
        return Label(kind="zip", content=content, filename=f"{name}.zip")
    if _ZPL.match(start):
        return Label(kind="zpl", content=content, filename=f"{name}.zpl")
    return None


def _sniff_json(content: bytes, name: str) -> Label | None:
    """Return the labels of a JSON answer, or of a bare text, as one; or None."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        document = content.decode("ascii", "ignore").strip()
    texts = dict.fromkeys(_texts(document, _MAX_LABEL_DEPTH))
    found = [label for text in texts if (label := _label_in_text(text, name))]
    documents = [label for label in found if label.content]
    return _together(documents, name) if documents else next(iter(found), None)


def _together(labels: list[Label], name: str) -> Label:
    """Return one label for those of several parcels: what a printer takes, in a zip.

    The same label in two formats is not printed twice: the more frequent one stays,
    PDF rather than ZPL.
    """
    kinds = [label.kind for label in labels]
    kind = max(("pdf", "zpl", "zip"), key=kinds.count)
    chosen = [label for label in labels if label.kind == kind]
    if len(chosen) == 1:
        return chosen[0]
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        number = 0
        for label in chosen:
            for part_kind, part in label_parts(label.kind, label.content):
                number += 1
                file.writestr(f"{name}-{number:02}.{part_kind}", part)
    return Label(kind="zip", content=archive.getvalue(), filename=f"{name}.zip")


def _label_in_text(candidate: str, name: str) -> Label | None:
    if candidate.startswith(("https://", "http://")) and urlsplit(candidate).hostname:
        return Label(kind="url", url=candidate)
    encoded = candidate.partition(";base64,")[2] or candidate
    try:
        decoded = base64.b64decode("".join(encoded.split()), validate=True)
    except (binascii.Error, ValueError):
        decoded = b""
    return sniff_label(decoded, name) or sniff_label(candidate.encode(), name)


def _texts(node: object, depth: int) -> Iterator[str]:
    """Yield every text of a JSON document, documents before addresses."""
    if isinstance(node, str):
        yield node.strip()
    elif depth:
        children = list(node.values()) if isinstance(node, Mapping) else node
        if isinstance(children, list):
            found = [text for child in children for text in _texts(child, depth - 1)]
            yield from sorted(found, key=lambda found: found.startswith("http"))
