from odoo import models

# ``xPed`` holds no more: longer numbers are cut ("Manual de Orientação", I60).
XPED_LENGTH = 15


class SaleOrder(models.Model):
    """How a loose NF-e names the order it is of, and when one was sent in vain."""

    _inherit = "sale.order"

    def write(self, vals):
        """Ask about a note that was cancelled while it went; ask no more at the end."""
        result = super().write(vals)
        if vals.get("plug4market_status") == "INVOICED":
            self._plug4market_look_for_cancelled_nfe()
        elif vals.get("plug4market_status") == "CANCELED":
            self.sudo().invoice_ids._plug4market_nfe_is_right()
        return result

    def _plug4market_look_for_cancelled_nfe(self):
        files = self.env["plug4market.nfe.file"]
        for company, orders in self.sudo().grouped("company_id").items():
            invoices = orders.invoice_ids.filtered("plug4market_nfe_access_key")
            keys = files._cancelled_keys(
                company, invoices.mapped("plug4market_nfe_access_key")
            )
            invoices.filtered(
                lambda move, keys=keys: move.plug4market_nfe_access_key in keys
            )._plug4market_nfe_was_cancelled()

    def _plug4market_is_named(self, nfe):
        """Whether the note has the marketplace's, the hub's or Odoo's number of it."""
        self.ensure_one()
        names = {self.client_order_ref, self.plug4market_order_uid, self.name}
        names = {name.lower() for name in names if name}
        if names & nfe.order_words:
            return True
        number = nfe.purchase_number.lower()
        return is_cut(number) and any(name.startswith(number) for name in names)


def is_cut(number):
    """Whether an order's number may have lost its end."""
    return len(number) == XPED_LENGTH
