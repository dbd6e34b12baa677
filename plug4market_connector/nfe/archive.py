"""The files in a zip of NF-es; each that cannot be read says why, the others go on.

The zip comes from an upload or a mail: nothing is written to disk, no name of it is
used as a path, and no more is unpacked than a day's notes can be.
"""

import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from .document import MAX_BYTES

MAX_FILES = 1000
# All files of the zips that came together, unpacked: twenty times a large day of notes.
MAX_UNPACKED = 100 * 1024 * 1024
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
    """Return the LooseFiles in files that came together: those inside of each zip.

    PDFs in a zip are left out: issuers put each note's DANFE beside it.
    """
    found: list[LooseFile] = []
    left = MAX_UNPACKED
    for file in files:
        if not file.content.startswith(b"PK"):
            found.append(file)
            continue
        pieces = _unzip(file, left)
        left -= sum(len(piece.content) for piece in pieces)
        found += pieces
    return found


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
