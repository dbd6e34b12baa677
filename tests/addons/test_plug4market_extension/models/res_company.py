from odoo import api, fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    extension_policy = fields.Char(compute="_compute_extension_policy", store=True)
    extension_connection = fields.Char(compute="_compute_extension_connection")

    @api.depends(
        "plug4market_active", "plug4market_order_target", "plug4market_auto_invoice"
    )
    def _compute_extension_policy(self):
        for company in self:
            company.extension_policy = (
                f"{company.plug4market_active}, {company.plug4market_order_target}, "
                f"{company.plug4market_auto_invoice}"
            )

    @api.depends("plug4market_connection_state", "plug4market_store_cnpj")
    def _compute_extension_connection(self):
        for company in self:
            company.extension_connection = (
                f"{company.plug4market_connection_state} "
                f"{company.plug4market_store_cnpj}"
            )
