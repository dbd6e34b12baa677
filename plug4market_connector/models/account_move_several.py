from odoo import api, fields, models


class AccountMove(models.Model):
    """Invoices whose NF-e is not the one that the marketplace takes of an order."""

    _inherit = "account.move"

    plug4market_nfe_state = fields.Selection(
        selection_add=[("not_needed", "Not for the marketplace")]
    )

    def _plug4market_why_not_this(self):
        """Why the hub takes no NF-e of this invoice at all; empty when it may."""
        self.ensure_one()
        if self.move_type == "out_refund":
            return self.env._("Credit notes are never sent to the marketplace.")
        if self._is_downpayment():
            return self.env._(
                "This is a down payment. The marketplace gets the NF-e of the invoice "
                "of the goods."
            )
        if self.payment_state == "reversed":
            return self.env._("A credit note reverses this invoice.")
        told = self.plug4market_order_id._plug4market_told_invoice()
        if told and told != self._origin:
            return self.env._(
                "The marketplace takes one NF-e an order, and it is the one of "
                "invoice %(invoice)s.",
                invoice=told.display_name,
            )
        return ""

    def _plug4market_blocked(self, kind):
        self.ensure_one()
        concerned = kind == "invoice" or self.move_type == "out_refund"
        return (
            concerned and self.plug4market_order_id and self._plug4market_why_not_this()
        ) or super()._plug4market_blocked(kind)

    @api.depends(
        "payment_state",
        "plug4market_order_id.partner_id.vat",
        "plug4market_order_id.plug4market_event_ids.state",
    )
    def _compute_plug4market_nfe_state(self):
        """Say "sent" of the invoice that was sent alone."""
        result = super()._compute_plug4market_nfe_state()
        for move in self.filtered("plug4market_nfe_state"):
            if move._plug4market_why_not_this():
                move.plug4market_nfe_state = "not_needed"
                move.plug4market_nfe_message = False
        return result
