from odoo import models

from ..hub import ProductBody


class ProductProduct(models.Model):
    """What Plug4Market is told of a product."""

    _inherit = "product.product"

    def _plug4market_prepare_bodies(self, rows):
        """The body of each of ``rows``, which are SKUs of the current company."""
        stocks = rows.product_id._plug4market_stocks(self.env.company)
        products = rows.product_id._plug4market_in_store_lang().grouped("id")
        return {
            row: products[row.product_id.id]._plug4market_prepare_body(
                row, stocks[row.product_id.id]
            )
            for row in rows
        }

    def _plug4market_in_store_lang(self):
        """These products in the language of the store, whoever sends them."""
        return self.with_context(lang=self.env.company._plug4market_lang())

    def _plug4market_prepare_body(self, row, stock):
        """The body of this SKU for the store of ``row``'s company."""
        self.ensure_one()
        return ProductBody(**self._plug4market_prepare_body_values(row, stock))

    def _plug4market_prepare_body_values(self, row, stock):
        """The fields of this SKU's ``ProductBody``; extend it to tell the hub more.

        Odoo weighs in kilograms, the hub in grams ("API notes" 5.2).
        """
        template = self.product_tmpl_id
        return {
            **template._plug4market_sheet_values(),
            **self._plug4market_attribute_values(),
            **self._plug4market_promotion(row)[0],
            "product_id": self._plug4market_group_code(),
            "product_name": template.plug4market_group_name or template.name,
            "sku": self.default_code or "",
            "name": self.plug4market_name or "",
            "description": template._plug4market_hub_description(),
            "price": self.plug4market_price,
            "stock": stock,
            "width": self.plug4market_width,
            "height": self.plug4market_height,
            "length": self.plug4market_length,
            "weight": self.weight * 1000,
            "ean": self.barcode or "",
            "images": self._plug4market_image_addresses() or None,
            "videos": template._plug4market_lines("plug4market_video_urls") or None,
            "active": bool(self._plug4market_offered()),
        }

    def _plug4market_group_code(self):
        """What the SKUs of one product share on the hub (``productId``)."""
        template = self.product_tmpl_id
        return template.plug4market_group_code or str(template.id)

    def _plug4market_explain_missing(self, missing):
        """The required data that the product lacks, and what to do; empty if none."""
        return self._plug4market_ask_for(self._plug4market_name_missing(missing))

    def _plug4market_ask_for(self, names):
        return names and self.env._("Fill in before it can be sent: %s.", names)

    def _plug4market_name_missing(self, missing):
        """The names of required fields in the words of the screen, as one text."""
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
        return ", ".join(words.get(field, field) for field in missing)
