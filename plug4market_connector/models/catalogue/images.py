"""Images of products as marketplaces take them, and where they can load them."""

import io
from ipaddress import ip_address
from urllib.parse import urlsplit

from PIL import Image, ImageOps, WebPImagePlugin

# The longest side of an image that is sent (docs/hub-api.md 13 #41).
IMAGE_SIDE = 1200

# The largest file and picture that are read; the second is Odoo's own limit.
MAX_BYTES = 20_000_000
MAX_PIXELS = 50_000_000

# Names that only resolve inside a network (RFC 2606, RFC 6761, RFC 6762, RFC 8375).
LOCAL_NAMES = ("localhost", "local", "lan", "internal", "intranet", "home", "corp")
RESERVED_NAMES = ("test", "example", "invalid", "arpa")


def is_public_address(url):
    """Whether others can load what lies under ``url``: https and no local host."""
    try:
        parts = urlsplit(url or "")
        host = (parts.hostname or "").rstrip(".").lower()
    except ValueError:
        return False
    if parts.scheme != "https" or not host:
        return False
    try:
        return ip_address(host).is_global
    except ValueError:
        name, dot, ending = host.rpartition(".")
        # "1.2.3" and "0x7f.1" are no names, but some read them as addresses.
        return bool(name and dot and not ending[:1].isdigit()) and ending not in (
            *LOCAL_NAMES,
            *RESERVED_NAMES,
        )


class ImageTooLarge(Exception):
    """A file of more than MAX_BYTES, or a picture of more than MAX_PIXELS."""


def to_jpeg(raw):
    """Return an image as a JPEG on white, at most 1200 pixels; empty if it is none.

    :raise ImageTooLarge: when it has more than MAX_PIXELS
    """
    try:
        with _open(raw) as source:
            if source.width * source.height > MAX_PIXELS:
                raise ImageTooLarge
            image = ImageOps.exif_transpose(source).convert("RGBA")
    except Image.DecompressionBombError as error:
        raise ImageTooLarge from error
    except (OSError, SyntaxError, ValueError):
        return b""
    image.thumbnail((IMAGE_SIDE, IMAGE_SIDE), Image.Resampling.LANCZOS)
    canvas = Image.new("RGB", image.size, "white")
    canvas.paste(image, mask=image.getchannel("A"))
    written = io.BytesIO()
    canvas.save(written, "JPEG", quality=90, optimize=True)
    return written.getvalue()


def _open(raw):
    """Open an image; a WebP too, as Odoo keeps photographs, though Pillow may not."""
    if raw[:4] == b"RIFF" and raw[8:12] == b"WEBP":
        return WebPImagePlugin.WebPImageFile(io.BytesIO(raw))
    return Image.open(io.BytesIO(raw))
