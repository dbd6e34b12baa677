from odoo import fields, models


class SaleOrder(models.Model):
    """The shipping label of an order, which follows the order's status."""

    _name = "sale.order"
    _inherit = ["sale.order", "plug4market.label.mixin"]

    plug4market_label_ids = fields.One2many(
        "plug4market.label",
        "order_id",
        groups="plug4market_connector.plug4market_connector_group_user,"
        "stock.group_stock_user",
    )
    plug4market_label_state = fields.Selection(
        related="plug4market_label_ids.state", string="Shipping label"
    )
    plug4market_label_message = fields.Text(
        related="plug4market_label_ids.message", string="About the label"
    )

    def _plug4market_label_orders(self):
        return self._plug4market_order()

    def write(self, vals):
        result = super().write(vals)
        status = vals.get("plug4market_status")
        if status == "CANCELED":
            self.sudo().plug4market_label_ids._void()
        elif status == "INVOICED":
            self._plug4market_ask_for_labels()
        return result

    def _plug4market_ask_for_labels(self):
        """The marketplace makes labels now: fetch those that are waited for or wanted.

        ``plug4market_auto_label`` wants those of every order.
        """
        orders = self.sudo().filtered(
            lambda order: (
                order.plug4market_order_type != "1"
                and not order.plug4market_label_ids.attachment_id
                and (
                    order.plug4market_label_ids
                    or order.company_id.plug4market_auto_label
                )
            )
        )
        if orders:
            self.env["plug4market.label"]._ask(orders)
            self.env["plug4market.label"]._wake()

    def unlink(self):
        """The database would drop the label, and leave its file behind."""
        self.sudo().plug4market_label_ids.unlink()
        return super().unlink()
