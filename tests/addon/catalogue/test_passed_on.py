"""A SKU that another product has now, which this store may not sell."""

from product_case import ProductCase


class TestPassedOn(ProductCase):
    def setUp(self):
        super().setUp()
        self.other = self.make_product("OUTRO", "Outro", 10, stock=3)
        self.sync()
        self.export()

    def swap(self):
        """The other product has this one's SKU from now on."""
        self.product.default_code = "GAR-NOVA"
        self.other.default_code = "GAR-750"
        self.export()

    def test_a_sku_goes_off_sale_whose_new_product_was_never_published(self):
        self.other.plug4market_enabled = True
        self.swap()
        self.assertFalse(self.hub.products()["GAR-750"]["active"])
        self.assertEqual(self.hub.products()["GAR-750"]["stock"], 0)
        self.assertEqual(self.hub.products()["GAR-NOVA"]["stock"], 45)

    def test_a_sku_stays_on_sale_whose_new_product_is_published(self):
        self.sync(self.other)
        self.swap()
        self.assertTrue(self.hub.products()["GAR-750"]["active"])
        self.assertEqual(self.hub.products()["GAR-750"]["stock"], 3)
