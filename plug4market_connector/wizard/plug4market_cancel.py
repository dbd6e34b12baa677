from odoo import api, fields, models


class Plug4marketCancel(models.TransientModel):
    """Asks before orders are cancelled on the marketplace."""

    _name = "plug4market.cancel"
    _description = "Cancel Marketplace Order"

    order_ids = fields.Many2many("sale.order", required=True, readonly=True)
    reason = fields.Char(help="Kept on the order; Plug4Market does not ask for it.")

    @api.model
    def _open(self, orders):
        """Open the wizard for ``orders``."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Cancel order"),
            "res_model": self._name,
            "res_id": self.create({"order_ids": orders.ids}).id,
            "view_mode": "form",
            "target": "new",
        }

    def action_cancel(self):
        """Cancel the orders on the marketplace; Odoo follows when the hub says so."""
        self.ensure_one()
        shown = self.order_ids._plug4market_click("cancel")
        if self.reason:
            for order in self.order_ids:
                order.message_post(
                    body=self.env._(
                        "Cancellation asked for on the marketplace. Reason: %s",
                        self.reason,
                    )
                )
        return shown

    def action_cancel_in_odoo(self):
        """Cancel only in Odoo what is handled elsewhere; the marketplace sells on."""
        self.ensure_one()
        self.order_ids.with_context(plug4market_from_hub=True).action_cancel()
        return {"type": "ir.actions.act_window_close"}
