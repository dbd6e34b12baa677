"""A product that two companies sell, each in a store of its own."""

from product_case import ProductCase


class TestOtherCompany(ProductCase):
    def setUp(self):
        super().setUp()
        self.sync(self.product)
        other = self.open_second_store()
        self.row = self.env["plug4market.sku"]._ensure(other, self.product)
        self.row.write({"state": "synced", "sent_sku": "GAR-750"})

    def waits(self):
        """Whether the other company's SKU waits to be sent; it does not after this."""
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.env["plug4market.sku.change"]._merge()
        self.env.invalidate_all()
        waits = self.row.state == "pending"
        self.row.state = "synced"
        return waits

    def test_what_is_on_sale_again_in_one_company_is_so_in_the_other(self):
        self.product.product_tmpl_id.plug4market_enabled = False
        self.assertTrue(self.waits())

        self.env["plug4market.sku"]._offer(self.company, self.product)
        self.assertTrue(self.product.plug4market_enabled)
        self.assertTrue(self.waits())

    def test_so_is_what_changed_in_the_same_click(self):
        self.product.name = "Garrafa térmica"
        self.env["plug4market.sku"]._offer(self.company, self.product)
        self.assertTrue(self.waits())

    def test_what_one_company_alone_sells_is_marked_once(self):
        self.row.unlink()
        self.product.name = "Garrafa térmica"
        self.env["plug4market.sku"]._offer(self.company, self.product)
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.assertFalse(self.env["plug4market.sku.change"]._merge())
