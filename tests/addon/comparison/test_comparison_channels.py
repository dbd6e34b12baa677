"""The channels that a SKU has in the hub are read when the two stores are joined."""

from comparison_case import ComparisonCase


class TestChannelsOfTheHub(ComparisonCase):
    def setUp(self):
        super().setUp()
        self.put_on_hub("A")
        self.hub.set_product(
            "A",
            salesChannels=[{"id": 26, "price": 15.0}, {"id": 4, "price": 10.0}],
        )
        self.product = self.make_product("A", "A", 10)

    def announcements(self):
        rows = self.env["plug4market.announcement"].search(
            [("product_id", "=", self.product.id)]
        )
        return {row.channel_number: row for row in rows}

    def test_they_are_read_with_their_prices(self):
        self.compare()
        self.line("A").action_hub_wins()
        self.export()
        rows = self.announcements()
        self.assertEqual(rows.keys(), {4, 26})
        self.assertEqual((rows[26].price, rows[4].price), (15, 0))
        self.assertEqual(rows[26].sent_offer["id"], 26)

    def test_default_channels_do_not_replace_them(self):
        self.settings(
            default_channel_ids=self.env.ref("plug4market_connector.sales_channel_7")
        )
        self.compare()
        self.line("A").action_odoo_wins()
        self.export()
        channels = self.hub.products()["A"]["salesChannels"]
        self.assertEqual({channel["id"] for channel in channels}, {4, 26})

    def test_those_of_a_sku_that_was_sent_stay_as_they_are_here(self):
        self.send(self.product)
        self.compare()
        self.product.plug4market_sku_ids.synced_at = "2020-01-01"
        self.line("A").action_odoo_wins()
        self.export()
        self.assertEqual(self.announcements().keys(), {4, 26})
