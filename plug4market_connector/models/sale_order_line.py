from odoo import api, fields, models

from .plug4market_order_lookup import OrderLookup


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    plug4market_sku = fields.Char("Marketplace SKU", copy=False, readonly=True)
    plug4market_item_id = fields.Char("Marketplace item", copy=False, readonly=True)
    plug4market_unmatched = fields.Boolean(
        "Unknown SKU",
        compute="_compute_plug4market_unmatched",
        store=True,
        index="btree_not_null",
    )

    @api.depends("product_id")
    def _compute_plug4market_unmatched(self):
        placeholder = self.env.ref(
            "plug4market_connector.product_placeholder", raise_if_not_found=False
        )
        for line in self:
            line.plug4market_unmatched = (
                bool(placeholder) and line.product_id == placeholder
            )

    @api.depends("plug4market_sku")
    def _compute_qty_to_invoice(self):
        """Invoice marketplace orders on ordered quantities, whatever the product says.

        The NF-e goes out before the goods do.
        """
        result = super()._compute_qty_to_invoice()
        for line in self.filtered(lambda line: not line.display_type):
            if line.order_id.plug4market_order_uid and line.state == "sale":
                line.qty_to_invoice = line.product_uom_qty - line.qty_invoiced
        return result

    def _compute_tax_ids(self):
        """Keep the taxes of a marketplace line inside its price, whoever changes it."""
        result = super()._compute_tax_ids()
        for line in self.filtered("plug4market_sku"):
            if "fiscal_operation_id" in line._fields and line.fiscal_operation_id:
                # OCA's fiscal operation says which taxes are inside the price.
                continue
            line.tax_ids = line.tax_ids._plug4market_apply_policy(line.company_id)
        return result

    def _plug4market_match_products(self):
        """Replace placeholders whose SKU a product has now; prices stay as sold."""
        unmatched = self.filtered("plug4market_unmatched")
        for company, lines in unmatched.grouped("company_id").items():
            products = OrderLookup(lines.env, company).read_products(
                lines.mapped("plug4market_sku")
            )
            totals = {order: order.amount_total for order in lines.order_id}
            for sku, same_sku in lines.grouped("plug4market_sku").items():
                if sku in products:
                    same_sku._plug4market_replace(products[sku])
            for order, total in totals.items():
                order._plug4market_fit_prices(total)

    def _plug4market_replace(self, product):
        """Make these lines ``product``'s; only its taxes and unit come with it."""
        self.env["plug4market.sku.change"]._mark(product, "stock")
        sold = ("name", "price_unit", "technical_price_unit", "discount")
        with self.env.protecting([self._fields[name] for name in sold], self):
            self.write({"product_id": product.id})
