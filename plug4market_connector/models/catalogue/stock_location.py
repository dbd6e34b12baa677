from odoo import models

# What decides whose stock lies in a location.
PLACE_FIELDS = {"active", "company_id", "location_id", "usage"}


class StockLocation(models.Model):
    _inherit = "stock.location"

    def write(self, vals):
        """A shelf that moves takes its stock along."""
        result = super().write(vals)
        if PLACE_FIELDS & vals.keys():
            lying = self.env["stock.quant"].sudo()
            lying = lying.search([("location_id", "child_of", self.ids)])
            self.env["plug4market.sku.change"]._mark(lying.product_id, "stock")
        return result
