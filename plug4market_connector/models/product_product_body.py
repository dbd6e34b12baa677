from odoo import models

from ..hub import ProductBody


class ProductProduct(models.Model):
    """What Plug4Market is told of a product."""

    _inherit = "product.product"

    def _plug4market_prepare_bodies(self, rows):
        """The body of each of ``rows``, which are SKUs of the current company."""
        stocks = rows.product_id._plug4market_stocks(self.env.company)
        return {
            row: row.product_id._plug4market_prepare_body(row, stocks[row.product_id.id])
            for row in rows
        }

    def _plug4market_prepare_body(self, row, stock):
        """The body of this SKU for the store of ``row``'s company.

        Odoo weighs in kilograms, the hub in grams ("API notes" 5.2).
        """
        self.ensure_one()
        template = self.product_tmpl_id
        description = template.description_sale or template.name
        return ProductBody(
            product_id=self._plug4market_group_code(),
            product_name=template.name,
            sku=self.default_code or "",
            name=self.plug4market_name or "",
            description=description or "",
            price=self.plug4market_price,
            stock=stock,
            width=self.plug4market_width,
            height=self.plug4market_height,
            length=self.plug4market_length,
            weight=self.weight * 1000,
            brand=template.plug4market_brand or "",
            ean=self.barcode or "",
            active=template.plug4market_enabled and self.active,
        )

    def _plug4market_group_code(self):
        """What the SKUs of one product share on the hub (``productId``)."""
        template = self.product_tmpl_id
        return template.plug4market_group_code or str(template.id)

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
