from dataclasses import replace

from odoo import fields, models
from odoo.tools.misc import hmac

from ...hub import ProductBody
from .images import MAX_BYTES, MAX_PIXELS, ImageTooLarge, is_public_address, to_jpeg
from .product_attribute import ATTRIBUTE_FIELDS

# The field of the variant's own image, and of the template's, in the order of sending.
IMAGE_FIELDS = {
    "product.product": "image_variant_1920",
    "product.template": "image_1920",
}
IMAGE_PATH = "/plug4market/image"


class ProductProduct(models.Model):
    """What Plug4Market is told of a product."""

    _inherit = "product.product"

    plug4market_image_sums = fields.Json(
        compute="_compute_plug4market_image_sums", compute_sudo=True
    )

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
        return self.with_context(lang=self.env.company._plug4market_hub_lang())

    def _plug4market_prepare_body(self, row, stock):
        """The body of this SKU for the store of ``row``'s company.

        The channels come last: they depend on all the rest of it.
        """
        self.ensure_one()
        body = ProductBody(**self._plug4market_prepare_body_values(row, stock))
        channels = row._announcements()._prepare_channels(body)
        return replace(body, sales_channels=channels)

    def _plug4market_prepare_body_values(self, row, stock):
        """The fields of this SKU's ``ProductBody``; extend it to tell the hub more.

        Odoo weighs in kilograms, the hub in grams (docs/hub-api.md 5.2).
        """
        template = self.product_tmpl_id
        return {
            **template._plug4market_sheet_values(),
            **self._plug4market_attribute_values(),
            **self._plug4market_promotion(row)[0],
            "product_id": row.hub_group or self._plug4market_group_code(),
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
            **self.categ_id._plug4market_prepare_body_values(row.company_id),
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

    def _plug4market_has_image(self):
        return bool(self.with_context(bin_size=True).image_128)

    # -- attributes -----------------------------------------------------------
    # What a variant's attributes and its technical sheet tell the hub.

    def _plug4market_attributes(self):
        """The attribute values of this SKU.

        An attribute with one value counts though it makes no variants; one of several
        is the buyer's choice and no fact of the SKU.
        """
        lines = self.product_tmpl_id.attribute_line_ids
        fixed = lines.filtered(
            lambda line: (
                line.attribute_id.create_variant == "no_variant"
                and len(line.value_ids) == 1
            )
        )
        made = self.product_template_attribute_value_ids
        return (made.product_attribute_value_id | fixed.value_ids).sorted(
            lambda value: (value.attribute_id.sequence, value.attribute_id.id, value.id)
        )

    def _plug4market_facts(self):
        """Pairs of (hub's field or characteristic, value), as often as they occur."""
        facts = []
        for value in self._plug4market_attributes():
            field = value.attribute_id.plug4market_field
            if field in ATTRIBUTE_FIELDS:
                facts.append((field, value.plug4market_hub_id or value.name))
            else:
                facts.append((value.attribute_id.name, value.name))
        sheet = self.product_tmpl_id.plug4market_metafield_ids
        return facts + [(line.key.strip(), line.value.strip()) for line in sheet]

    def _plug4market_attribute_values(self):
        """The variation fields and metafields of a ``ProductBody``.

        The first of several values counts: ``_plug4market_repeated`` names the others.
        """
        values, metafields = {}, {}
        for key, value in self._plug4market_facts():
            if key in ATTRIBUTE_FIELDS:
                values.setdefault(key, value)
            else:
                metafields.setdefault(key.casefold(), (key, value))
        return {**values, "metafields": tuple(metafields.values()) or None}

    def _plug4market_repeated(self):
        """The characteristics that have two values, in the words of the screen."""
        selection = self.env["product.attribute"]._fields["plug4market_field"]
        words = dict(selection._description_selection(self.env))
        seen, repeated = set(), []
        for key, _value in self._plug4market_facts():
            if key.casefold() in seen:
                repeated.append(words.get(key, key))
            seen.add(key.casefold())
        return repeated

    # -- images ---------------------------------------------------------------
    # The images of a SKU, told apart by the checksums of their files.

    def _compute_plug4market_image_sums(self):
        found = self._origin._plug4market_image_files().grouped(
            lambda file: (file.res_model, file.res_id)
        )
        none = self.env["ir.attachment"]
        for product in self:
            own = found.get(("product.product", product._origin.id), none)
            shared = found.get(
                ("product.template", product._origin.product_tmpl_id.id), none
            )
            # The same image twice is sent once.
            sums = dict.fromkeys((own[:1] | shared[:1]).mapped("checksum"))
            product.plug4market_image_sums = list(sums)

    def _plug4market_image_files(self):
        """The files of these products' own images and of their templates'.

        A drawing (SVG) is none: marketplaces take photographs only.
        """
        owners = {
            "product.product": self.ids,
            "product.template": self.product_tmpl_id.ids,
        }
        # The web client reads binaries as their size.
        files = self.env["ir.attachment"].sudo().with_context(bin_size=False)
        for model, ids in owners.items():
            files |= files.search(
                [
                    ("res_model", "=", model),
                    ("res_field", "=", IMAGE_FIELDS[model]),
                    ("res_id", "in", ids),
                    ("mimetype", "!=", "image/svg+xml"),
                ]
            )
        return files

    def _plug4market_image(self, checksum):
        """The JPEG of one of this product's images as it is now; empty if it has none.

        :return: the JPEG and, for what cannot be read as an image, the file itself
        :raise ImageTooLarge: when it is larger than a product's image can be
        """
        self.ensure_one()
        files = self._plug4market_image_files()
        file = files.filtered(lambda file: file.checksum == checksum)[:1]
        if file.file_size > MAX_BYTES:
            raise ImageTooLarge
        raw = file.raw or b""
        return to_jpeg(raw), raw

    def _plug4market_explain_large_image(self):
        return self.env._(
            "An image of %(product)s is too large: more than %(megabytes)s MB, or "
            "%(megapixels)s megapixels. Replace it by a smaller one, then send the "
            "product again.",
            product=self.display_name,
            megabytes=MAX_BYTES // 1_000_000,
            megapixels=MAX_PIXELS // 1_000_000,
        )

    def _plug4market_image_addresses(self):
        """The addresses that the hub may load this SKU's images from."""
        typed = self.product_tmpl_id._plug4market_lines("plug4market_image_urls")
        base = self.env.company.get_base_url()
        if not is_public_address(base):
            return typed
        own = [
            f"{base}{IMAGE_PATH}/{self.id}/{self._plug4market_sign(checksum)}"
            f"/{checksum}.jpg"
            for checksum in self.plug4market_image_sums or []
        ]
        return (*own, *typed)

    def _plug4market_sign(self, checksum):
        """What makes an image's address hard to guess."""
        return hmac(self.env(su=True), "plug4market-image", (self.id, checksum))
