"""The NF-e seen from Python: reading, its access key, and the checks before sending."""

from .access_key import (
    KeyParts,
    is_valid_key,
    key_check_digit,
    normalise_key,
    split_key,
)
from .archive import LooseFile, unpack, unpack_all
from .checks import AUTHORISED, FINDING_CODES, PRODUCTION, Finding, pre_flight
from .document import NfeDocument
from .envelope import MAX_BYTES, MAX_UNPACKED, REASONS, NotAnNfe
from .event import NfeEvent
from .order_numbers import fold
from .payment import payment_code

__all__ = [
    "AUTHORISED",
    "FINDING_CODES",
    "MAX_BYTES",
    "MAX_UNPACKED",
    "PRODUCTION",
    "REASONS",
    "Finding",
    "KeyParts",
    "LooseFile",
    "NfeDocument",
    "NfeEvent",
    "NotAnNfe",
    "fold",
    "is_valid_key",
    "key_check_digit",
    "normalise_key",
    "payment_code",
    "pre_flight",
    "split_key",
    "unpack",
    "unpack_all",
]
