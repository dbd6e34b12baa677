"""Paths and queries as the hub reads them."""

from datetime import date
from urllib.parse import quote

from .errors import RejectedByHub
from .values import iso


def order_path(uid):
    """Return the path of one order."""
    return f"/orders/{quoted(uid, 'order id')}"


def product_path(sku):
    """Return the path of one SKU (API notes 5.1)."""
    return f"/products/{quoted(sku, 'SKU')}"


def quoted(part, name):
    """Return the part fit for one step of a path, slashes and all.

    Empty, "." and ".." would turn the path into another one: they are not sent.
    """
    written = str(part or "")
    if not written.strip() or written in (".", ".."):
        raise RejectedByHub(f"{written!r} cannot be used as {name} in Plug4Market.")
    return quote(written, safe="")


def query(params):
    """Return the query without None, booleans and dates as the hub writes them."""
    written = {key: value for key, value in params.items() if value is not None}
    for key, value in written.items():
        if isinstance(value, bool):
            written[key] = "true" if value else "false"
        elif isinstance(value, date):
            written[key] = iso(value)
    return written
