"""A SKU that the hub has already is read once; then what differs is sent."""

from channel_case import HUB_CATEGORY, PIXEL, ChannelCase
from hub_control import product_values

ADDRESS = "https://painel.example.com/foto.jpg"


class AdoptionCase(ChannelCase):
    def in_panel(self, sku="LUM-LED", **values):
        """Make a SKU in the panel, complete and on no channel."""
        return self.hub.set_product(
            sku,
            **{
                "productId": "painel-1",
                "productName": "Luminária do painel",
                "name": "Luminária do painel",
                "description": "Feita no painel",
                "price": 120.0,
                "stock": 9,
                "width": 12,
                "height": 10,
                "length": 9,
                "weight": 350,
                **values,
            },
        )

    def make_bare(self, sku, name, price=100.0, **values):
        """A product without picture, brand and category."""
        return self.env["product.product"].create(
            {**product_values(sku, name, price), **values}
        )

    def put_on_sale(self, product):
        """Publish a product and forget how."""
        self.sync(product)
        self.hub.forget_calls()

    def product_calls(self):
        return [c for c in self.hub.calls() if c["path"].startswith("/products")]

    def verbs(self):
        return [(call["method"], call["path"]) for call in self.product_calls()]

    def hub_product(self, sku="LUM-LED"):
        return self.hub.products()[sku]

    def row(self, product=None):
        return self.env["plug4market.sku"].search(
            [("product_id", "=", (product or self.product).id)]
        )

    def rename(self, product, sku):
        product.default_code = sku

    def assertUpToDate(self, product=None):
        self.assertEqual(self.row(product).state, "synced", self.row(product).error)
        self.hub.forget_calls()
        self.sync_changes()
        self.assertEqual(self.verbs(), [])

    def sync_changes(self):
        self.export()


class TestMadeInThePanel(AdoptionCase):
    """The product is the same on both sides; Odoo never sent it."""

    def test_it_is_read_once_and_what_differs_is_sent(self):
        self.in_panel(ean="7891000315507", model="Antigo", salePrice=99.0)
        self.sync(self.product)

        self.assertEqual(
            self.verbs()[:3],
            [
                ("POST", "/products"),
                ("GET", "/products/LUM-LED"),
                ("PUT", "/products/LUM-LED"),
            ],
        )
        sent = self.product_calls()[2]["body"]
        self.assertNotIn("weight", sent)
        product = self.hub_product()
        self.assertEqual(
            (product["name"], product["price"], product["stock"]),
            ("Luminária", 149.9, 0),
        )
        for emptied in ("ean", "model", "salePrice"):
            self.assertIsNone(product.get(emptied), emptied)
        self.assertUpToDate()

    def test_what_nobody_here_sends_stays(self):
        self.in_panel(reviewed=True, customId="velho", costPrice=50)
        self.sync(self.product)

        product = self.hub_product()
        self.assertEqual(
            (product["reviewed"], product["customId"], product["costPrice"]),
            (True, "velho", 50),
        )

    def test_pictures_and_category_stay_while_odoo_has_none(self):
        product = self.make_bare("NU-1", "Sem foto")
        self.in_panel("NU-1", images=[ADDRESS], categoryId=HUB_CATEGORY, brand="Outra")
        self.sync(product)

        found = self.hub_product("NU-1")
        self.assertEqual(found["images"], [ADDRESS])
        self.assertEqual(found["categoryId"], HUB_CATEGORY)
        self.assertFalse(found.get("brand"))
        self.assertEqual(self.row(product).state, "synced")

        product.image_1920 = PIXEL
        self.export()
        (image,) = self.hub_product("NU-1")["images"]
        self.assertNotEqual(image, ADDRESS)
        self.assertUpToDate(product)

    def test_a_picture_of_odoo_takes_the_place_of_the_panels(self):
        self.in_panel(images=[ADDRESS, f"{ADDRESS}?2"])
        self.sync(self.product)

        (image,) = self.hub_product()["images"]
        self.assertNotIn(ADDRESS, image)
        self.assertUpToDate()

    def test_its_channels_are_read_with_their_prices(self):
        self.in_panel(
            salesChannels=[
                {
                    "id": 26,
                    "price": 133.0,
                    "forSale": {
                        "salePrice": 111.0,
                        "saleDateStart": "2020-01-01T03:00:00.000Z",
                        "saleDateEnd": "2050-01-01T03:00:00.000Z",
                    },
                },
                {"id": 1, "price": 120.0},
                {"id": 8},
            ]
        )
        self.channel(8).unlink()
        self.sync(self.product)

        shopee = self.announcement(self.shopee)
        self.assertEqual((shopee.price, shopee.sale_price), (133, 111))
        self.assertEqual(str(shopee.sale_date_end), "2050-01-01 03:00:00")
        amazon = self.announcement(self.amazon)
        self.assertEqual((amazon.price, amazon.state), (0, "error"))
        self.assertIn("EAN", amazon.problem)
        self.assertEqual(
            set(self.product.plug4market_channel_ids.mapped("hub_id")), {1, 8, 26}
        )
        channels = self.sent_channels()
        self.assertEqual(channels[26]["price"], 133)
        self.assertEqual(channels[26]["forSale"]["salePrice"], 111)
        # It had the panel's price, which was no price of its own.
        self.assertEqual(channels[1]["price"], 149.9)
        self.assertIn(8, channels)

    def test_bare_numbers_are_channels_too(self):
        self.in_panel(salesChannels=[26, "1"])
        self.sync(self.product)
        self.assertEqual(
            self.product.plug4market_channel_ids, self.shopee | self.amazon
        )
        self.assertEqual(self.hub_product()["salesChannels"], [26, "1"])

    def test_default_channels_come_besides_those_it_has(self):
        self.settings(default_channel_ids=self.shopee)
        self.in_panel(salesChannels=[{"id": 7}])
        self.sync(self.product)
        self.assertEqual(set(self.sent_channels()), {7, 26})

    def test_default_channels_do_not_replace_what_cannot_be_read(self):
        self.settings(default_channel_ids=self.shopee)
        for told in ({"x": 1}, [{"name": "sem número"}], None):
            with self.subTest(told):
                self.hub.reset()
                self.paste_tokens(self.hub.store())
                self.row().unlink()
                self.in_panel(salesChannels=told)
                self.sync(self.product)
                self.assertFalse(self.product.plug4market_channel_ids)
                self.assertEqual(self.hub_product().get("salesChannels"), told)

    def test_a_channel_that_was_chosen_is_no_default_one(self):
        self.settings(default_channel_ids=self.shopee)
        self.choose(self.amazon)
        self.in_panel(salesChannels=None)
        self.sync(self.product)
        self.assertEqual(self.product.plug4market_channel_ids, self.amazon)

    def test_a_channel_that_was_switched_off_here_is_taken_off(self):
        self.choose(self.shopee)
        self.choose()
        self.in_panel(salesChannels=[{"id": 26}, {"id": 7}])
        self.sync(self.product)
        self.assertEqual(set(self.sent_channels()), {7})

    def test_it_stays_in_the_hubs_group_where_nobody_chose_another(self):
        self.in_panel()
        self.hub.faults(fixed_groups=True)
        self.sync(self.product)
        self.assertEqual(self.hub_product()["productId"], "painel-1")
        self.assertUpToDate()

    def test_a_group_that_was_chosen_is_sent(self):
        self.product.product_tmpl_id.plug4market_group_code = "LUMINARIAS"
        self.in_panel()
        self.sync(self.product)
        self.assertEqual(self.hub_product()["productId"], "LUMINARIAS")

    def test_a_lost_answer_costs_one_call_and_changes_nothing(self):
        self.put_on_sale(self.product)
        before = self.hub_product()
        self.row().write(
            {
                "sent_sku": False,
                "sent_body": False,
                "sent_images": False,
                "synced_at": False,
                "state": "pending",
            }
        )
        self.export()
        self.assertEqual(
            [verb for verb, _path in self.verbs()][:2],
            ["POST", "GET"],
        )
        after = self.hub_product()
        self.assertEqual(len(after["images"]), 1)
        for name in ("name", "price", "stock", "brand", "customCategory"):
            self.assertEqual(after.get(name), before.get(name))

    def test_what_cannot_be_read_is_sent_whole(self):
        self.in_panel(ean="7891000315507")
        self.hub.faults(bad_request={"calls": 1, "method": "GET"})
        self.sync(self.product)
        self.assertEqual(self.hub_product()["price"], 149.9)
        self.assertEqual(self.row().state, "synced")

    def test_the_preview_says_that_it_is_read_first(self):
        self.in_panel()
        row = self.env["plug4market.sku"]._ensure(self.company, self.product)
        row.write({"sent_sku": "LUM-LED", "to_read": "found"})
        action = self.product.action_plug4market_preview()
        wizard = self.env["plug4market.preview"].browse(action["res_id"])
        self.assertIn("GET /products/LUM-LED", wizard.content)
        self.assertNotIn("PUT", wizard.content)


class TestListings(AdoptionCase):
    def setUp(self):
        super().setUp()
        self.settings(seller_id="VENDEDOR", listing_type="CLASSICO")
        self.light.plug4market_category_uid = HUB_CATEGORY

    def listed(self, **values):
        return {
            "announcementId": "5d420c000000000000000001",
            "saleChannel": 7,
            "sellerId": "VENDEDOR",
            "listingType": "CLASSICO",
            "sku": "LUM-LED",
            "description": "Antiga",
            "productName": "Antigo",
            **values,
        }

    def listing_calls(self):
        return [
            call["method"]
            for call in self.hub.calls()
            if call["path"].endswith("/announcements")
        ]

    def test_the_listing_it_has_is_changed_and_no_other_made(self):
        self.in_panel(salesChannels=[{"id": 7}], announcements=[self.listed()])
        self.sync(self.product)

        self.assertEqual(self.listing_calls(), ["PUT"])
        (listing,) = self.hub_product()["announcements"]
        self.assertEqual(listing["productName"], "Luminária")
        self.assertUpToDate()

    def test_one_that_is_not_there_is_made(self):
        self.in_panel(salesChannels=[{"id": 7}], announcements=[])
        self.sync(self.product)
        self.assertEqual(self.listing_calls(), ["POST"])

    def test_one_that_the_hub_does_not_show_is_not_made_twice(self):
        self.in_panel(salesChannels=[{"id": 7}], announcements=None)
        self.sync(self.product)
        self.assertEqual(self.listing_calls(), [])
        self.assertIn("panel", self.announcement(self.mercado_livre).problem)


class TestOfAnotherProduct(AdoptionCase):
    """Nothing of the other product stays: its SKU is all that was taken."""

    def setUp(self):
        super().setUp()
        self.first = self.make_offer(
            "A", "Primeiro", 10.0, barcode="7891000315507", plug4market_model="Um"
        )
        self.second = self.make_bare("B", "Segundo", 20.0)

    def swap(self):
        self.put_on_sale(self.first | self.second)
        self.first.default_code = "x"
        self.second.default_code = "A"
        self.first.default_code = "B"
        self.export()

    def test_two_skus_are_swapped(self):
        self.swap()
        hub = self.hub.products()
        self.assertEqual((hub["A"]["name"], hub["B"]["name"]), ("Segundo", "Primeiro"))
        self.assertEqual((hub["A"]["price"], hub["B"]["price"]), (20, 10))
        self.assertFalse(hub["A"].get("ean") or hub["A"].get("model"))
        self.assertFalse(hub["A"].get("brand") or hub["A"].get("customCategory"))
        self.assertEqual((hub["B"]["ean"], hub["B"]["model"]), ("7891000315507", "Um"))
        self.assertEqual(len(hub["A"]["images"]), 0)
        self.assertEqual(len(hub["B"]["images"]), 1)
        self.assertTrue(hub["A"]["active"] and hub["B"]["active"])
        self.assertUpToDate(self.first)
        self.assertUpToDate(self.second)

    def test_groups_are_not_mixed(self):
        self.swap()
        self.assertEqual(
            self.hub_product("A")["productId"], str(self.second.product_tmpl_id.id)
        )

    def test_promotion_and_channel_prices_are_those_of_the_new_product(self):
        self.put_on_sale(self.first | self.second)
        sale = {
            "salePrice": 5.0,
            "saleDateStart": "2020-01-01T03:00:00.000Z",
            "saleDateEnd": "2050-01-01T03:00:00.000Z",
        }
        self.hub.set_product(
            "A", **sale, salesChannels=[{"id": 26, "price": 7.0, "forSale": sale}]
        )
        self.first.default_code = "x"
        self.second.default_code = "A"
        self.export()

        hub = self.hub_product("A")
        self.assertIsNone(hub.get("salePrice"))
        (channel,) = hub["salesChannels"]
        self.assertEqual((channel["price"], channel["forSale"]), (20, None))
        self.assertEqual(self.announcement(self.shopee, self.second).price, 0)

    def test_an_archived_product_s_sku_is_its_successor_s_alone(self):
        self.put_on_sale(self.first)
        self.first.action_archive()
        self.export()
        self.assertFalse(self.hub_product("A")["active"])
        self.second.default_code = "A"
        self.sync(self.second)

        hub = self.hub_product("A")
        self.assertEqual((hub["name"], hub["active"]), ("Segundo", True))
        self.assertFalse(hub.get("ean") or hub.get("model"))
        self.assertEqual(hub["images"], [])
        self.assertFalse(self.row(self.first).sent_sku)

        # Whatever happens to the old one, the new one stays on sale.
        self.env["plug4market.sku"].sudo()._send_whole(self.company)
        self.first.list_price = 11
        self.export()
        self.assertTrue(self.hub_product("A")["active"])

    def test_a_listing_of_the_old_sku_is_not_changed(self):
        self.settings(seller_id="VENDEDOR", listing_type="CLASSICO")
        self.light.plug4market_category_uid = HUB_CATEGORY
        self.choose(self.mercado_livre, product=self.first)
        self.put_on_sale(self.first)
        (listing,) = self.hub_product("A")["announcements"]
        self.in_panel("C")
        self.first.default_code = "C"
        self.export()
        self.assertEqual(self.hub_product("A")["announcements"], [listing])
        (own,) = self.hub_product("C")["announcements"]
        self.assertEqual(own["productName"], "Primeiro")


class TestRegrouped(AdoptionCase):
    def test_the_hubs_group_is_taken_when_ours_is_refused(self):
        self.put_on_sale(self.product)
        self.hub.set_product("LUM-LED", productId="painel-9")
        self.hub.faults(fixed_groups=True)
        self.product.list_price = 55
        self.export()

        self.assertEqual(
            self.verbs(),
            [
                ("PUT", "/products/LUM-LED"),
                ("GET", "/products/LUM-LED"),
                ("PUT", "/products/LUM-LED"),
            ],
        )
        hub = self.hub_product()
        self.assertEqual((hub["productId"], hub["price"]), ("painel-9", 55))
        self.assertUpToDate()

    def test_stock_and_the_end_of_a_sale_get_there(self):
        self.put_on_sale(self.product)
        self.hub.set_product("LUM-LED", productId="painel-9")
        self.hub.faults(fixed_groups=True)
        self.product.action_archive()
        self.export()
        self.assertFalse(self.hub_product()["active"])

    def test_a_renamed_one_is_taken_off_sale_under_its_old_sku(self):
        self.put_on_sale(self.product)
        self.hub.set_product("LUM-LED", productId="painel-9")
        self.hub.faults(fixed_groups=True)
        self.product.default_code = "LUM-NOVA"
        self.export()
        hub = self.hub.products()
        self.assertFalse(hub["LUM-LED"]["active"])
        self.assertTrue(hub["LUM-NOVA"]["active"])

    def test_regrouped_twice(self):
        self.put_on_sale(self.product)
        self.hub.faults(fixed_groups=True)
        for group, price in (("painel-9", 55), ("painel-10", 56)):
            self.hub.set_product("LUM-LED", productId=group)
            self.product.list_price = price
            self.export()
            self.assertEqual(self.hub_product()["price"], price)

    def test_a_code_that_is_typed_later_is_tried(self):
        self.put_on_sale(self.product)
        self.hub.set_product("LUM-LED", productId="painel-9")
        self.hub.faults(fixed_groups=True)
        self.product.list_price = 55
        self.export()
        self.hub.faults(fixed_groups=False)
        self.product.product_tmpl_id.plug4market_group_code = "LUMINARIAS"
        self.export()
        self.assertEqual(self.hub_product()["productId"], "LUMINARIAS")

    def test_a_refusal_that_is_no_matter_of_the_group_asks_a_person(self):
        self.put_on_sale(self.product)
        self.hub.faults(
            bad_request={
                "calls": None,
                "method": "PUT",
                "message": "Esse produto já existe e está relacionado com outro ID "
                "Produto",
            }
        )
        self.product.list_price = 55
        self.export()
        row = self.row()
        self.assertEqual(row.state, "error")
        self.assertIn("outro ID Produto", row.error)
        self.assertLess(len(self.verbs()), 5)


class TestSentWholeAgain(AdoptionCase):
    def test_what_was_emptied_meanwhile_is_emptied_there(self):
        self.product.barcode = "7891000315507"
        self.product.plug4market_promo_price = 99
        self.product.plug4market_promo_start = "2020-01-01"
        self.product.plug4market_promo_end = "2050-01-01"
        self.put_on_sale(self.product)
        self.assertEqual(self.hub_product()["salePrice"], 99)
        self.product.barcode = False
        self.product.plug4market_promo_price = 0
        self.sync(self.product)

        hub = self.hub_product()
        self.assertFalse(hub.get("ean"))
        self.assertIsNone(hub.get("salePrice"))

    def test_an_image_whose_answer_was_lost_is_there_once(self):
        self.hub.faults(
            lost_answer={"calls": 1, "path_contains": "/images", "method": "POST"}
        )
        self.sync(self.product)
        self.export()
        self.assertEqual(len(self.hub_product()["images"]), 1)
        self.assertUpToDate()
