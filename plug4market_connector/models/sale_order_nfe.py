from odoo import models

# ``xPed`` holds no more: longer numbers are cut ("Manual de Orientação", I60).
XPED_LENGTH = 15


class SaleOrder(models.Model):
    """How a loose NF-e names the order it is of."""

    _inherit = "sale.order"

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
