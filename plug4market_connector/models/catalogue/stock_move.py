from odoo import models

# What changes the outgoing demand: reserved or not, it is no longer for sale.
DEMAND_FIELDS = {
    *("state", "product_uom_qty", "product_uom"),
    *("location_id", "location_dest_id"),
}


class StockMove(models.Model):
    _inherit = "stock.move"

    def write(self, vals):
        if DEMAND_FIELDS & vals.keys():
            self.env["plug4market.sku.change"]._mark(self.product_id, "stock")
        return super().write(vals)
