"""The hub refuses a whole request: what it refuses must hold up nothing else."""

import base64

from product_case import ProductCase

LONG_NAME = "Garrafa térmica de aço inoxidável com tampa e alça, 750 ml, inquebrável"


class RefusedCase(ProductCase):
    def setUp(self):
        super().setUp()
        self.sync()
        self.hub.faults(longest_name=60)
        self.hub.forget_calls()

    @property
    def sku(self):
        return self.product.plug4market_sku_ids

    def refuse(self, field):
        """Let the hub refuse every request that names ``field``."""
        self.hub.faults(bad_request={"calls": None, "field": field, "method": "PUT"})

    def rename(self, name=LONG_NAME):
        self.product.plug4market_name = name

    def sent(self):
        return self.hub.products()["GAR-750"]

    def bodies(self):
        """What was sent since the last look, without what goes with every call."""
        calls = self.hub.calls(method="PUT")
        self.hub.forget_calls()
        return [
            {name: v for name, v in call["body"].items() if name != "productId"}
            for call in calls
        ]


class TestRefusedContent(RefusedCase):
    def test_a_refused_title_keeps_no_sold_out_product_on_sale(self):
        self.rename()
        self.move(self.product, -45)
        self.export()

        self.assertEqual(self.sent()["stock"], 0)
        self.assertEqual(self.bodies(), [{"name": LONG_NAME, "stock": 0}, {"stock": 0}])
        self.assertEqual(self.sku.state, "error")
        self.assertIn("60 caracteres", self.sku.error)

    def test_price_and_the_end_of_the_sale_get_there_too(self):
        self.rename()
        self.export()
        self.hub.forget_calls()
        self.product.lst_price = 99
        self.export()
        self.product.product_tmpl_id.active = False
        self.export()

        self.assertEqual(self.bodies(), [{"price": 99}, {"active": False, "stock": 0}])
        self.assertEqual(self.sku.state, "error")
        self.assertIn("60 caracteres", self.sku.error)

    def test_a_product_that_is_no_longer_sold_on_marketplaces_goes_off_sale(self):
        self.rename()
        self.export()
        self.product.product_tmpl_id.plug4market_enabled = False
        self.export()

        self.assertEqual((self.sent()["active"], self.sent()["stock"]), (False, 0))

    def test_a_hundred_moves_cost_no_more_calls_than_of_a_good_product(self):
        self.rename()
        self.export()
        self.hub.forget_calls()
        for _move in range(100):
            self.move(self.product, -0.25)
        self.export()

        self.assertEqual(self.bodies(), [{"stock": 20}])

    def test_nothing_is_called_when_there_is_nothing_new_to_say(self):
        self.rename()
        self.export()
        self.hub.forget_calls()
        self.sku._mark_pending()
        self.export()

        self.assertFalse(self.hub.calls())
        self.assertEqual(self.sku.state, "error")
        self.assertIn("60 caracteres", self.sku.error)

    def test_what_the_hub_has_is_known_all_the_time(self):
        self.rename()
        self.move(self.product, -5)
        self.export()

        known = self.sku.sent_body
        self.assertEqual((known["name"], known["stock"]), ("Garrafa", 40))
        self.assertEqual(
            {name: self.sent()[name] for name in known}, known, "what the hub has"
        )

    def test_corrected_content_is_sent_and_the_problem_is_gone(self):
        self.rename()
        self.export()
        self.rename("Garrafa térmica")
        self.export()

        self.assertEqual(self.sent()["name"], "Garrafa térmica")
        self.assertEqual((self.sku.state, self.sku.error), ("synced", False))
        self.assertFalse(self.sku.refused)

    def test_content_that_is_taken_back_makes_no_call_and_is_no_problem(self):
        self.rename()
        self.export()
        self.hub.forget_calls()
        self.rename("Garrafa")
        self.export()

        self.assertFalse(self.hub.calls())
        self.assertEqual((self.sku.state, self.sku.error), ("synced", False))
        self.assertFalse(self.sku.refused)

    def test_other_content_is_tried_once_and_costs_one_call_more(self):
        self.rename()
        self.export()
        self.hub.forget_calls()
        self.product.weight = 0.4
        self.move(self.product, -1)
        self.export()

        self.assertEqual(
            self.bodies(),
            [{"name": LONG_NAME, "weight": 400, "stock": 44}, {"stock": 44}],
        )

    def test_a_person_who_presses_send_has_all_of_it_tried_again(self):
        self.rename()
        self.export()
        self.hub.faults()
        self.sync()

        self.assertEqual(self.sent()["name"], LONG_NAME)
        self.assertEqual((self.sku.state, self.sku.error), ("synced", False))

    def test_stock_goes_although_it_is_not_known_what_the_hub_has(self):
        self.rename()
        shown = self.sync()
        self.assertIn("60 caracteres", shown["message"])
        self.hub.forget_calls()
        self.move(self.product, -45)
        self.export()

        self.assertEqual(self.bodies(), [{"stock": 0}])
        self.assertEqual(self.sku.state, "error")

    def test_a_new_product_that_is_refused_has_nothing_on_the_hub(self):
        new = self.make_product("NOV-1", LONG_NAME, 10, stock=3)
        self.sync(new)

        self.assertEqual(new.plug4market_state, "error")
        self.assertNotIn("NOV-1", self.hub.products())
        self.assertFalse(new.plug4market_sku_ids.sent_sku)


class TestRefusedLayers(RefusedCase):
    def test_a_refused_price_holds_up_no_stock(self):
        self.refuse("price")
        self.product.lst_price = 99
        self.move(self.product, -45)
        self.export()

        self.assertEqual(self.bodies(), [{"price": 99, "stock": 0}, {"stock": 0}])
        self.assertEqual(self.sku.state, "error")

    def test_what_was_refused_only_beside_a_bad_price_goes_with_the_next(self):
        self.refuse("price")
        self.product.weight = 0.4
        self.product.lst_price = 99
        self.export()
        self.assertEqual(self.bodies(), [{"price": 99, "weight": 400}, {"price": 99}])

        self.hub.faults()
        self.product.lst_price = 98
        self.export()
        self.assertEqual(self.bodies(), [{"price": 98}, {"weight": 400}])
        self.assertEqual((self.sku.state, self.sku.error), ("synced", False))

    def test_refused_stock_is_sent_again_when_it_moves(self):
        self.refuse("stock")
        self.move(self.product, -5)
        self.export()
        self.assertEqual(self.sku.state, "error")

        self.hub.faults()
        self.move(self.product, -5)
        self.export()
        self.assertEqual(self.sent()["stock"], 35)
        self.assertEqual(self.sku.state, "synced")

    def test_a_refused_group_leaves_the_product_in_its_old_one(self):
        group = self.sent()["productId"]
        self.product.product_tmpl_id.plug4market_group_code = "OUTRO"
        self.hub.faults(
            bad_request={"calls": 1, "message": "relacionado com outro ID Produto"}
        )
        self.export()
        self.move(self.product, -45)
        self.export()

        self.assertEqual(self.sent()["stock"], 0)
        self.assertEqual(self.hub.calls()[-1]["body"], {"productId": group, "stock": 0})
        self.assertEqual((self.sku.state, self.sku.error), ("synced", False))
        self.assertIn("OUTRO", self.product.plug4market_warnings)

    def test_refused_channels_hold_up_neither_stock_nor_price(self):
        channel = self.env.ref("plug4market_connector.sales_channel_26")
        self.product.plug4market_brand = "Loja"
        self.product.plug4market_image_urls = "https://example.com/a.jpg"
        self.product.categ_id = self.env["product.category"].create({"name": "Casa"})
        self.export()
        self.product.plug4market_channel_ids = channel
        self.refuse("salesChannels")
        self.move(self.product, -45)
        self.hub.forget_calls()
        self.export()

        with_channels, alone = self.bodies()
        self.assertEqual(set(with_channels), {"salesChannels", "stock"})
        self.assertEqual(alone, {"stock": 0})
        announcement = self.product.plug4market_announcement_ids
        self.assertFalse(announcement.sent_offer, "the hub has no such channel")
        self.assertEqual((self.sku.state, announcement.state), ("error", "error"))
        self.assertIn("refused", announcement.problem)

        self.hub.faults()
        self.sync()
        self.assertTrue(announcement.sent_offer)
        self.assertEqual((self.sku.state, announcement.state), ("synced", "synced"))

    def test_a_refused_image_holds_up_no_stock_and_is_sent_once(self):
        self.hub.faults(bad_request={"calls": None, "path_contains": "/images"})
        self.product.image_1920 = base64.b64encode(GIF)
        self.export()
        self.assertIn("refused its image", self.sku.error)
        self.hub.forget_calls()
        for _move in range(3):
            self.move(self.product, -15)
            self.export()

        self.assertEqual([b["stock"] for b in self.bodies()], [30, 15, 0])
        self.assertEqual(self.sku.state, "error")
        self.assertIn("refused its image", self.sku.error)


# The smallest image there is.
GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
