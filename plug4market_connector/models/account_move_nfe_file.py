from odoo import models


class AccountMove(models.Model):
    """Choosing an invoice from those that a loose NF-e may belong to."""

    _inherit = "account.move"

    def action_plug4market_take_nfe_file(self):
        """Take the note in whose list of candidates this invoice stands."""
        self.ensure_one()
        self.check_access("read")
        row = self.env["plug4market.nfe.file"].browse(
            self.env.context["plug4market_nfe_file_id"]
        )
        row.move_id = self
        row.action_put_on_invoice()
