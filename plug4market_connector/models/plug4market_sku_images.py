import base64

from odoo import fields, models

from ..hub import Plug4MarketClient, RejectedByHub
from ..images import ImageTooLarge
from .plug4market_sku_step import Step


class Plug4marketSku(models.Model):
    """Images sent as files, one call each, where the hub cannot load them from Odoo."""

    _inherit = "plug4market.sku"

    sent_images = fields.Json(
        help="The checksums of the images that were sent as files, in their order."
    )

    def _next_detail_step(self, body):
        step = super()._next_detail_step(body)
        if step or body.images:
            return step
        wanted = self.product_id.plug4market_image_sums or []
        if self._is_refused("images", wanted):
            return None
        sent = self.sent_images or []
        if sent != wanted[: len(sent)]:
            return self._clear_images_step(body)
        try:
            return self._image_step(body, sent, wanted) if sent != wanted else None
        except ImageTooLarge:
            return None  # said by _up_to_date, when all else is sent

    def _explain_image_left_out(self, body):
        """Why images of this SKU are not sent; empty when all that can be are."""
        wanted = self.product_id.plug4market_image_sums or []
        left_out = not body.images and (self.sent_images or []) != wanted
        return left_out and self.product_id._plug4market_explain_large_image()

    def _image_step(self, body, sent, wanted):
        checksum = wanted[len(sent)]
        jpeg, raw = self.product_id._plug4market_image(checksum)
        return Step(
            kind="image",
            method=Plug4MarketClient.add_image,
            arguments=(body.sku, base64.b64encode(jpeg or raw)),
            done={"sent_images": [*sent, checksum]},
        )

    def _clear_images_step(self, body):
        """Take all images away: a file is only ever added to them ("API notes" 5.7)."""
        return Step(
            kind="image",
            method=Plug4MarketClient.update_product,
            arguments=(body.sku, {"productId": body.product_id, "images": []}),
            done={"sent_images": False},
        )

    def _image_refused(self, step, error):
        if not isinstance(error, RejectedByHub):
            return None
        return self._refused_values(
            "images",
            self.product_id.plug4market_image_sums or [],
            self.env._(
                "Plug4Market has the product but refused its image: %(reason)s. "
                "Replace the image, then send the product again.",
                reason="; ".join(error.messages) or error,
            ),
        )

    def _find_refusals(self, body, known):
        refusals = super()._find_refusals(body, known)
        wanted = self.product_id.plug4market_image_sums or []
        left = not body.images and wanted != (self.sent_images or [])
        if left and self._is_refused("images", wanted):
            refusals["images"] = self.refused["images"]
        return refusals

    def _body_sent(self, body, known):
        values = super()._body_sent(body, known)
        if "images" in known:
            # The addresses replace all images, those sent as files too.
            values["sent_images"] = False
        return values

    def _forgotten(self):
        return {**super()._forgotten(), "sent_images": False}
