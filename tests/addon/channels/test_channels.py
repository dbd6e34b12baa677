"""Sales channels of a SKU: sent whole or not at all, and what holds one back."""

from channel_case import HUB_CATEGORY, PIXEL, ChannelCase

from odoo.exceptions import UserError, ValidationError


class TestChannels(ChannelCase):
    def test_without_announcements_the_panels_channels_stay(self):
        self.sync(self.product)
        client = self.company._plug4market_client("click")
        client.update_product("LUM-LED", {"salesChannels": [{"id": 26}]})
        self.hub.forget_calls()
        self.sync(self.product)

        (call,) = self.hub.calls(method="PUT")
        self.assertNotIn("salesChannels", call["body"])
        self.assertEqual(set(self.sent_channels()), {26})

    def test_the_whole_wanted_set_is_sent_and_an_emptied_one_once(self):
        self.choose(self.shopee, self.channel(4))
        self.sync(self.product)
        self.assertEqual(set(self.sent_channels()), {4, 26})
        self.assertEqual(self.announcement(self.shopee).state, "synced")

        self.choose(self.shopee)
        self.export()
        self.assertEqual(set(self.sent_channels()), {26})
        self.assertEqual(self.announcement(self.channel(4)).state, "off")

        self.hub.forget_calls()
        self.choose()
        self.export()
        self.product.weight = 0.4
        self.export()
        bodies = [call["body"] for call in self.hub.calls(method="PUT")]
        self.assertEqual([body.get("salesChannels") for body in bodies], [[], None])

    def test_what_the_hub_has_is_switched_off_before_it_is_deleted(self):
        self.choose(self.shopee)
        self.sync(self.product)
        with self.assertRaises(UserError):
            self.announcement(self.shopee).unlink()

        self.choose()
        self.export()
        self.announcement(self.shopee).unlink()

    def test_a_channel_waits_for_what_it_needs_and_goes_on_by_itself(self):
        self.product.image_1920 = False
        self.product.plug4market_brand = False
        self.choose(self.shopee, self.amazon)
        self.sync(self.product)

        self.assertEqual(self.product.plug4market_state, "synced")
        self.assertEqual(self.sent_channels(), {})
        shopee, amazon = map(self.announcement, (self.shopee, self.amazon))
        self.assertEqual((shopee.state, amazon.state), ("error", "error"))
        self.assertRegex(shopee.problem, "Shopee.*picture, a brand")
        self.assertRegex(amazon.problem, "EAN")

        self.product.image_1920 = PIXEL
        self.product.plug4market_brand = "Loja"
        self.export()
        self.assertEqual(set(self.sent_channels()), {26})
        self.assertEqual((shopee.state, shopee.problem), ("synced", False))
        self.assertEqual(amazon.state, "error")

    def test_mercado_livre_goes_by_the_hubs_category_of_the_nearest_parent(self):
        self.choose(self.mercado_livre)
        self.sync(self.product)
        self.assertRegex(self.announcement(self.mercado_livre).problem, "Iluminação")

        self.house.plug4market_category_uid = HUB_CATEGORY
        self.export()
        self.assertEqual(set(self.sent_channels()), {7})
        self.assertEqual(self.hub.products()["LUM-LED"]["categoryId"], HUB_CATEGORY)

    def test_a_category_of_the_hub_has_24_hexadecimal_digits(self):
        with self.assertRaises(ValidationError):
            self.house.plug4market_category_uid = "MLB1234"

    def test_a_channel_that_the_hub_has_is_not_removed_for_missing_data(self):
        self.choose(self.shopee)
        self.sync(self.product)
        self.product.plug4market_brand = False
        self.sync(self.product)

        self.assertEqual(set(self.sent_channels()), {26})
        self.assertRegex(self.announcement(self.shopee).problem, "stays on Shopee")

    def test_a_blocked_channel_does_not_empty_what_the_panel_chose(self):
        self.sync(self.product)
        client = self.company._plug4market_client("click")
        client.update_product("LUM-LED", {"salesChannels": [{"id": 4}]})
        self.choose(self.amazon)
        self.export()

        self.assertEqual(set(self.sent_channels()), {4})

    def test_a_price_of_a_channel_is_sent_and_taken_back(self):
        self.choose(self.shopee)
        row = self.announcement(self.shopee)
        row.price = 159.9
        self.sync(self.product)
        self.assertEqual(self.sent_channels()[26]["price"], 159.9)

        row.price = 0
        self.assertEqual(row.state, "waiting")
        self.export()
        self.assertEqual(self.sent_channels()[26]["price"], 149.9)
        self.product.lst_price = 139.9
        self.export()
        self.assertEqual(self.sent_channels()[26]["price"], 139.9)
        self.assertEqual(row.state, "synced")

    def test_a_promotion_is_sent_with_its_dates_and_taken_back(self):
        self.choose(self.shopee)
        row = self.announcement(self.shopee)
        promotion = {
            "sale_price": 129.9,
            "sale_date_start": "2026-11-20 12:00:00",
            "sale_date_end": "2090-11-30 12:00:00",
        }
        row.write(promotion)
        self.sync(self.product)
        self.assertEqual(
            self.sent_channels()[26]["forSale"],
            {
                "salePrice": 129.9,
                "saleDateStart": "2026-11-20T12:00:00.000Z",
                "saleDateEnd": "2090-11-30T12:00:00.000Z",
            },
        )

        row.sale_price = 0
        self.export()
        self.assertIsNone(self.sent_channels()[26]["forSale"])

    def test_a_promotion_that_makes_no_sense_is_said_and_not_sent(self):
        self.choose(self.shopee)
        row = self.announcement(self.shopee)
        dates = {"sale_date_start": "2026-11-20", "sale_date_end": "2090-11-30"}
        for values, said in (
            ({"sale_price": 129.9}, "start"),
            ({**dates, "sale_price": 149.9}, "below the price"),
            ({"sale_price": 129.9, "sale_date_end": False}, "later end"),
        ):
            with self.subTest(said):
                row.write(values)
                self.sync(self.product)
                self.assertNotIn("forSale", self.sent_channels()[26])
                self.assertRegex(row.problem, said)

    def test_a_channels_price_travels_before_content(self):
        self.choose(self.shopee)
        self.sync(self.product)
        self.export()
        self.announcement(self.shopee).price = 1
        self.env.flush_all()
        self.env.cr.precommit.run()
        changes = self.env["plug4market.sku.change"].search([])
        self.assertEqual(changes.mapped("lane"), ["price"])

    def test_a_renamed_sku_is_put_on_its_channels_again(self):
        self.choose(self.shopee)
        self.sync(self.product)
        self.product.default_code = "LUM-2"
        self.export()

        self.assertEqual(set(self.sent_channels("LUM-2")), {26})
        self.assertEqual(self.announcement(self.shopee).state, "synced")


class TestChoosingChannels(ChannelCase):
    def test_default_channels_are_given_when_a_product_is_first_published(self):
        self.settings(default_channel_ids=(self.shopee | self.channel(4)).ids)
        other = self.make_offer("ABA-1", "Abajur", 99)
        self.choose(self.shopee, product=other)
        self.sync(self.product | other)
        self.assertEqual(set(self.sent_channels()), {4, 26})
        self.assertEqual(set(self.sent_channels("ABA-1")), {26})

        self.choose()
        self.sync(self.product)
        self.assertEqual(self.sent_channels(), {})

    def test_many_products_are_put_on_a_channel_at_once(self):
        other = self.make_offer("ABA-1", "Abajur", 99)
        self.choose(self.channel(4), product=other)
        link = [(4, self.shopee.id)]
        (self.product | other).write({"plug4market_channel_ids": link})

        self.assertEqual(self.product.plug4market_channel_ids, self.shopee)
        self.assertEqual(other.plug4market_channel_ids, self.shopee | self.channel(4))
        found = self.env["product.product"].search(
            [("plug4market_channel_ids", "in", self.channel(4).ids)]
        )
        self.assertEqual(found, other)

    def test_a_template_changes_all_variants_by_what_was_changed(self):
        attribute = self.env["product.attribute"].create(
            {"name": "Cor", "value_ids": [(0, 0, {"name": n}) for n in ("P", "B")]}
        )
        line = {
            "attribute_id": attribute.id,
            "value_ids": [(6, 0, attribute.value_ids.ids)],
        }
        template = self.env["product.template"].create(
            {"name": "Camiseta", "attribute_line_ids": [(0, 0, line)]}
        )
        black, white = template.product_variant_ids
        self.choose(self.channel(4), product=black)
        self.choose(self.shopee, product=template)

        self.assertEqual(black.plug4market_channel_ids, self.shopee)
        self.choose(self.channel(4), product=black)
        template.plug4market_channel_ids |= self.amazon
        self.env.flush_all()
        self.assertEqual(black.plug4market_channel_ids, self.channel(4) | self.amazon)
        self.assertEqual(white.plug4market_channel_ids, self.shopee | self.amazon)

    def test_each_company_has_its_own_channels(self):
        self.choose(self.shopee)
        other = self.env["res.company"].create({"name": "Outra loja"})
        self.assertFalse(self.product.with_company(other).plug4market_channel_ids)
        self.assertEqual(self.product.plug4market_channel_ids, self.shopee)


class TestChannelList(ChannelCase):
    def test_the_hubs_list_adds_and_renames_and_deletes_nothing(self):
        ours = self.env["plug4market.sales.channel"].create(
            {"name": "Só nosso", "hub_id": 9999}
        )
        self.channel(4).unlink()
        self.shopee.name = "Outro nome"
        self.env.flush_all()
        self.mercado_livre.action_update_channels()
        self.env.invalidate_all()

        self.assertTrue(ours.exists())
        self.assertEqual(self.channel(4).name, "MAGAZINE LUIZA")
        self.assertEqual(self.shopee.name, "SHOPEE")
        self.assertEqual(self.mercado_livre.name, "Mercado Livre")
