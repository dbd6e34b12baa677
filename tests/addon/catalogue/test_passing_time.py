"""What begins and ends by itself is followed, and nobody writes anything."""

from datetime import timedelta
from unittest.mock import patch

from channel_case import ChannelCase
from product_case import ProductCase

from odoo import fields
from odoo.fields import Command

EXPORTER = "odoo.addons.plug4market_connector.models.catalogue.plug4market_sku_exporter"


class TestChannelPromotions(ChannelCase):
    def setUp(self):
        super().setUp()
        self.choose(self.shopee)
        self.row = self.announcement(self.shopee)
        now = fields.Datetime.now()
        self.row.write(
            {
                "sale_price": 129.9,
                "sale_date_start": now - timedelta(days=2),
                "sale_date_end": now + timedelta(days=2),
            }
        )
        self.sync(self.product)

    def end_promotion(self):
        ended = fields.Datetime.now() - timedelta(seconds=5)
        self.env.cr.execute(
            "UPDATE plug4market_announcement SET sale_date_end = %s WHERE id = %s",
            [ended, self.row.id],
        )
        self.env.invalidate_all()
        self.env["plug4market.sku.exporter"]._mark_dated(
            ended - timedelta(minutes=1), fields.Datetime.now()
        )
        self.export()

    def test_a_channels_promotion_that_is_over_is_taken_back(self):
        self.assertEqual(self.sent_channels()[26]["forSale"]["salePrice"], 129.9)
        self.end_promotion()
        self.assertIsNone(self.sent_channels()[26]["forSale"])

    def test_a_promotion_that_is_over_is_no_problem_of_its_channel(self):
        self.end_promotion()
        self.assertFalse(self.row.problem)
        self.assertEqual(self.row.state, "synced")


class TestJob(ProductCase):
    """The exporter's job looks at all that passed since it looked the last time."""

    def setUp(self):
        super().setUp()
        self.pricelist = self.env["product.pricelist"].create(
            {
                "name": "Lista",
                "currency_id": self.company.currency_id.id,
                "item_ids": [
                    Command.create({"compute_price": "fixed", "fixed_price": 80})
                ],
            }
        )
        self.settings(pricelist_id=self.pricelist.id)
        self.sync()
        self.export()
        self.now = fields.Datetime.now()
        self.row = self.product.plug4market_sku_ids

    def end_rule(self, moment):
        self.env.cr.execute(
            "UPDATE product_pricelist_item SET date_end = %s WHERE pricelist_id = %s",
            [moment, self.pricelist.id],
        )
        self.env.invalidate_all()

    def run_job(self, since, work=lambda: 0):
        """Run the job, which does ``work()`` instead of sending."""
        exporter = self.env["plug4market.sku.exporter"]
        with patch(f"{EXPORTER}.work_in_cron", lambda *_a, **_options: work()):
            exporter.with_context(lastcall=since)._cron_export_products()
        self.env.flush_all()
        self.env.cr.precommit.run()

    def marked(self):
        self.env.flush_all()
        return self.env["plug4market.sku.change"].search([]).product_id

    def test_what_ends_while_the_job_works_is_followed(self):
        self.run_job(self.now)
        self.assertFalse(self.marked())

        def work():
            self.end_rule(fields.Datetime.now())

        self.run_job(self.now, work)
        self.assertEqual(self.marked(), self.product)

    def test_what_ends_in_the_second_of_a_run_is_looked_at_again(self):
        self.end_rule(self.now)
        # As that run saw it the rule was in force until the second was over.
        self.run_job(self.now)
        self.assertEqual(self.marked(), self.product)
