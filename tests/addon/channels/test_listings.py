"""Listings on Mercado Livre: made, changed, removed, and nothing said twice."""

from unittest.mock import patch

from channel_case import HUB_CATEGORY, ChannelCase

from odoo.addons.plug4market_connector.hub import Announcement

LISTINGS = "/products/LUM-LED/announcements"


class TestListings(ChannelCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.house.plug4market_category_uid = HUB_CATEGORY

    def setUp(self):
        super().setUp()
        self.settings(seller_id="123", listing_type="CLASSICO")
        self.choose(self.mercado_livre)
        self.row = self.announcement(self.mercado_livre)

    def listings(self):
        return self.hub.products()["LUM-LED"]["announcements"]

    def listing_calls(self):
        return [
            (call["method"], call["path"])
            for call in self.hub.calls()
            if "announcements" in call["path"]
        ]

    def without_id(self):
        """The hub's answers do not say which listing they are about."""
        return patch.object(Announcement, "find_id", lambda self, answer: "")

    def test_a_listing_is_made_after_the_product_is_on_the_channel(self):
        self.sync(self.product)

        (listing,) = self.listings()
        self.assertEqual(
            (listing["sellerId"], listing["listingType"], listing["productName"]),
            ("123", "CLASSICO", "Luminária"),
        )
        self.assertEqual(self.row.announcement_id, listing["announcementId"])
        self.assertEqual((self.row.state, self.row.problem), ("synced", False))
        self.assertEqual(self.product.plug4market_state, "synced")

    def test_no_listing_without_account_or_on_another_channel(self):
        self.settings(seller_id=False)
        self.choose(self.shopee, self.mercado_livre)
        self.announcement(self.shopee).seller_id = "123"
        self.sync(self.product)

        self.assertFalse(self.listings())
        self.assertEqual(set(self.sent_channels()), {7, 26})

    def test_a_listing_waits_until_the_channel_takes_the_product(self):
        self.product.plug4market_brand = False
        self.sync(self.product)
        self.assertFalse(self.listings())

        self.product.plug4market_brand = "Loja"
        self.export()
        self.assertEqual(len(self.listings()), 1)

    def test_only_what_changed_is_sent(self):
        self.sync(self.product)
        self.hub.forget_calls()
        self.product.lst_price = 99
        self.export()
        self.assertFalse(self.listing_calls())

        self.row.listing_type = "PREMIUM"
        self.product.plug4market_name = "Luminária de mesa"
        self.export()
        self.assertEqual(self.listing_calls(), [("PUT", LISTINGS)])
        (listing,) = self.listings()
        self.assertEqual(listing["listingType"], "PREMIUM")
        self.assertEqual(listing["productName"], "Luminária de mesa")

    def test_switching_off_removes_the_listing(self):
        self.sync(self.product)
        self.choose()
        self.export()

        self.assertEqual(self.listings(), [])
        self.assertEqual((self.row.state, self.row.announcement_id), ("off", False))
        self.row.unlink()

    def test_another_account_gets_a_listing_of_its_own(self):
        self.sync(self.product)
        before = self.row.announcement_id
        self.row.seller_id = "456"
        self.hub.forget_calls()
        self.export()

        self.assertEqual(
            self.listing_calls(),
            [("DELETE", LISTINGS), ("POST", "/products/announcements")],
        )
        (listing,) = self.listings()
        self.assertEqual(listing["sellerId"], "456")
        self.assertNotEqual(self.row.announcement_id, before)

    def test_an_id_that_the_answer_lacked_is_read_from_the_product(self):
        with self.without_id():
            self.sync(self.product)
        self.assertFalse(self.row.announcement_id)
        self.row.listing_type = "PREMIUM"
        self.export()

        (listing,) = self.listings()
        self.assertEqual(listing["listingType"], "PREMIUM")
        self.assertEqual(self.row.announcement_id, listing["announcementId"])

    def test_a_listing_that_cannot_be_found_is_left_alone_and_says_so(self):
        with self.without_id():
            self.sync(self.product)
            self.row.listing_type = "PREMIUM"
            self.hub.forget_calls()
            self.export()
            self.export()
        reads = [call for call in self.hub.calls() if call["method"] == "GET"]
        self.assertEqual(len(reads), 1)
        self.assertFalse(self.listing_calls())
        self.assertEqual(self.row.state, "error")
        self.assertRegex(self.row.problem, "panel")
        self.assertEqual(self.product.plug4market_state, "synced")

    def test_a_refused_listing_stops_neither_product_nor_other_channels(self):
        self.choose(self.shopee, self.mercado_livre)
        fault = {"calls": 1, "path_prefix": "/products/announcements"}
        self.hub.faults(bad_request={**fault, "form": "string"})
        self.sync(self.product)
        self.assertEqual(self.product.plug4market_state, "synced")
        self.assertEqual(self.row.state, "error")
        self.assertRegex(self.row.problem, "refused")
        self.assertEqual(self.announcement(self.shopee).state, "synced")
        self.hub.forget_calls()
        self.product.lst_price = 98
        self.export()
        self.assertFalse(self.listing_calls(), "what was refused is not repeated")

        self.sync(self.product)
        self.assertEqual(len(self.listings()), 1)
        self.assertEqual((self.row.state, self.row.problem), ("synced", False))

    def test_a_listing_that_is_gone_on_the_hub_is_made_again(self):
        self.sync(self.product)
        client = self.company._plug4market_client("click")
        client.delete_announcement("LUM-LED", 7, self.listings()[0])
        self.row.listing_type = "PREMIUM"
        self.export()

        (listing,) = self.listings()
        self.assertEqual(listing["listingType"], "PREMIUM")
        self.assertEqual(self.row.announcement_id, listing["announcementId"])

    def test_a_hub_that_is_down_is_tried_again(self):
        self.hub.faults(
            server_error={"calls": 1, "path_prefix": "/products/announcements"}
        )
        self.sync(self.product)
        self.assertEqual(self.product.plug4market_state, "pending")
        self.export()
        self.assertEqual(self.product.plug4market_state, "synced")
        self.assertEqual(len(self.listings()), 1)

    def test_an_announcement_deleted_while_its_sku_is_sent_hurts_nobody(self):
        self.choose(self.shopee)
        row = self.announcement(self.shopee)
        sku = row.sku_id
        values = {"announcement_ids": [(1, row.id, {"state": "synced"})]}
        row.with_context(active_test=False).unlink()
        self.env["plug4market.sku.exporter"]._settle([(sku, values)])
