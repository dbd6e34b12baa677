"""What can go wrong with the hub, sorted by what to do about it.

Plug4MarketError
├── TransientError           retryable: the queue tries again by itself
│   ├── HubUnreachable       timeout, DNS, connection; ``sent``: may it have arrived?
│   ├── HubUnavailable       5xx, 408, a firewall's page
│   ├── RateLimited          429; wait ``retry_after`` seconds
│   └── BudgetExhausted      no call was made: our own share of the minute is used up
│       └── HeldBack         no call was made: something more urgent goes first
├── CredentialsError         401/403 after one renewal: the store needs new tokens
│   ├── ForbiddenAddress     no call was made: the tokens may not go to this address
│   └── StoreInQuestion      no call was made: a person has to say what they are first
├── RejectedByHub            400, 409, 422...: ``messages`` say what a person corrects
│   ├── AlreadyExists        what was to be created is there: go on with an update
│   ├── InOtherGroup         the hub has the SKU under another ``productId``: read it
│   └── NoSuchRoute          the hub has no such call: nothing happened
├── NotFoundInHub            404
├── UnusableLabel            a label came that cannot be printed; ``reason`` says why
├── AnswerTooLarge           more came than is read: it is no more asked for by itself
└── UnexpectedAnswer         an answer that cannot be understood
    └── NotTheHub            a page or a redirect: something else answers for the hub
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any

import requests

from .log import mask_text

# What is read of an error answer.
MAX_BODY = 1_000_000
# docs/hub-api.md 7.9: what the hub's stack says of a path that it does not serve.
_NO_ROUTE = re.compile(rb"Cannot (?:GET|HEAD|POST|PUT|PATCH|DELETE) /")
MAX_MESSAGES = 50
MAX_MESSAGE_LENGTH = 1000
MAX_DEPTH = 8

# docs/hub-api.md 5.4 (first two, from production) and our guess at their relatives;
# compared without accents and case, and only for POST: a PUT may say "não atualizado"
# as well.
ALREADY_EXISTS_TEXTS = (
    "produto nao atualizado",
    "ja existe",
    "ja cadastrad",
    "already exists",
)

# docs/hub-api.md 5.4: of a POST from production, of a PUT inferred.
OTHER_GROUP_TEXT = "outro id produto"


class Plug4MarketError(Exception):
    """Base of the family; ``user_message`` is what a person may read."""

    retryable: bool = False

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        messages: Iterable[str] = (),
        user_message: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.messages = tuple(messages)
        self.user_message = user_message or "; ".join(self.messages) or message
        self.retry_after: float | None = None


class TransientError(Plug4MarketError):
    """Will probably work later; ``retry_after`` in seconds when known."""

    retryable = True

    def __init__(
        self, message: str, *, retry_after: float | None = None, **details: Any
    ) -> None:
        super().__init__(message, **details)
        self.retry_after = retry_after


class HubUnreachable(TransientError):
    """No answer arrived; ``sent`` is True when the request may have reached the hub."""

    def __init__(self, message: str, *, sent: bool = True, **details: Any) -> None:
        super().__init__(message, **details)
        self.sent = sent


class HubUnavailable(TransientError):
    """The hub, or what stands before it, is not able to answer now."""


class RateLimited(TransientError):
    """429: more than 100 calls in a minute (docs/hub-api.md 9.2)."""


class BudgetExhausted(TransientError):
    """Raised by ``acquire`` before a call: nothing was sent."""


class HeldBack(BudgetExhausted):
    """No call was made: something more urgent goes first."""


class CredentialsError(Plug4MarketError):
    """The tokens do not work any more and could not be renewed."""


class ForbiddenAddress(CredentialsError):
    """The store's tokens may not be sent to the address it has now."""


class StoreInQuestion(CredentialsError):
    """Whose tokens these are, or what this database is, has to be said first."""


class RejectedByHub(Plug4MarketError):
    """The hub understood and refused; repeating it unchanged is useless."""


class AlreadyExists(RejectedByHub):
    """What was to be created is there already (docs/hub-api.md 5.4)."""


class InOtherGroup(RejectedByHub):
    """A SKU cannot be changed under this ``productId`` (docs/hub-api.md 5.4)."""


class NoSuchRoute(RejectedByHub):
    """The hub has no such call, whatever record it is about (docs/hub-api.md 7.9)."""


class NotFoundInHub(Plug4MarketError):
    """The hub knows no such order, product or address."""


class UnusableLabel(Plug4MarketError):
    """What came as a label cannot be printed.

    ``reason``: too_large, broken, unknown (neither PDF nor ZPL) or bad_address.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"the label cannot be used: {reason}")
        self.reason = reason


class AnswerTooLarge(Plug4MarketError):
    """A success whose answer is larger than ``limit`` bytes: its effect may be there.

    The next try would most likely meet the same answer.
    """

    def __init__(self, limit: int) -> None:
        super().__init__(f"Plug4Market answered with more than {limit} bytes.")
        self.limit = limit


class UnexpectedAnswer(Plug4MarketError):
    """An answer that is not what docs/hub-api.md describes."""


class NotTheHub(UnexpectedAnswer):
    """A page, or a redirect: a proxy, or a hub in maintenance, answers in its place."""


# No answer of the hub itself: about the work that was to be done they say nothing.
SILENCE = (HubUnreachable, HubUnavailable, NotTheHub)


def parse_error_body(body: object) -> tuple[str, ...]:
    """Return the messages of an error answer as a flat tuple of texts.

    docs/hub-api.md 9.1: ``error_messages[].message`` is a text, a list of texts, a list
    of objects with ``message``, or such lists nested. HTML and garbage give ``()``.
    """
    if isinstance(body, bytes):
        body = body.decode("utf-8", "replace")
    if isinstance(body, str):
        try:
            body = json.loads(body)
        except (ValueError, RecursionError):
            return ()
    # A dict, to drop repetitions and keep the order.
    texts = dict.fromkeys(_walk_messages(body, MAX_DEPTH))
    return tuple(texts)[:MAX_MESSAGES]


def _walk_messages(node: object, depth: int) -> Iterator[str]:
    """Yield the texts under the keys that carry messages."""
    if depth == 0:
        return
    if isinstance(node, str):
        text = mask_text(" ".join(node.split()))[:MAX_MESSAGE_LENGTH]
        if text:
            yield text
    elif isinstance(node, list | tuple):
        for child in node:
            yield from _walk_messages(child, depth - 1)
    elif isinstance(node, Mapping):
        # "error" ("Bad Request") only repeats the status: the last resort.
        for key in ("error_messages", "message", "messages", "errors", "error"):
            if node.get(key):
                yield from _walk_messages(node[key], depth - 1)
                return


def hidden_error_status(body: object) -> int | None:
    """Return the status of a failure that came as HTTP 2xx, else None.

    docs/hub-api.md 9.1: a client in the field knows a failure by the key
    ``error_status``.
    """
    said = body.get("error_status") if isinstance(body, Mapping) else None
    try:
        status = int(said or 0)
    except (TypeError, ValueError):
        return None
    return status if 400 <= status <= 599 else None


def error_from_response(
    response: requests.Response, *, status: int | None = None
) -> Plug4MarketError:
    """Return (not raise) the error that an answer means.

    ``status`` replaces the HTTP status when the body knows better.
    """
    status = status or response.status_code
    request = response.request
    messages = parse_error_body(response.content[:MAX_BODY])
    html = is_html(response.content, response.headers.get("Content-Type"))
    family = _no_route(status, response.content) or _family(
        status, messages, request.method if request else None, html
    )
    details: dict[str, Any] = {"status": status, "messages": messages}
    if issubclass(family, TransientError):
        details["retry_after"] = parse_retry_after(response.headers.get("Retry-After"))
    said = "; ".join(messages) or f"no explanation ({response.reason or 'no reason'})"
    return family(f"Plug4Market answered {status}: {said}", **details)


def _no_route(status: int, content: bytes) -> type[Plug4MarketError] | None:
    """Return NoSuchRoute when the call is missing, and not the record it is about."""
    missing = status == 405 or (status == 404 and _NO_ROUTE.search(content[:MAX_BODY]))
    return NoSuchRoute if missing else None


def _family(
    status: int, messages: tuple[str, ...], method: str | None, is_html: bool
) -> type[Plug4MarketError]:
    """Return the class for a status; see the tree on top."""
    if status == 429:
        return RateLimited
    # A page with 403 is a firewall's: new tokens would not help.
    if status >= 500 or status in (408, 425) or (status == 403 and is_html):
        return HubUnavailable
    if status in (401, 403):
        return CredentialsError
    if status == 404:
        return NotFoundInHub
    if status < 400:
        return NotTheHub
    return _rejected_family(messages, method)


def _rejected_family(
    messages: tuple[str, ...], method: str | None
) -> type[RejectedByHub]:
    folded = [_fold(message) for message in messages]
    if method == "PUT" and any(OTHER_GROUP_TEXT in message for message in folded):
        return InOtherGroup
    if method not in (None, "POST"):
        return RejectedByHub
    known = any(text in message for text in ALREADY_EXISTS_TEXTS for message in folded)
    return AlreadyExists if known else RejectedByHub


def _fold(text: str) -> str:
    """Return the text without accents and case."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).lower()


def is_html(content: bytes, content_type: str | None) -> bool:
    """Tell whether a page came: the hub itself never sends one."""
    start = content[:200].lstrip().lower()
    told = "html" in (content_type or "").lower()
    return told or start.startswith((b"<!doctype", b"<html"))


def parse_retry_after(value: str | None, now: datetime | None = None) -> float | None:
    """Return the seconds of a ``Retry-After`` header (number or HTTP date) or None."""
    value = (value or "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, ValueError, IndexError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    now = now or datetime.now(timezone.utc)
    return max(0.0, (moment - now).total_seconds())
