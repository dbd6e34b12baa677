from odoo import models


class StockPicking(models.Model):
    """Transfers whose labels are printed from the dashboard."""

    _name = "stock.picking"
    _inherit = ["stock.picking", "plug4market.plan.mixin"]
