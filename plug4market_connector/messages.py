"""What a person is told: an error in words, and a notification."""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

from odoo.exceptions import UserError

from .hub import (
    AnswerTooLarge,
    BudgetExhausted,
    CredentialsError,
    ForbiddenAddress,
    HubUnreachable,
    NoSuchRoute,
    NotFoundInHub,
    Plug4MarketError,
    RateLimited,
    RejectedByHub,
    StoreInQuestion,
    TransientError,
    UnexpectedAnswer,
)

if TYPE_CHECKING:
    from odoo.api import Environment

_logger = logging.getLogger(__name__)

# What may come after a notification.
ACTIONS = {
    "close": {"type": "ir.actions.act_window_close"},
    "reload": {"type": "ir.actions.client", "tag": "soft_reload"},
}

# These pass by themselves.
PASSING = (TransientError, UnexpectedAnswer)

# The sentence of each class; one that is not here has that of its nearest ancestor.
SENTENCES: dict[type, Callable[..., str]] = {
    # Only an address that cannot be called is of no other class.
    Plug4MarketError: lambda env, _error: env._(
        "The API address of the company is not valid. Correct it on the company's "
        "Integration tab."
    ),
    TransientError: lambda env, error: env._(
        "Plug4Market does not answer at the moment (error %(status)s%(reason)s).",
        status=error.status,
        reason="".join(f": {message}" for message in error.messages[:1]),
    ),
    HubUnreachable: lambda env, _error: env._(
        "Plug4Market cannot be reached at the moment."
    ),
    RateLimited: lambda env, _error: env._(
        "Plug4Market asks to wait: too many calls in a minute."
    ),
    BudgetExhausted: lambda env, _error: env._(
        "The store has used the calls Plug4Market allows in a minute."
    ),
    UnexpectedAnswer: lambda env, _error: env._(
        "Plug4Market gave an answer that cannot be understood; a maintenance "
        "page may have answered. If it lasts, check the API address on the "
        "company's Integration tab."
    ),
    CredentialsError: lambda env, _error: env._(
        "Plug4Market does not accept the store's tokens. Press Gerar Tokens in "
        "Plug4Market (Lojas > Detalhes) and paste the new tokens on the "
        "company's Integration tab; what waits then goes on by itself."
    ),
    ForbiddenAddress: lambda env, _error: env._(
        "The store's tokens may not be sent to the company's API address: it "
        "has to begin with https:// and to be the host they were pasted for. "
        "Correct the address on the company's Integration tab and paste new "
        "tokens there; what waits then goes on by itself."
    ),
    StoreInQuestion: lambda env, _error: env._(
        "Nothing is sent or received for this store until a question about it is "
        "answered. Ask somebody with the access right Settings to answer it on the "
        "company's Integration tab; what waits then goes on by itself."
    ),
    RejectedByHub: lambda env, error: env._(
        "Plug4Market refused it: %(reason)s. Correct the data and try again.",
        reason=_reason(env, error),
    ),
    NoSuchRoute: lambda env, error: env._(
        "Plug4Market does not have this call (%(reason)s): nothing happened there. "
        "Check the API address on the company's Integration tab; if it is right, tell "
        "the connector's support.",
        reason=_reason(env, error),
    ),
    NotFoundInHub: lambda env, error: env._(
        "Plug4Market does not know this record in this store: %(reason)s. "
        "Check that the tokens belong to the right store.",
        reason=_reason(env, error),
    ),
    AnswerTooLarge: lambda env, error: env._(
        "Plug4Market's answer is larger than %(megabytes)s MB and was not read. "
        "Try again later; if it stays so, ask Plug4Market's support why.",
        megabytes=error.limit // 1_000_000,
    ),
}


def explain(
    env: "Environment", error: Exception, *, queued: bool = True, again: bool = True
) -> str:
    """What ``error`` means for a person, and what to do next.

    :param queued: what failed for a passing reason is tried again by itself; what is
        not queued asks only whether the hub answers
    :param again: False when that was done for long enough
    """
    if isinstance(error, UserError):
        return str(error)
    if not isinstance(error, Plug4MarketError):
        _logger.error("Plug4Market work failed", exc_info=error)
        return env._(
            "Odoo could not process it: %(reason)s. Correct the cause and try again; "
            "the server log has the details.",
            reason=error,
        )
    if isinstance(error, NotFoundInHub) and not queued:
        return env._(
            "Nothing of Plug4Market answers at this API address (%(reason)s). "
            "Correct it on the company's Integration tab.",
            reason=_reason(env, error),
        )
    nearest = next(kind for kind in type(error).__mro__ if kind in SENTENCES)
    sentence = SENTENCES[nearest](env, error)
    if not queued or not isinstance(error, PASSING):
        return sentence
    next_step = (
        env._("It is tried again by itself.")
        if again
        else env._(
            "It was tried again for days in vain, and now waits for you: try it again "
            "once the cause is gone."
        )
    )
    return f"{sentence} {next_step}"


def _reason(env: "Environment", error: Plug4MarketError) -> str:
    """The hub's own words alone: ours are English and for the log."""
    return "; ".join(error.messages) or env._("it gave no reason")


def notification(
    message: str,
    *,
    kind: Literal["success", "info", "warning", "danger"],
    title: str | None = None,
    sticky: bool = False,
    next: str | dict[str, Any] | None = "close",
) -> dict[str, Any]:
    """The action that shows ``message`` in a corner of the screen.

    :param kind: success, info, warning or danger: its colour
    :param sticky: it stays until it is closed
    :param next: one of ACTIONS by its name, another action, or None
    """
    params: dict[str, Any] = {
        "type": kind,
        "message": message,
        "sticky": sticky,
        # A line of the message is one on the screen.
        "className": "text-prewrap",
    }
    if title:
        params["title"] = title
    if next:
        params["next"] = dict(ACTIONS[next] if isinstance(next, str) else next)
    return {
        "type": "ir.actions.client",
        "tag": "display_notification",
        "params": params,
    }
