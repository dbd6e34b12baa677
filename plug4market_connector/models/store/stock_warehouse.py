from odoo import api, models
from odoo.exceptions import ValidationError


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    @api.constrains("active")
    def _check_plug4market_use(self):
        """An archived one would leave the settings unseen, and others be sold from."""
        archived = self.filtered(lambda warehouse: not warehouse.active)
        companies = self.env["res.company"].sudo()
        for warehouse in archived:
            users = companies.search(
                [
                    ("plug4market_active", "=", True),
                    "|",
                    ("plug4market_warehouse_ids", "in", warehouse.ids),
                    ("plug4market_fulfilment_warehouse_id", "=", warehouse.id),
                ],
                limit=1,
            )
            if users:
                raise ValidationError(
                    self.env._(
                        "The marketplace settings of %(company)s use the warehouse "
                        "%(warehouse)s. Choose another one there before you archive "
                        "it.",
                        company=users.name,
                        warehouse=warehouse.name,
                    )
                )
