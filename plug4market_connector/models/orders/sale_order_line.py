from odoo import api, fields, models
from odoo.fields import Command

from .order_lookup import OrderLookup

# What decides how many units of a product a quotation holds.
HELD_FIELDS = {"order_id", "product_id", "product_uom_id", "product_uom_qty"}


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

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._plug4market_mark_held()
        return lines

    def write(self, vals):
        if not HELD_FIELDS & vals.keys():
            return super().write(vals)
        self._plug4market_mark_held()
        result = super().write(vals)
        self._plug4market_mark_held()
        return result

    def unlink(self):
        self._plug4market_mark_held()
        return super().unlink()

    def _plug4market_mark_held(self):
        """Let the hub's stock follow what marketplace quotations hold of it."""
        held = self.filtered(
            lambda line: (
                line.order_id.plug4market_order_uid and line.state in ("draft", "sent")
            )
        )
        products = held.product_id._plug4market_with_parts()
        self.env["plug4market.sku.change"]._mark(products, "stock")

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
        for line in self.filtered("plug4market_sku") - self._plug4market_fiscal():
            line.tax_ids = line.tax_ids._plug4market_apply_policy(line.company_id)
        return result

    def _plug4market_match_products(self):
        """Replace placeholders whose SKU a product has now; prices stay as sold."""
        unmatched = self.filtered("plug4market_unmatched")
        for company, lines in unmatched.grouped("company_id").items():
            lookup = OrderLookup(lines.env, company)
            products = lookup.read_products(lines.mapped("plug4market_sku"))
            known = [sku for sku, product in products.items() if product]
            found = lines.filtered_domain([("plug4market_sku", "in", known)])
            totals = {order: order.amount_total for order in found.order_id}
            for (sku, position), alike in found.grouped(
                lambda line: (line.plug4market_sku, line.order_id.fiscal_position_id)
            ).items():
                product = products[sku]
                alike._plug4market_replace(product, lookup.taxes(product, position))
            # At once: the totals would read the taxes order by order.
            found.order_id.order_line.fetch(["tax_ids"])
            for order, total in totals.items():
                order._plug4market_fit_prices(total)

    def _plug4market_replace(self, product, taxes):
        """Make these lines ``product``'s; only its taxes and unit come with it."""
        values = {"product_id": product.id}
        sold = ["name", "price_unit", "technical_price_unit", "discount"]
        if not self._plug4market_fiscal():
            # In one statement for all lines: Odoo would write them one by one.
            values["tax_ids"] = [Command.set(taxes.ids)]
            sold.append("tax_ids")
        with self.env.protecting([self._fields[name] for name in sold], self):
            self.write(values)

    def _plug4market_fiscal(self):
        """The lines whose taxes OCA's fiscal operation decides, inside the price."""
        if "fiscal_operation_id" not in self._fields:
            return self.browse()
        return self.filtered("fiscal_operation_id")
