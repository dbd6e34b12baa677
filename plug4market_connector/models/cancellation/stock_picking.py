from odoo import models


class StockPicking(models.Model):
    """Goods of a cancelled marketplace order that come back."""

    _inherit = "stock.picking"

    def _plug4market_is_return(self):
        """Whether goods come back with this transfer."""
        return bool(self.return_id) or self.picking_type_code == "incoming"

    def _plug4market_is_unreturned(self):
        """Whether goods of this transfer are neither back nor on their way back."""
        return any(move._plug4market_unreturned() > 0 for move in self.move_ids)

    def _plug4market_return(self):
        """Prepare the return of all that is not coming back yet.

        Odoo's own wizard makes it, ready and not validated: the goods must be seen.
        """
        self.ensure_one()
        wizard = self.env["stock.return.picking"].create({"picking_id": self.id})
        for line in wizard.product_return_moves:
            line.quantity = max(line.move_id._plug4market_unreturned(), 0.0)
        return wizard._create_return()
