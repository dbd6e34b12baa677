from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def write(self, vals):
        """Let orders and invoices go on that waited for this buyer's CPF or CNPJ."""
        result = super().write(vals)
        if vals.get("vat") and not self.env.context.get("plug4market_from_hub"):
            self.env["sale.order"]._plug4market_waiting_for(
                [("partner_id", "child_of", self.ids)]
            )._plug4market_go_on()
        if vals.get("vat"):
            self.env["sale.order"]._plug4market_buyer_corrected(self)
        return result
