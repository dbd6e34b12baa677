import base64

from odoo import fields, models

from ...hub import (
    AnswerTooLarge,
    HubUnavailable,
    HubUnreachable,
    InOtherGroup,
    Plug4MarketClient,
    RejectedByHub,
    UnexpectedAnswer,
)
from .images import ImageTooLarge
from .plug4market_sku_step import Step


class Plug4marketSku(models.Model):
    """Images sent as files, one call each, where the hub cannot load them from Odoo.

    A file is only ever added (docs/hub-api.md 5.7): what is not as it should be is
    taken away as a whole, and begun again.
    """

    _inherit = "plug4market.sku"

    sent_images = fields.Json(
        help="The checksums of the images that were sent as files, in their order."
    )
    panel_images = fields.Boolean(
        "Images of the panel",
        help="The hub has images that Odoo did not give it. They stay as long as the "
        "product has none in Odoo.",
    )

    def _next_image_step(self, body):
        if body.images:
            return None
        wanted = self.product_id.plug4market_image_sums or []
        if self._is_refused("images", wanted):
            return None
        sent = self.sent_images or []
        if (wanted and self.panel_images) or sent != wanted[: len(sent)]:
            return self._clear_images_step(body)
        try:
            return self._image_step(body, sent, wanted) if sent != wanted else None
        except ImageTooLarge:
            return None  # said by _prepare_up_to_date_values, when all else is sent

    def _explain_image_left_out(self, body):
        """Why images of this SKU are not sent; empty when all that can be are."""
        wanted = self.product_id.plug4market_image_sums or []
        left_out = wanted and not body.images and (self.sent_images or []) != wanted
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
        """Take all images away: a file is only ever added to them.

        See docs/hub-api.md 5.7.
        """
        return Step(
            kind="image",
            method=Plug4MarketClient.update_product,
            arguments=(body.sku, {"productId": body.product_id, "images": []}),
            done=self._prepare_no_images_values(),
        )

    def _prepare_no_images_values(self):
        return {"sent_images": False, "panel_images": False}

    def _image_refused(self, step, error):
        if isinstance(error, InOtherGroup):
            return self._prepare_regrouped_values(step, error)
        if not isinstance(error, RejectedByHub):
            return self._prepare_image_lost_values(step, error)
        return self._prepare_refused_values(
            "images",
            self.product_id.plug4market_image_sums or [],
            self.env._(
                "Plug4Market has the product but refused its image: %(reason)s. "
                "Replace the image, then send the product again.",
                reason="; ".join(error.messages) or error,
            ),
        )

    def _prepare_image_lost_values(self, step, error):
        """The values of a SKU whose image may be on the hub although nobody said so.

        None when it is not: sent once more, it would be there twice.
        """
        lost = isinstance(error, UnexpectedAnswer | AnswerTooLarge | HubUnavailable)
        if isinstance(error, HubUnreachable):
            lost = error.sent
        if not lost or step.method != Plug4MarketClient.add_image:
            return None
        return {**self._prepare_failure_values(error), "to_read": "image"}

    def _prepare_images_values(self, _body, found):
        """Begin again where the hub has another number of images than was counted."""
        return {"panel_images": found.images != len(self.sent_images or [])}
