from odoo import api, models

# What decides how many units lie where.
COUNTED_FIELDS = {"location_id", "quantity"}


class StockQuant(models.Model):
    _inherit = "stock.quant"

    @api.model_create_multi
    def create(self, vals_list):
        quants = super().create(vals_list)
        self.env["plug4market.sku.change"]._mark(quants.product_id, "stock")
        return quants

    def write(self, vals):
        if COUNTED_FIELDS & vals.keys():
            self.env["plug4market.sku.change"]._mark(self.product_id, "stock")
        return super().write(vals)

    def unlink(self):
        self.env["plug4market.sku.change"]._mark(self.product_id, "stock")
        return super().unlink()
