"""Zips for tests, made in memory."""

import io
import zipfile


def zipped(files, packing=zipfile.ZIP_DEFLATED):
    """Return the bytes of a zip of ``files``, contents by name."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", packing) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()
