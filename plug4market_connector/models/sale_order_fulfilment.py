from odoo import models


class SaleOrder(models.Model):
    """Fulfilment orders: the marketplace ships them from a warehouse of its own."""

    _inherit = "sale.order"

    def _plug4market_ships_from_hub(self):
        """Whether the order leaves from the warehouse that stands for the hub's."""
        self.ensure_one()
        warehouse = self.company_id.plug4market_fulfilment_warehouse_id
        return bool(warehouse) and self.warehouse_id == warehouse

    def _plug4market_open_pickings(self):
        return self.picking_ids.filtered(
            lambda picking: picking.state not in ("done", "cancel")
        )

    def _plug4market_ship_fulfilment(self):
        """Validate the transfers of what the marketplace has shipped."""
        self.filtered(
            lambda order: (
                order.plug4market_order_type == "1"
                and order.state == "sale"
                and order.plug4market_status in ("SHIPPED", "COMPLETED")
                and order._plug4market_ships_from_hub()
                and order._plug4market_open_pickings()
            )
        )._plug4market_safely("_plug4market_validate_transfers")

    def _plug4market_validate_transfers(self):
        """Mark all transfers done with what was ordered, in stock here or not."""
        for picking in self._plug4market_open_pickings().sorted("id"):
            for move in picking.move_ids:
                move.quantity = move.product_uom_qty
                move.picked = True
            picking._action_done()
