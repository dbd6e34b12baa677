from odoo import models


class SaleOrder(models.Model):
    """Odoo's own Cancel button, on an order that a marketplace knows."""

    _inherit = "sale.order"

    def action_cancel(self):
        """Ask the marketplace first: cancelled here alone, it would still be owed."""
        owed = self.filtered(
            lambda order: (
                order.plug4market_order_uid
                and order.plug4market_status != "CANCELED"
                and order.company_id.plug4market_active
            )
        )
        if not owed:
            return super().action_cancel()
        if self - owed:
            super(SaleOrder, self - owed).action_cancel()
        return owed.action_plug4market_cancel_order()
