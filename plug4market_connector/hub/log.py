"""The one logger of this package, and the filter that keeps secrets out of it.

A filter on a logger does not see what its children log: every module here therefore
uses ``logger`` of this one.
"""

import logging
import re
from collections.abc import Mapping
from numbers import Number
from typing import Any

from .const import SECRET_KEYS

MASK = "***"

# "eyJ" begins every JWT, "ZXlK" the base64 of one (the panel may wrap it so).
_TOKEN = re.compile(r"(?:eyJ|ZXlK)[\w+/=.-]{8,}")
_BEARER = re.compile(r"(bearer\s+)[^\s\"',;]+", re.IGNORECASE)
_KEYS = "|".join(sorted(map(re.escape, SECRET_KEYS), key=len, reverse=True))
# The value may be quoted with blanks inside, or bare; "Bearer " is no value.
_PAIR = re.compile(
    rf"(\b(?:{_KEYS})\b[\"']?\s*[:=]\s*)"
    r"(?:(?:\"[^\"]*\")|(?:'[^']*')|(?:bearer\s+)?[^\s\"',;&}]+)",
    re.IGNORECASE,
)


def mask_text(text: str) -> str:
    """Return the text without JWTs and without the values of secret keys."""
    text = _TOKEN.sub(MASK, text)
    text = _PAIR.sub(rf"\g<1>{MASK}", text)
    return _BEARER.sub(rf"\g<1>{MASK}", text)


def mask_value(value: Any) -> Any:
    """Return the value masked, whatever it holds; numbers stay numbers."""
    if value is None or isinstance(value, Number):
        return value
    if isinstance(value, Mapping):
        return {
            key: MASK if _is_secret(key) else mask_value(item)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return type(value)([mask_value(item) for item in value])
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    return mask_text(str(value))


def _is_secret(key: object) -> bool:
    return str(key).lower() in {secret.lower() for secret in SECRET_KEYS}


class SecretsFilter(logging.Filter):
    """Mask secrets in the message, its arguments and its traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = mask_value(record.msg)
        if isinstance(record.args, Mapping):
            record.args = mask_value(record.args)
        elif record.args:
            record.args = tuple(mask_value(value) for value in record.args)
        if record.exc_info and record.exc_info[0] and not record.exc_text:
            text = logging.Formatter().formatException(record.exc_info)
            record.exc_text = mask_text(text)
        return True


logger = logging.getLogger(__package__)
# Odoo may load a module twice in one process: one filter is enough.
if not any(type(known).__name__ == SecretsFilter.__name__ for known in logger.filters):
    logger.addFilter(SecretsFilter())
