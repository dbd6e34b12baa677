from odoo import models


class Plug4marketLabelMixin(models.AbstractModel):
    """The buttons that print labels, on orders and on their transfers."""

    _name = "plug4market.label.mixin"
    _description = "Plug4Market Label Buttons"

    def _plug4market_label_orders(self):
        """The marketplace orders whose labels these records stand for."""
        raise NotImplementedError

    def action_plug4market_print_labels(self):
        """Print the labels of these records as one file."""
        self.check_access("read")
        orders = self._plug4market_label_orders()
        return self.env["plug4market.label"]._print(orders)

    def action_plug4market_fetch_labels_again(self):
        """Fetch labels anew, though they are stored: the marketplace made another."""
        self.check_access("read")
        orders = self._plug4market_label_orders()
        return self.env["plug4market.label"]._fetch_again(orders)
