from odoo import models


class SaleOrder(models.Model):
    """The one invoice whose NF-e the hub takes of an order."""

    _inherit = "sale.order"

    def _plug4market_invoice(self):
        """The invoice that the hub was told of, else the first that may be told."""
        if told := self._plug4market_told_invoice():
            return told
        posted = self.invoice_ids._plug4market_invoice().sorted("id")
        fit = posted.filtered(lambda move: not move._plug4market_why_not_this())
        with_nfe = fit.filtered(lambda move: move.plug4market_nfe_state != "missing")
        right = with_nfe.filtered(lambda move: not move._plug4market_nfe_problem())
        return (right or with_nfe or fit or posted)[:1]

    def _plug4market_told_invoice(self):
        """The invoice whose NF-e went to the hub, or is on its way; may be empty."""
        events = self.sudo().plug4market_event_ids.filtered(
            lambda event: event.kind == "invoice" and event.state in ("pending", "done")
        )
        return events.sorted("id").move_id[:1].with_env(self.env)
