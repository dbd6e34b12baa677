from odoo import api, models
from odoo.fields import Domain

# What changes when a lot expires; lots have these where product_expiry is installed.
EXPIRY_FIELDS = {"expiration_date", "removal_date"}


class StockLot(models.Model):
    _inherit = "stock.lot"

    def write(self, vals):
        if EXPIRY_FIELDS & vals.keys():
            self.env["plug4market.sku.change"]._mark(self.product_id, "stock")
        return super().write(vals)

    @api.model
    def _plug4market_mark_expired(self, since, until):
        """Mark the products of lots whose removal date passed in this time."""
        if "removal_date" not in self._fields:
            return
        passed = Domain("removal_date", ">", since)
        passed &= Domain("removal_date", "<=", until)
        lots = self.sudo().search(passed)
        self.env["plug4market.sku.change"]._mark(lots.product_id, "stock")
