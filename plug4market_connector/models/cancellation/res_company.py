import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...hub import CANCEL_FORMS
from ...transaction import own_transaction

FORM = re.compile(
    r"(POST|PUT|PATCH|DELETE) /[^\s{}]*\{id\}[^\s{}]*(\{channel\})?[^\s{}]*"
)


class ResCompany(models.Model):
    _inherit = "res.company"

    plug4market_cancel_form = fields.Char(
        "Call of a cancellation",
        groups="base.group_system",
        help="How this store's hub takes a cancellation, found by the first one: verb "
        "and path, with {id} for the order and {channel} for the channel's number.",
    )

    @api.constrains("plug4market_cancel_form")
    def _check_plug4market_cancel_form(self):
        for company in self.filtered("plug4market_cancel_form"):
            if not FORM.fullmatch(company.plug4market_cancel_form):
                raise ValidationError(
                    self.env._(
                        "The call of a cancellation is a verb and a path like "
                        "“%(form)s”; leave it empty to let it be found.",
                        form=CANCEL_FORMS[0],
                    )
                )

    @own_transaction
    def _plug4market_remember_cancel_form(self, form):
        """Keep the call that the hub has: the next cancellation begins with it."""
        if form != (self.plug4market_cancel_form or CANCEL_FORMS[0]):
            self.plug4market_cancel_form = form
