import logging

from odoo import api, models
from odoo.exceptions import UserError

from ..hub import (
    BudgetExhausted,
    CredentialsError,
    NotFoundInHub,
    Plug4MarketError,
    RateLimited,
    RejectedByHub,
    TransientError,
)

_logger = logging.getLogger(__name__)


class Plug4marketConnection(models.Model):
    """What went wrong between Odoo and the hub, in words."""

    _inherit = "plug4market.connection"

    @api.model
    def _explain(self, error):
        """What ``error`` means for a person, and what to do next."""
        if isinstance(error, Plug4MarketError):
            return self._explain_hub_error(error)
        if isinstance(error, UserError):
            return str(error)
        _logger.error("Plug4Market work failed", exc_info=error)
        return self.env._(
            "Odoo could not process it: %(reason)s. Correct the cause and try again; "
            "the server log has the details.",
            reason=error,
        )

    @api.model
    def _explain_hub_error(self, error):
        said = "; ".join(error.messages) or str(error)
        if isinstance(error, CredentialsError):
            return self.env._(
                "Plug4Market does not accept the store's tokens. Press Gerar Tokens in "
                "Plug4Market (Lojas > Detalhes) and paste the new tokens on the "
                "company's Integration tab; what waits then goes on by itself."
            )
        if isinstance(error, BudgetExhausted):
            return self.env._(
                "The store has used the calls Plug4Market allows in a minute. It goes "
                "on by itself in a few seconds."
            )
        if isinstance(error, RateLimited):
            return self.env._(
                "Plug4Market asks to wait: too many calls in a minute. It is tried "
                "again by itself."
            )
        if isinstance(error, TransientError):
            return self.env._(
                "Plug4Market does not answer at the moment (%(reason)s). It is tried "
                "again by itself.",
                reason=said,
            )
        if isinstance(error, NotFoundInHub):
            return self.env._(
                "Plug4Market does not know this record in this store: %(reason)s. "
                "Check that the tokens belong to the right store.",
                reason=said,
            )
        if isinstance(error, RejectedByHub):
            return self.env._(
                "Plug4Market refused it: %(reason)s. Correct the data and try again.",
                reason=said,
            )
        return self.env._(
            "Plug4Market gave an answer that cannot be understood: %(reason)s. "
            "Check the API address of the company, then try again.",
            reason=said,
        )
