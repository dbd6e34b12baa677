"""What is missing or looks wrong is said before a call is made."""

import re

from product_case import ProductCase


class TestMissing(ProductCase):
    def missing(self):
        found = self.env["product.product"].with_context(active_test=False)
        return found.search([("plug4market_missing", "!=", False)])

    def test_the_filter_finds_what_the_product_says(self):
        complete = self.product
        lacking = {
            "SKU (internal reference)": {"default_code": " "},
            "price": {"list_price": 0},
            "width": {"plug4market_width": 0},
            "height": {"plug4market_height": 0},
            "length": {"plug4market_length": 0},
            "weight": {"weight": 0},
        }
        for number, (words, values) in enumerate(lacking.items()):
            product = self.make_product(f"X-{number}", "Produto", 10)
            product.write(values)
            self.assertEqual(product.plug4market_missing, words)
            self.assertIn(product, self.missing())
        self.assertFalse(complete.plug4market_missing)
        self.assertNotIn(complete, self.missing())
        found = self.env["product.product"].search(
            [("plug4market_missing", "=", False)]
        )
        self.assertIn(complete, found)
        self.assertFalse(found & self.missing())
        self.assertFalse(self.hub.calls())

    def test_a_price_may_be_typed_extra_or_the_pricelists(self):
        free = self.make_product("X-1", "Produto", 0)
        self.assertIn(free, self.missing())
        free.plug4market_price = 9
        self.assertNotIn(free, self.missing())
        free.plug4market_price = 0
        self.assertIn(free, self.missing())

        pricelist = self.env["product.pricelist"].create({"name": "Marketplace"})
        self.settings(pricelist_id=pricelist.id)
        self.assertIn(free, self.missing())
        self.env["product.pricelist.item"].create(
            {
                "pricelist_id": pricelist.id,
                "product_tmpl_id": free.product_tmpl_id.id,
                "compute_price": "fixed",
                "fixed_price": 12,
                "applied_on": "1_product",
            }
        )
        self.assertNotIn(free, self.missing())

    def test_finding_costs_the_same_for_many(self):
        def queries():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.missing()
            return self.env.cr.sql_log_count - before

        queries()
        few = queries()
        for number in range(15):
            self.make_product(f"X-{number}", "Produto", 0)
        self.env.flush_all()
        queries()
        self.assertEqual(queries(), few)

    def test_what_could_not_be_sent_goes_on_once_it_is_complete(self):
        self.product.weight = 0
        self.sync()
        self.assertEqual(self.product.plug4market_state, "error")
        self.move(self.product, 1)
        self.export()
        self.assertFalse(self.hub.calls(), "stock does not complete a product")
        self.product.weight = 2
        self.export()
        self.assertEqual(self.product.plug4market_state, "synced")


class TestWarnings(ProductCase):
    def test_what_marketplaces_may_refuse_is_said_and_sent_as_it_is(self):
        self.product.write(
            {
                "default_code": "GAR-750 ",
                "barcode": "7891234567890",
                "plug4market_name": "N" * 61,
                "plug4market_ncm": "9405",
                "description_sale": "D" * 6001,
            }
        )
        said = self.product.plug4market_warnings
        for words in (
            "begins or ends with a space",
            "7891234567890 is no EAN",
            "name has 61 characters",
            "description has 6001 characters",
            "NCM 9405 has not 8 digits",
        ):
            self.assertIn(words, said)
        self.assertIn(words, self.product.product_tmpl_id.plug4market_problems)
        self.product.weight = 0
        self.assertIn(
            "Fill in before it can be sent: weight.",
            self.product.product_tmpl_id.plug4market_problems,
        )
        self.product.weight = 1
        self.sync()
        sent = self.hub.products()["GAR-750 "]
        self.assertEqual(len(sent["name"]), 61)
        self.assertEqual(len(sent["description"]), 6001)
        self.assertEqual(self.product.plug4market_state, "synced")

    def test_what_is_right_is_not_warned_of(self):
        for ean in ("7891234567895", "78912342", "036000291452", "17891234567892"):
            self.product.barcode = ean
            self.assertFalse(self.product.plug4market_warnings, ean)


class TestTwins(ProductCase):
    def setUp(self):
        super().setUp()
        self.sync()
        self.other = self.make_product("GAR-2", "Outra", 50, stock=7)
        self.sync(self.other)
        self.export()
        self.hub.forget_calls()

    def states(self):
        return {p.plug4market_state for p in self.product | self.other}

    def test_whoever_claims_a_sku_that_is_on_the_hub_has_the_problem(self):
        self.other.default_code = "GAR-750"
        self.export()
        self.assertIn("Garrafa", self.other.plug4market_error)
        self.assertEqual(self.product.plug4market_state, "synced")
        self.assertIn("Outra", self.product.plug4market_warnings)
        self.assertFalse(self.hub.products()["GAR-2"]["active"])

    def test_the_product_that_is_on_the_hub_goes_on(self):
        self.other.default_code = "GAR-750"
        self.export()
        self.move(self.product, -45)
        self.product.list_price = 99
        self.export()
        sold_out = self.hub.products()["GAR-750"]
        self.assertEqual((sold_out["stock"], sold_out["price"]), (0, 99))
        self.product.product_tmpl_id.active = False
        self.export()
        self.assertIn(self.hub.products()["GAR-750"]["name"], ("Garrafa", "Outra"))

    def test_two_that_are_both_known_as_it_are_an_error_on_both(self):
        self.other.plug4market_sku_ids.sent_sku = "GAR-750"
        self.other.default_code = "GAR-750"
        self.export()
        self.hub.forget_calls()
        self.move(self.product, -5)
        self.sync(self.product | self.other)
        self.assertEqual(self.states(), {"error"})
        self.assertFalse(self.hub.calls())

    def test_both_go_on_by_themselves_once_they_differ(self):
        new = self.make_product("GAR-750", "Nova", 20, stock=3)
        self.sync(new)
        self.assertEqual(new.plug4market_state, "error")
        self.export()
        self.assertEqual(self.product.plug4market_state, "synced")

        new.default_code = "GAR-3"
        self.export()
        self.assertEqual(self.product.plug4market_state, "synced")
        self.assertEqual(new.plug4market_state, "synced")
        self.assertEqual(self.hub.products()["GAR-3"]["stock"], 3)

    def test_skus_that_change_places_are_both_on_sale(self):
        self.product.default_code = "GAR-3"
        self.other.default_code = "GAR-750"
        self.product.default_code = "GAR-2"
        self.export()
        products = self.hub.products()
        self.assertEqual(
            {sku: (p["name"], p["stock"], p["active"]) for sku, p in products.items()},
            {"GAR-2": ("Garrafa", 45, True), "GAR-750": ("Outra", 7, True)},
        )
        self.assertEqual(self.states(), {"synced"})

    def test_a_sku_that_another_product_took_over_is_not_taken_off_sale(self):
        self.product.default_code = "GAR-3"
        self.other.default_code = "GAR-750"
        self.sync(self.other)
        self.export()
        taken = self.hub.products()["GAR-750"]
        self.assertEqual((taken["active"], taken["stock"]), (True, 7))
        self.assertTrue(self.hub.products()["GAR-3"]["active"])

    def test_what_is_not_on_sale_is_no_twin(self):
        self.other.default_code = "GAR-750"
        self.other.product_tmpl_id.active = False
        self.export()
        self.assertEqual(self.product.plug4market_state, "synced")
        self.assertEqual(self.hub.products()["GAR-750"]["stock"], 45)

    def test_another_companys_product_is_no_twin(self):
        company = self.env["res.company"].create({"name": "Outra"})
        twin = self.make_product("GAR-750", "Nova", 20, plug4market_enabled=True)
        self.assertEqual(self.product.plug4market_twin_ids, twin)
        twin.product_tmpl_id.company_id = company
        self.env.invalidate_all()
        self.assertFalse(self.product.plug4market_twin_ids)


class TestPreview(ProductCase):
    def preview(self, products):
        self.env.flush_all()
        action = products.action_plug4market_preview()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        text = re.sub(r"<[^>]+>", "", str(wizard.content))
        return text.replace("&#34;", '"').replace("&quot;", '"')

    def test_it_shows_what_send_would_send_and_changes_nothing(self):
        shown = self.preview(self.product)
        self.assertFalse(self.hub.calls())
        self.env.invalidate_all()
        self.assertFalse(self.product.plug4market_enabled)
        self.assertFalse(self.product.plug4market_sku_ids)

        self.sync()
        (call,) = self.hub.calls()
        self.assertIn(f"{call['method']} {call['path']}", shown)
        for name, value in call["body"].items():
            self.assertIn(f'"{name}"', shown)
            if isinstance(value, str):
                self.assertIn(value, shown)
        self.assertIn('"stock": 45', shown)
        self.assertIn('"active": true', shown)

        self.assertIn("PUT /products/GAR-750", self.preview(self.product))

    def test_it_shows_what_is_missing_the_warnings_and_the_twins(self):
        bad = self.make_product("", "Sem SKU", 10)
        long = self.make_product("L-1", "L" * 61, 10)
        twin = self.make_product("GAR-750", "Outra", 10)
        shown = self.preview(bad | long | twin | self.product)
        self.assertIn("Fill in before it can be sent: SKU", shown)
        self.assertIn("name has 61 characters", shown)
        self.assertIn("has the same SKU GAR-750", shown)
        self.assertEqual(shown.count("POST /products"), 1)

    def test_many_products_are_not_all_shown(self):
        many = self.product.browse()
        for number in range(22):
            many |= self.make_product(f"M-{number}", "Produto", 10)
        self.assertRegex(self.preview(many), r"And\s+2\s+more")

    def test_an_archived_product_is_shown_and_sent_off_sale(self):
        self.sync()
        template = self.product.product_tmpl_id
        template.active = False
        self.export()
        self.hub.forget_calls()
        self.assertIn('"active": false', self.preview(template))
        self.sync(template)
        (call,) = self.hub.calls()
        self.assertEqual((call["body"]["active"], call["body"]["stock"]), (False, 0))
