import logging

from odoo import api, models
from odoo.exceptions import UserError

from ..hub import (
    AnswerTooLarge,
    BudgetExhausted,
    CredentialsError,
    ForbiddenAddress,
    HubUnreachable,
    NotFoundInHub,
    Plug4MarketError,
    RateLimited,
    RejectedByHub,
    TransientError,
    UnexpectedAnswer,
)

_logger = logging.getLogger(__name__)


class Plug4marketConnection(models.Model):
    """What went wrong between Odoo and the hub, in words."""

    _inherit = "plug4market.connection"

    @api.model
    def _explain(self, error, *, queued=True):
        """What ``error`` means for a person, and what to do next.

        ``queued``: what failed for a passing reason is tried again by itself.
        """
        if isinstance(error, Plug4MarketError):
            return self._explain_hub_error(error, queued)
        if isinstance(error, UserError):
            return str(error)
        _logger.error("Plug4Market work failed", exc_info=error)
        return self.env._(
            "Odoo could not process it: %(reason)s. Correct the cause and try again; "
            "the server log has the details.",
            reason=error,
        )

    @api.model
    def _explain_hub_error(self, error, queued):
        if isinstance(error, ForbiddenAddress):
            return self.env._(
                "The store's tokens may not be sent to the company's API address: it "
                "has to begin with https:// and to be the host they were pasted for. "
                "Correct the address on the company's Integration tab and paste new "
                "tokens there; what waits then goes on by itself."
            )
        if isinstance(error, CredentialsError):
            return self.env._(
                "Plug4Market does not accept the store's tokens. Press Gerar Tokens in "
                "Plug4Market (Lojas > Detalhes) and paste the new tokens on the "
                "company's Integration tab; what waits then goes on by itself."
            )
        if isinstance(error, TransientError | UnexpectedAnswer):
            cause = self._explain_passing_error(error)
            again = self.env._("It is tried again by itself.")
            return f"{cause} {again}" if queued else cause
        if isinstance(error, AnswerTooLarge):
            return self._explain_too_large(error)
        # Only the hub's own words are shown: ours are English and for the log.
        said = "; ".join(error.messages) or self.env._("it gave no reason")
        if isinstance(error, NotFoundInHub):
            return self._explain_not_found(said, queued)
        if isinstance(error, RejectedByHub):
            return self.env._(
                "Plug4Market refused it: %(reason)s. Correct the data and try again.",
                reason=said,
            )
        return self.env._(
            "The API address of the company is not valid. Correct it on the company's "
            "Integration tab."
        )

    @api.model
    def _explain_too_large(self, error):
        return self.env._(
            "Plug4Market's answer is larger than %(megabytes)s MB and was not read. "
            "Try again later; if it stays so, ask Plug4Market's support why.",
            megabytes=error.limit // 1_000_000,
        )

    @api.model
    def _explain_passing_error(self, error):
        """Why the hub cannot be used at this moment."""
        if isinstance(error, BudgetExhausted):
            return self.env._(
                "The store has used the calls Plug4Market allows in a minute."
            )
        if isinstance(error, RateLimited):
            return self.env._("Plug4Market asks to wait: too many calls in a minute.")
        if isinstance(error, HubUnreachable):
            return self.env._("Plug4Market cannot be reached at the moment.")
        if isinstance(error, UnexpectedAnswer):
            return self.env._(
                "Plug4Market gave an answer that cannot be understood; a maintenance "
                "page may have answered. If it lasts, check the API address on the "
                "company's Integration tab."
            )
        return self.env._(
            "Plug4Market does not answer at the moment (error %(status)s%(reason)s).",
            status=error.status,
            reason="".join(f": {message}" for message in error.messages[:1]),
        )

    @api.model
    def _explain_not_found(self, said, queued):
        if not queued:
            return self.env._(
                "Nothing of Plug4Market answers at this API address (%(reason)s). "
                "Correct it on the company's Integration tab.",
                reason=said,
            )
        return self.env._(
            "Plug4Market does not know this record in this store: %(reason)s. "
            "Check that the tokens belong to the right store.",
            reason=said,
        )
