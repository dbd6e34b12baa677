from odoo import api, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.constrains("plug4market_warehouse_ids", "plug4market_fulfilment_warehouse_id")
    def _check_plug4market_fulfilment_warehouse(self):
        for company in self:
            warehouse = company.plug4market_fulfilment_warehouse_id
            if warehouse and warehouse in company.plug4market_warehouse_ids:
                raise ValidationError(
                    self.env._(
                        "%(warehouse)s stands for the marketplaces' own warehouses, so "
                        "its stock cannot be for sale too. Choose another warehouse.",
                        warehouse=warehouse.name,
                    )
                )
            if warehouse and not company._plug4market_offered_warehouses():
                raise ValidationError(
                    self.env._(
                        "%(warehouse)s is the only warehouse of %(company)s: as the "
                        "marketplaces' own it would leave nothing to sell. Create a "
                        "warehouse for the marketplaces' stock and choose that one.",
                        warehouse=warehouse.name,
                        company=company.name,
                    )
                )

    def _plug4market_move_fulfilment_orders(self):
        """Let fulfilment orders go on that waited for their warehouse to be named."""
        for company in self:
            orders = self.env["sale.order"]._plug4market_waiting_for(
                [
                    ("company_id", "=", company.id),
                    ("plug4market_order_type", "=", "1"),
                ]
            )
            orders.with_context(plug4market_from_hub=True).write(
                {"warehouse_id": company.plug4market_fulfilment_warehouse_id.id}
            )
            orders.with_company(company)._plug4market_go_on()
