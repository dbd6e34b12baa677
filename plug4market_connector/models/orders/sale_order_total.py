from odoo import api, fields, models

from .total_arithmetic import LineAmount, fitted_total, is_wrong, price_factors


class SaleOrder(models.Model):
    """How the order's total is made the marketplace's, to the cent."""

    _inherit = "sale.order"

    plug4market_difference = fields.Monetary(
        compute="_compute_plug4market_difference", store=True
    )
    plug4market_difference_accepted = fields.Boolean(copy=False, readonly=True)

    @api.depends("order_line.product_id", "order_line.price_total")
    def _compute_plug4market_difference(self):
        product = self.env.ref(
            "plug4market_connector.product_difference", raise_if_not_found=False
        )
        for order in self:
            lines = order.order_line.filtered(
                lambda line: product and line.product_id == product
            )
            order.plug4market_difference = sum(lines.mapped("price_total"))

    def _plug4market_is_total_wrong(self):
        """Whether the total is off by more than rounding, and nobody accepted that."""
        return is_wrong(
            self.amount_total,
            self.plug4market_total,
            self.plug4market_difference,
            self.plug4market_difference_accepted,
            len(self.order_line),
        )

    def action_plug4market_accept_difference(self):
        """Take the difference line as it is, and let the order go on."""
        self.ensure_one()
        self.plug4market_difference_accepted = True

    # -- making it right ------------------------------------------------------

    def _plug4market_settle_totals(self):
        """Make the totals the marketplace's.

        What our taxes or rounding did goes into the prices; what the marketplace's own
        amounts do not add up to becomes a line that shows by how much.
        """
        for order in self:
            sold, expected = order._plug4market_sold(), order.plug4market_total
            target = fitted_total(sold, expected, len(order.order_line))
            order._plug4market_fit_prices(target)
        self.filtered(
            lambda order: (
                not order.currency_id.is_zero(
                    order.plug4market_total - order.amount_total
                )
            )
        )._plug4market_add_difference()

    def _plug4market_sold(self):
        """What the lines come to as the marketplace counts, taxes inside the prices.

        OCA's addons have fields of their own for what is no product.
        """
        beside = {"freight_value", "other_value"} & self.order_line._fields.keys()
        return sum(
            line.price_unit * line.product_uom_qty + sum(line[name] for name in beside)
            for line in self.order_line
        )

    def _plug4market_fit_prices(self, target):
        """Change the items' prices until the total, taxes included, is ``target``."""
        self.ensure_one()
        for _round in range(3):
            missing = target - self.amount_total
            if self.currency_id.is_zero(missing):
                return
            amounts = [
                LineAmount(total=line.price_total, taxed=bool(line.tax_ids))
                for line in self.order_line
            ]
            for place, factor in price_factors(missing, amounts).items():
                self.order_line[place].price_unit *= factor

    def _plug4market_add_difference(self):
        """Add a line for what is missing to each total; ask if it is not rounding."""
        product = self.env.ref("plug4market_connector.product_difference")
        self.env["sale.order.line"].create(
            [
                {
                    "order_id": order.id,
                    "product_id": product.id,
                    "name": product.name,
                    "product_uom_qty": 1.0,
                    "price_unit": order.plug4market_total - order.amount_total,
                    "discount": 0.0,
                    "tax_ids": False,
                }
                for order in self
            ]
        )
        for order in self.filtered(lambda o: o._plug4market_is_total_wrong()):
            order._plug4market_ask(
                self.env._("Check the total"), order._plug4market_sentence("total")
            )
