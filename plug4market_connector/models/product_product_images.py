from odoo import fields, models
from odoo.tools.misc import hmac

from ..images import (
    MAX_BYTES,
    MAX_PIXELS,
    ImageTooLarge,
    is_public_address,
    to_jpeg,
)

# The field of the variant's own image, and of the template's, in the order of sending.
IMAGE_FIELDS = {
    "product.product": "image_variant_1920",
    "product.template": "image_1920",
}
IMAGE_PATH = "/plug4market/image"


class ProductProduct(models.Model):
    """The images of a SKU, told apart by the checksums of their files."""

    _inherit = "product.product"

    plug4market_image_sums = fields.Json(
        compute="_compute_plug4market_image_sums", compute_sudo=True
    )

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
        files = self.env["ir.attachment"].sudo()
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
