from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def write(self, vals):
        """Let orders and invoices go on that waited for what a person fills in.

        That is the buyer's CPF or CNPJ, and the state that an address lacked.
        """
        result = super().write(vals)
        by_person = not self.env.context.get("plug4market_from_hub")
        Order = self.env["sale.order"]
        if vals.get("vat") and by_person:
            Order._plug4market_waiting_for(
                [("partner_id", "child_of", self.ids)]
            )._plug4market_go_on()
        if {"country_id", "state_id"} & vals.keys() and by_person:
            waiting = Order._plug4market_waiting_for(
                [
                    ("partner_shipping_id", "in", self.ids),
                    ("plug4market_doubts", "!=", False),
                ]
            )
            waiting._plug4market_follow_place()
            waiting._plug4market_go_on()
        if vals.get("vat"):
            Order._plug4market_buyer_corrected(self)
        return result
