"""The files in a zip or an envelope; each that cannot be read says why.

A zip comes from an upload or a mail: nothing is written to disk, no name of it is
used as a path, and no more is unpacked than a day's notes can be.
"""

import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from .envelope import MAX_BYTES, MAX_UNPACKED, NotAnNfe, open_file

MAX_FILES = 1000
# Begins the description of each entry of a zip: too many are seen without reading them.
# Notes have their DANFEs and folders beside them.
ENTRY_MARK = b"PK\x01\x02"
MAX_ENTRIES = 10 * MAX_FILES
# Packings that can be unpacked in pieces; of the others Python unpacks all at once.
PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ENCRYPTED = 0x1
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError),
    *(NotImplementedError, RuntimeError, ValueError),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LooseFile:
    """One file as it came: its bytes, or the reason (of ``REASONS``) for none."""

    name: str
    content: bytes = field(default=b"", repr=False)
    reason: str = ""


def unpack(name: str, content: bytes) -> list[LooseFile]:
    """Return the LooseFiles of one file: see ``unpack_all``."""
    return unpack_all([LooseFile(name=name, content=content)])


def unpack_all(files: Iterable[LooseFile]) -> list[LooseFile]:
    """Return the LooseFiles in files that came together: those inside of each.

    PDFs in a zip are left out: issuers put each note's DANFE beside it.
    """
    found: list[LooseFile] = []
    left = MAX_UNPACKED
    for file in files:
        is_zip = file.content.startswith(b"PK")
        pieces = _unzip(file, left) if is_zip else [file]
        opened = [part for piece in pieces for part in _open(piece, left)]
        left -= sum(len(part.content) for part in opened) if opened != [file] else 0
        found += opened
    return found


def _open(file: LooseFile, left: int) -> list[LooseFile]:
    """Return the documents of an envelope; a file that is one itself as it came."""
    if file.reason or not file.content:
        return [file]
    try:
        parts = open_file(file.content, max(left, 0))
    except NotAnNfe as error:
        too_large = error.reason == "archive_too_large"
        return [LooseFile(name=file.name, reason=error.reason)] if too_large else [file]
    if len(parts) == 1 and not parts[0].was_inside:
        return [file]
    names = (f"{file.name} ({place})" for place in range(1, len(parts) + 1))
    return [
        LooseFile(
            name=name if len(parts) > 1 else file.name, content=part.text.encode()
        )
        for name, part in zip(names, parts, strict=True)
    ]


def _unzip(file: LooseFile, left: int) -> list[LooseFile]:
    """Return the LooseFiles of a zip, of which no more than ``left`` bytes unpacked."""
    if len(file.content) > MAX_UNPACKED or file.content.count(ENTRY_MARK) > MAX_ENTRIES:
        return [LooseFile(name=file.name, reason="archive_too_large")]
    try:
        with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
            members = [info for info in archive.infolist() if _is_wanted(info)]
            if len(members) > MAX_FILES:
                return [LooseFile(name=file.name, reason="archive_too_large")]
            found = list(_read_all(archive, members, left))
    except BROKEN:
        return [LooseFile(name=file.name, reason="archive_damaged")]
    return found or [LooseFile(name=file.name, reason="archive_empty")]


def _is_wanted(info: zipfile.ZipInfo) -> bool:
    name = info.filename.rpartition("/")[2].lower()
    hidden = name.startswith(".") or info.filename.startswith("__MACOSX/")
    return bool(name) and not hidden and not name.endswith(".pdf")


def _read_all(
    archive: zipfile.ZipFile, members: Iterable[zipfile.ZipInfo], left: int
) -> Iterator[LooseFile]:
    for info in members:
        piece = _read(archive, info, left)
        left -= len(piece.content)
        yield piece


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, left: int) -> LooseFile:
    """Return one file of the zip; what its header says of its size is not believed."""
    name = info.filename.rpartition("/")[2]
    if info.flag_bits & ENCRYPTED:
        return LooseFile(name=name, reason="archive_encrypted")
    if info.compress_type not in PACKINGS:
        return LooseFile(name=name, reason="archive_unknown")
    try:
        with archive.open(info) as member:
            content = member.read(min(MAX_BYTES, left) + 1)
    except BROKEN:
        return LooseFile(name=name, reason="archive_damaged")
    if len(content) > MAX_BYTES:
        return LooseFile(name=name, reason="too_large")
    if len(content) > left:
        return LooseFile(name=name, reason="archive_too_large")
    if content.startswith(b"PK"):
        return LooseFile(name=name, reason="archive_nested")
    return LooseFile(name=name, content=content)
