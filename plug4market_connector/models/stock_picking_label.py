from odoo import fields, models


class StockPicking(models.Model):
    """The shipping label of the order that a transfer sends out."""

    _name = "stock.picking"
    _inherit = ["stock.picking", "plug4market.label.mixin"]

    plug4market_label_state = fields.Selection(
        related="sale_id.plug4market_label_state", string="Shipping label"
    )
    plug4market_label_message = fields.Text(
        related="sale_id.plug4market_label_message", string="About the label"
    )

    def _plug4market_label_orders(self):
        # Who works in the warehouse may be allowed to see no sale order.
        return self.sudo()._plug4market_order()
