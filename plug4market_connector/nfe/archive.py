"""The files in a zip of NF-es; each that cannot be read says why, the others go on.

The zip comes from an upload or a mail: nothing is written to disk, no name of it is
used as a path, and no more is unpacked than a day's notes can be.
"""

import io
import zipfile
import zlib
from dataclasses import dataclass, field

from .document import MAX_BYTES

MAX_FILES = 1000
# All files of one zip together, unpacked: twenty times a large day of notes.
MAX_UNPACKED = 100 * 1024 * 1024
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


def unpack(name, content):
    """Return the LooseFiles of a file: those inside when it is a zip, else itself.

    PDFs in a zip are left out: issuers put each note's DANFE beside it.
    """
    if not content.startswith(b"PK"):
        return [LooseFile(name=name, content=content)]
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [info for info in archive.infolist() if _is_wanted(info)]
            if len(members) > MAX_FILES:
                return [LooseFile(name=name, reason="archive_too_large")]
            found = list(_read_all(archive, members))
    except BROKEN:
        return [LooseFile(name=name, reason="archive_damaged")]
    return found or [LooseFile(name=name, reason="archive_empty")]


def _is_wanted(info):
    name = info.filename.rpartition("/")[2].lower()
    hidden = name.startswith(".") or info.filename.startswith("__MACOSX/")
    return bool(name) and not hidden and not name.endswith(".pdf")


def _read_all(archive, members):
    left = MAX_UNPACKED
    for info in members:
        piece = _read(archive, info, left)
        left -= len(piece.content)
        yield piece


def _read(archive, info, left):
    """Return one file of the zip; what its header says of its size is not believed."""
    name = info.filename.rpartition("/")[2]
    if info.flag_bits & ENCRYPTED:
        return LooseFile(name=name, reason="archive_encrypted")
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
