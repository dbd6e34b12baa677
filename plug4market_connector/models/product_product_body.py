import math

from odoo import models

from ..hub import ProductBody


class ProductProduct(models.Model):
    """What Plug4Market is told of a product."""

    _inherit = "product.product"

    def _plug4market_prepare_body(self, row):
        """The body of this SKU for the store of ``row``'s company.

        Odoo weighs in kilograms, the hub in grams ("API notes" 5.2).
        """
        self.ensure_one()
        template = self.product_tmpl_id
        description = template.description_sale or template.name
        return ProductBody(
            product_id=template.plug4market_group_code or str(template.id),
            product_name=template.name,
            sku=self.default_code or "",
            name=self.plug4market_name or "",
            description=description or "",
            price=self.plug4market_price,
            stock=self._plug4market_stocks(row.company_id)[self.id],
            width=self.plug4market_width,
            height=self.plug4market_height,
            length=self.plug4market_length,
            weight=self.weight * 1000,
            brand=template.plug4market_brand or "",
            ean=self.barcode or "",
            active=template.plug4market_enabled and self.active,
        )

    def _plug4market_prepare_retired_body(self, old_sku):
        """What takes a SKU off sale that was renamed here: nothing is deleted."""
        self.ensure_one()
        template = self.product_tmpl_id
        return ProductBody(
            product_id=template.plug4market_group_code or str(template.id),
            sku=old_sku,
            stock=0,
            active=False,
        ).to_json(partial=("stock", "active"))

    def _plug4market_stocks(self, company):
        """Units of each product that may be offered: no fraction, never negative.

        On hand in the chosen warehouses, minus all open outgoing demand, reserved or
        not, minus imported quotations, minus the buffer.
        """
        warehouses = company.plug4market_warehouse_ids or self.env[
            "stock.warehouse"
        ].search([("company_id", "=", company.id)], limit=1)
        quoted = self._plug4market_quoted(company)
        return {
            product.id: max(
                0,
                math.floor(
                    product.qty_available
                    - product.outgoing_qty
                    - quoted.get(product.id, 0.0)
                    - company.plug4market_stock_buffer
                ),
            )
            if product.plug4market_enabled and product.active
            else 0
            for product in self.with_context(warehouse_id=warehouses.ids)
        }

    def _plug4market_quoted(self, company):
        """Units sold on a marketplace whose order is still a quotation."""
        return {
            product.id: quantity
            for product, quantity in self.env["sale.order.line"]
            .sudo()
            ._read_group(
                [
                    ("product_id", "in", self.ids),
                    ("company_id", "=", company.id),
                    ("order_id.plug4market_order_uid", "!=", False),
                    ("order_id.plug4market_order_type", "!=", "1"),
                    ("order_id.plug4market_status", "=", "APPROVED"),
                    ("order_id.state", "in", ["draft", "sent"]),
                ],
                ["product_id"],
                ["product_uom_qty:sum"],
            )
        }

    def _plug4market_explain_missing(self, missing):
        """The required data that the product lacks, in the words of the screen."""
        words = {
            "sku": self.env._("SKU (internal reference)"),
            "name": self.env._("name"),
            "productName": self.env._("product name"),
            "description": self.env._("description"),
            "price": self.env._("price"),
            "width": self.env._("width"),
            "height": self.env._("height"),
            "length": self.env._("length"),
            "weight": self.env._("weight"),
            "stock": self.env._("stock"),
            "productId": self.env._("group code"),
        }
        return self.env._(
            "Fill in before it can be sent: %s.",
            ", ".join(words.get(field, field) for field in missing),
        )
