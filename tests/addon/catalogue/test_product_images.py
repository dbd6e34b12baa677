"""Images: as addresses where Odoo is public, else as files, and never twice."""

import base64
import io
from unittest.mock import patch
from urllib.parse import urlsplit

from PIL import Image
from product_case import ProductCase

from odoo.tests import HttpCase, tagged

from odoo.addons.plug4market_connector.models.catalogue import (
    images,
    product_product_body,
)
from odoo.addons.plug4market_connector.models.catalogue.images import (
    ImageTooLarge,
    is_public_address,
    to_jpeg,
)

PUBLIC = "https://loja.example.com.br"


def picture(colour, size=(8, 8), form="PNG", mode="RGB"):
    written = io.BytesIO()
    Image.new(mode, size, colour).save(written, form)
    return base64.b64encode(written.getvalue())


def opened(raw):
    return Image.open(io.BytesIO(raw))


class TestImages(ProductCase):
    def test_only_https_and_a_host_of_the_internet_is_public(self):
        for url in (
            PUBLIC,
            "https://loja.com.br:8443/odoo",
            "https://8.8.8.8",
            "https://[2606:4700:4700::1111]",
        ):
            self.assertTrue(is_public_address(url), url)
        for url in (
            *("", None, "loja.com.br", "http://loja.com.br", "ftp://loja.com.br"),
            *("https://localhost", "https://odoo", "https://odoo.local"),
            *("https://erp.lan", "https://erp.internal", "https://x.localhost"),
            *("https://127.0.0.1:8069", "https://10.1.2.3", "https://192.168.0.9"),
            *("https://172.16.5.4", "https://169.254.1.1", "https://0.0.0.0"),
            *("https://[::1]", "https://[fd00::1]", "https://[oops", "https://127.1"),
        ):
            self.assertFalse(is_public_address(url), url)

    def test_a_jpeg_is_at_most_1200_pixels_and_stands_on_white(self):
        jpeg = opened(to_jpeg(base64.b64decode(picture("red", (1800, 900)))))
        self.assertEqual((jpeg.format, jpeg.size), ("JPEG", (1200, 600)))
        clear = picture((0, 0, 0, 0), mode="RGBA")
        jpeg = opened(to_jpeg(base64.b64decode(clear)))
        self.assertEqual(jpeg.getpixel((4, 4)), (255, 255, 255))
        jpeg = opened(to_jpeg(base64.b64decode(picture("blue", form="WEBP"))))
        self.assertEqual(jpeg.format, "JPEG")
        self.assertEqual(to_jpeg(b"no image"), b"")

    def test_a_picture_of_too_many_pixels_is_not_unpacked(self):
        # 64 and 400 megapixels: the second is a bomb in Pillow's own words.
        for side in (8_000, 20_000):
            packed = base64.b64decode(picture(0, (side, side), mode="1"))
            with (
                patch.object(Image.Image, "convert", side_effect=AssertionError),
                self.assertRaises(ImageTooLarge),
            ):
                to_jpeg(packed)


class TestFiles(ProductCase):
    """Odoo on 127.0.0.1: the images are sent as files."""

    def setUp(self):
        super().setUp()
        self.template = self.product.product_tmpl_id
        self.template.image_1920 = picture("red")

    def posted(self):
        """The images that were sent since the last look, as colours."""
        calls = self.hub.calls(method="POST")
        self.hub.forget_calls()
        bodies = [c["body"] for c in calls if c["path"].endswith("/images")]
        colours = []
        for body in bodies:
            jpeg = opened(base64.b64decode(body["base64Image"]))
            red, green, blue = jpeg.getpixel((4, 4))
            shades = {"red": red, "green": green, "blue": blue}
            colours.append(max(shades, key=shades.get))
        return colours

    def images(self):
        return self.hub.products()["GAR-750"]["images"]

    def test_an_image_is_sent_once_whatever_is_clicked(self):
        self.sync()
        self.assertEqual(self.posted(), ["red"])
        self.assertEqual(self.product.plug4market_state, "synced")
        self.sync()
        self.product.list_price = 99
        self.template.image_1920 = picture("red")
        self.export()
        self.assertEqual(self.posted(), [])
        self.assertEqual(len(self.images()), 1)

    def test_the_preview_shows_the_file_as_it_is_sent(self):
        action = self.product.action_plug4market_preview()
        wizard = self.env["plug4market.preview"].browse(action["res_id"])
        # The web client reads files as their size.
        shown = wizard.with_context(bin_size=True).content
        self.assertIn("/9j/", shown)  # how a JPEG begins, in base64

    def test_an_image_that_is_too_large_is_said_on_its_sku_and_not_sent(self):
        for module, limit in (
            (product_product_body, "MAX_BYTES"),
            (images, "MAX_PIXELS"),
        ):
            with self.subTest(limit), patch.object(module, limit, 10):
                self.sync()
                self.assertEqual(self.posted(), [])
                self.assertEqual(self.product.plug4market_state, "error")
                self.assertIn("too large", self.product.plug4market_error)
                # The product itself is there, and its stock and price go on.
                self.product.list_price += 1
                self.export()
                there = self.hub.products()["GAR-750"]
                self.assertEqual(there["price"], self.product.list_price)
                self.assertEqual(self.product.plug4market_state, "error")
                self.assertEqual(self.images(), [])
        self.template.image_1920 = picture("blue")
        self.sync()
        self.assertEqual(self.posted(), ["blue"])
        self.assertEqual(self.product.plug4market_state, "synced")

    def test_the_variants_own_image_goes_first(self):
        self.product.image_variant_1920 = picture("blue")
        self.sync()
        self.assertEqual(self.posted(), ["blue", "red"])
        self.assertEqual(len(self.images()), 2)

    def test_a_new_image_takes_the_place_of_the_old(self):
        self.sync()
        self.posted()
        self.template.image_1920 = picture("blue")
        self.export()
        self.assertEqual(self.posted(), ["blue"])
        self.assertEqual(len(self.images()), 1)

    def test_an_image_that_is_taken_away_is_taken_away_on_the_hub(self):
        self.sync()
        self.template.image_1920 = False
        self.export()
        self.assertEqual(self.images(), [])
        self.assertEqual(self.product.plug4market_state, "synced")

    def test_images_put_there_on_the_hub_stay_while_odoo_has_none(self):
        self.template.image_1920 = False
        self.sync()
        self.company._plug4market_client("click").add_image("GAR-750", picture("red"))
        self.sync()
        self.assertEqual(len(self.images()), 1)

    def test_addresses_replace_files_and_files_addresses(self):
        self.sync()
        self.template.plug4market_image_urls = "https://a.com/1.jpg"
        self.export()
        self.assertEqual(self.images(), ["https://a.com/1.jpg"])
        self.posted()
        self.template.plug4market_image_urls = False
        self.export()
        self.assertEqual(self.posted(), ["red"])
        self.assertEqual(len(self.images()), 1)

    def test_an_image_the_hub_refuses_is_said_and_stock_still_follows(self):
        self.hub.faults(
            bad_request={
                "calls": 9,
                "path_prefix": "/products/GAR-750/images",
                "form": "objects",
            }
        )
        self.sync()
        self.assertEqual(self.product.plug4market_state, "error")
        self.assertIn("refused its image", self.product.plug4market_error)
        self.move(self.product, -5)
        self.export()
        self.assertEqual(self.hub.products()["GAR-750"]["stock"], 40)

    def test_a_sku_made_anew_gets_its_image_again(self):
        self.sync()
        self.posted()
        self.product.default_code = "GAR-751"
        self.export()
        self.assertEqual(self.posted(), ["red"])

    def test_a_drawing_is_no_image(self):
        svg = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
        self.template.image_1920 = base64.b64encode(svg)
        self.sync()
        self.assertEqual(self.posted(), [])
        self.assertEqual(self.product.plug4market_state, "synced")


class TestAddresses(ProductCase):
    """Odoo on the internet: the hub loads the images from it."""

    def setUp(self):
        super().setUp()
        config = self.env["ir.config_parameter"].sudo()
        config.set_param("web.base.url", PUBLIC)
        self.template = self.product.product_tmpl_id
        self.template.image_1920 = picture("red")

    def images(self):
        return self.hub.products()["GAR-750"]["images"]

    def test_addresses_are_sent_in_order_and_no_file(self):
        self.product.image_variant_1920 = picture("blue")
        self.template.plug4market_image_urls = "https://a.com/1.jpg"
        self.sync()
        own, shared, typed = self.images()
        for address in (own, shared):
            start = f"{PUBLIC}/plug4market/image/{self.product.id}/"
            self.assertTrue(address.startswith(start), address)
            self.assertTrue(address.endswith(".jpg"))
        self.assertNotEqual(own, shared)
        self.assertEqual(typed, "https://a.com/1.jpg")
        self.assertEqual(len(self.hub.calls()), 1)

    def test_the_address_changes_with_the_image_and_only_then(self):
        self.sync()
        (before,) = self.images()
        self.hub.forget_calls()
        self.template.image_1920 = picture("red")
        self.export()
        self.assertFalse(self.hub.calls())
        self.template.image_1920 = picture("blue")
        self.export()
        (after,) = self.images()
        self.assertNotEqual(before, after)


@tagged("standard", "post_install")
class TestImageRoute(HttpCase):
    test_module = "plug4market_connector"

    def setUp(self):
        super().setUp()
        self.product = self.env["product.product"].create({"name": "Garrafa"})
        self.product.image_variant_1920 = picture("red", (1500, 1500))
        self.env.ref("base.main_company").invalidate_recordset()
        public = (
            "odoo.addons.plug4market_connector.models.catalogue.product_product_body"
        )
        with patch(f"{public}.is_public_address", return_value=True):
            (address,) = self.product._plug4market_image_addresses()
        self.path = urlsplit(address).path

    def test_it_serves_the_image_to_anybody(self):
        answer = self.url_open(self.path)
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.headers["Content-Type"], "image/jpeg")
        self.assertEqual(opened(answer.content).size, (1200, 1200))

    def test_an_archived_products_image_is_still_there(self):
        self.product.active = False
        self.assertEqual(self.url_open(self.path).status_code, 200)

    def test_an_image_that_is_too_large_is_not_found(self):
        with patch.object(product_product_body, "MAX_BYTES", 10):
            self.assertEqual(self.url_open(self.path).status_code, 404)

    def test_whatever_is_wrong_is_not_found(self):
        *_, product, signature, file = self.path.split("/")
        other = self.env["product.product"].create({"name": "Outra"})
        other.image_variant_1920 = picture("blue")
        (other_sum,) = other.plug4market_image_sums
        root = "/plug4market/image"
        for path in (
            f"{root}/{other.id}/{signature}/{file}",
            f"{root}/{product}/{signature}/{other_sum}.jpg",
            f"{root}/{product}/{'0' * 64}/{file}",
            f"{root}/{product}/{signature}/{file.replace('.jpg', '.png')}",
            f"{root}/{product}/é/{file}",
            f"{root}/0/{signature}/{file}",
            f"{root}/{product}/{self.product._plug4market_sign('none')}/none.jpg",
        ):
            self.assertEqual(self.url_open(path).status_code, 404, path)

        self.product.image_variant_1920 = picture("blue", (9, 9))
        self.assertEqual(self.url_open(self.path).status_code, 404)
        self.product.unlink()
        self.assertEqual(self.url_open(self.path).status_code, 404)
