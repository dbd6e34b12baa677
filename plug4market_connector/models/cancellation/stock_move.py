from odoo import models


class StockMove(models.Model):
    _inherit = "stock.move"

    def _plug4market_unreturned(self):
        """How much of a done move is neither back nor on its way back."""
        self.ensure_one()
        if self.state != "done":
            return 0.0
        back = sum(
            move.product_uom._compute_quantity(
                move.quantity if move.state == "done" else move.product_uom_qty,
                self.product_uom,
            )
            for move in self.returned_move_ids
            if move.state != "cancel"
        )
        return self.product_uom.round(self.quantity - back)
