from markupsafe import Markup

from odoo import api, fields, models

from ..access import readable
from ..models.cancellation.undo_plan import UndoPlan
from ..transaction import in_new_transaction


class Plug4marketCancel(models.TransientModel):
    """Asks before orders are cancelled on the marketplace."""

    _name = "plug4market.cancel"
    _description = "Cancel Marketplace Order"

    order_ids = fields.Many2many("sale.order", required=True, readonly=True)
    reason = fields.Char(help="Kept on the order; Plug4Market does not ask for it.")
    preview = fields.Html("What happens", compute="_compute_preview", sanitize=False)

    @api.depends("order_ids")
    @api.depends_context("lang")
    def _compute_preview(self):
        """What will be undone, and what is left to the person, order by order."""
        for wizard in self:
            # Who cancels on the marketplace need not read invoices and transfers.
            wizard.preview = Markup().join(
                UndoPlan(order).preview() for order in readable(wizard.order_ids)
            )

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
        allowed = self.order_ids.filtered(
            lambda order: not order._plug4market_why_blocked("cancel")
        )
        self.env["res.users"]._plug4market_check_role()
        if self.reason:
            # Committed before the call: Odoo may replay a click whose own write loses
            # against what the answer writes on the order.
            in_new_transaction(
                self.env, lambda env: self._keep_reason(allowed.with_env(env))
            )
        return self.order_ids._plug4market_click("cancel")

    def action_cancel_in_odoo(self):
        """Cancel only in Odoo what is handled elsewhere; the marketplace sells on."""
        self.ensure_one()
        self.order_ids.with_context(plug4market_from_hub=True).action_cancel()
        if self.reason:
            self._keep_reason(self.order_ids)
        return {"type": "ir.actions.act_window_close"}

    def _keep_reason(self, orders):
        reason = self.reason
        orders.sudo().plug4market_cancel_reason = reason
        for order in orders.sudo():
            order.message_post(
                body=order.env._("Cancellation asked for. Reason: %s", reason)
            )
