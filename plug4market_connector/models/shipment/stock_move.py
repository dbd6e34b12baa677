from odoo import models


class StockMove(models.Model):
    _inherit = "stock.move"

    def _action_cancel(self):
        """What is left of an order's shipment may have left already."""
        orders = self.picking_id.sale_id
        result = super()._action_cancel()
        if not self.env.context.get("plug4market_from_hub"):
            orders._plug4market_report()
        return result
