from odoo import http
from odoo.http import request
from odoo.tools import consteq

from ..models.catalogue.images import ImageTooLarge
from ..models.catalogue.product_product_body import IMAGE_PATH

# An address names its image by checksum: what lies there never changes.
CACHE = "public, max-age=31536000, immutable"


class Plug4marketImage(http.Controller):
    """Where the hub loads the images of products from, and nothing else."""

    @http.route(
        f"{IMAGE_PATH}/<int:product_id>/<string:signature>/<string:checksum>.jpg",
        type="http",
        auth="public",
        methods=["GET"],
        save_session=False,
    )
    def image(self, product_id, signature, checksum):
        product = request.env["product.product"].sudo().browse(product_id)
        expected = product._plug4market_sign(checksum)
        if not (signature.isascii() and consteq(signature, expected)):
            raise request.not_found()
        try:
            jpeg = product.exists() and product._plug4market_image(checksum)[0]
        except ImageTooLarge:
            jpeg = b""
        if not jpeg:
            raise request.not_found()
        return request.make_response(
            jpeg,
            [
                ("Content-Type", "image/jpeg"),
                ("X-Content-Type-Options", "nosniff"),
                ("Cache-Control", CACHE),
            ],
        )
