"""What a label that came is made of: the files in it that a printer takes."""

import io
import zipfile
import zlib

from .answers import sniff_label
from .const import MAX_LABEL_BYTES
from .errors import UnusableLabel

MAX_ENTRIES = 50
# Begins the description of each entry: too many are seen without reading them.
ENTRY_MARK = b"PK\x01\x02"
# Packings that can be unpacked in pieces; of the others Python unpacks all at once.
PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# What the files of a zip may hold together once they are unpacked.
MAX_UNPACKED_BYTES = MAX_LABEL_BYTES


def label_parts(kind, content):
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


def _parts_of_zip(content):
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


def _unpacked(archive, entries):
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
