"""Which side wins: what each button makes of Odoo, and of the hub once it was sent."""

from comparison_case import ComparisonCase

EAN = "7891000100103"


class TestOdooWins(ComparisonCase):
    def test_only_what_differs_is_sent_and_nothing_in_the_click(self):
        self.put_on_hub("A")
        product = self.make_product("A", "A", 12, stock=7)
        self.compare()
        self.hub.forget_calls()
        shown = self.line("A").action_odoo_wins()["params"]
        self.assertFalse(self.hub.calls())
        self.assertEqual(shown["type"], "success")
        self.assertEqual(self.line("A").state, "settled")

        self.export()
        (call,) = self.hub.calls()
        self.assertEqual(call["body"], {"productId": "G-A", "price": 12, "stock": 7})
        self.assertEqual(product.plug4market_state, "synced")
        self.assertTrue(product.plug4market_enabled)

    def test_what_the_hub_lacks_is_created_there(self):
        product = self.make_product("B", "B", 12, stock=3, plug4market_enabled=True)
        self.compare()
        self.line("B").action_odoo_wins()
        self.export()

        self.assertEqual(self.hub.products()["B"]["stock"], 3)
        self.assertEqual(product.plug4market_state, "synced")

    def test_a_product_that_the_hub_lost_is_created_without_asking_for_it_first(self):
        self.send(self.make_product("B", "B", 12, stock=3))
        self.hub.reset()
        self.paste_tokens(self.hub.store())
        self.compare()
        self.hub.forget_calls()
        self.line("B").product_id.plug4market_sku_ids.synced_at = "2020-01-01"
        self.line("B").action_odoo_wins()
        self.export()

        self.assertEqual([call["method"] for call in self.hub.calls()], ["POST"])

    def test_what_odoo_does_not_have_cannot_win(self):
        self.put_on_hub("A")
        self.compare()
        shown = self.line("A").action_odoo_wins()["params"]

        self.assertEqual(self.line("A").state, "problem")
        self.assertIn("nothing to send", shown["message"])
        self.assertEqual(shown["type"], "warning")

    def test_what_was_sent_since_the_comparison_is_known_better(self):
        self.put_on_hub("A")
        product = self.make_product("A", "A", 12, stock=5)
        self.compare()
        self.send(product)
        self.assertEqual(self.hub.products()["A"]["price"], 12)
        product.lst_price = 10
        self.line("A").action_odoo_wins()
        self.export()

        self.assertEqual(self.hub.products()["A"]["price"], 10)


class TestHubWins(ComparisonCase):
    def test_name_and_price_are_taken_over_and_the_stock_is_odoos(self):
        self.put_on_hub("A")
        product = self.make_product("A", "Caneca", 12, stock=7)
        product.description_sale = "A de teste"
        self.compare()
        self.line("A").action_hub_wins()

        self.assertEqual(product.plug4market_name, "A")
        self.assertEqual(product.plug4market_price, 10)
        self.assertEqual((product.name, product.lst_price), ("Caneca", 12))
        self.assertIn("never", self.line("A").outcome)
        self.hub.forget_calls()
        self.export()
        (call,) = self.hub.calls()
        self.assertEqual(call["body"], {"productId": "G-A", "stock": 7})
        self.assertEqual(self.hub.products()["A"]["productName"], "A")

    def test_a_product_renamed_meanwhile_keeps_the_hubs_name_on_marketplaces(self):
        self.put_on_hub("A")
        product = self.make_product("A", "A", 12, stock=5)
        self.compare()
        product.name = "Renomeado"
        self.line("A").action_hub_wins()
        self.export()

        self.assertEqual(product.plug4market_name, "A")
        self.assertEqual(self.hub.products()["A"]["name"], "A")

    def test_what_is_empty_here_is_filled_and_what_is_not_stays(self):
        self.put_on_hub(
            "A", ean=EAN, brand="Marca", weight=500, description="<b>A</b> do hub"
        )
        product = self.make_product("A", "A", 12, description_sale=False)
        self.compare()
        self.line("A").action_hub_wins()

        self.assertEqual((product.barcode, product.plug4market_brand), (EAN, "Marca"))
        self.assertEqual(product.description_sale, "<b>A</b> do hub")
        self.assertEqual(product.weight, 0.35)

    def test_fifty_products_are_created_at_once_and_nothing_is_sent(self):
        skus = [f"P-{number:02}" for number in range(50)]
        self.put_on_hub(*skus, brand="Marca", productId="G", productName="Grupo")
        self.compare()
        before = self.hub.products()
        self.lines().action_hub_wins()
        products = self.lines().product_id

        self.assertEqual(len(products), 50)
        self.assertEqual(set(self.lines().mapped("state")), {"settled"})
        product = products.filtered(lambda product: product.default_code == "P-07")
        self.assertEqual((product.name, product.lst_price), ("P-07", 10))
        self.assertEqual((product.weight, product.plug4market_width), (0.35, 12))
        self.assertTrue(product.is_storable and product.sale_ok)
        self.assertTrue(product.plug4market_enabled)
        self.assertEqual(product.plug4market_group_code, "G")
        self.assertEqual(product.plug4market_brand, "Marca")
        self.assertEqual(product.plug4market_state, "synced")
        self.assertIn("Count its stock", self.line("P-07").outcome)

        self.hub.forget_calls()
        self.export()
        self.assertFalse(self.hub.calls())
        self.assertEqual(self.hub.products(), before)

    def test_what_other_addons_write_on_new_products_sells_nothing_out(self):
        self.put_on_hub("A")
        self.compare()
        self.patch(
            type(self.env["product.product"]),
            "_plug4market_match_orders",
            lambda products, skus: products.search(
                [("default_code", "in", list(skus))]
            ).write({"weight": 1}),
        )
        self.line("A").action_hub_wins()
        self.export()
        self.assertEqual(self.hub.products()["A"]["stock"], 5)

    def test_a_created_product_sends_only_what_changes_afterwards(self):
        self.put_on_hub("A", ean=EAN)
        self.compare()
        self.line("A").action_hub_wins()
        product = self.line("A").product_id
        self.hub.forget_calls()
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        self.env["stock.quant"]._update_available_quantity(
            product, warehouse.lot_stock_id, 8
        )
        self.export()

        (call,) = self.hub.calls()
        self.assertEqual(call["body"], {"productId": "G-A", "stock": 8})

    def test_one_bad_row_stops_no_other(self):
        self.make_product("OUTRO", "Outro", 10, barcode=EAN)
        self.put_on_hub("A", "C", "D")
        self.put_on_hub("B", ean=EAN)
        self.compare()
        shown = self.lines().action_hub_wins()["params"]

        self.assertEqual(self.line("B").state, "problem")
        self.assertIn(EAN, self.line("B").outcome)
        self.assertIn(EAN, shown["message"])
        self.assertFalse(self.line("B").product_id)
        for sku in "ACD":
            self.assertEqual(self.line(sku).state, "settled")
            self.assertEqual(self.line(sku).product_id.default_code, sku)

    def test_a_product_made_meanwhile_is_found_and_not_made_twice(self):
        self.put_on_hub("A")
        self.compare()
        product = self.make_product("A", "Feito à mão", 12, stock=5)
        self.line("A").action_hub_wins()

        self.assertEqual(self.line("A").product_id, product)
        self.assertEqual(product.plug4market_name, "A")

    def test_products_made_meanwhile_count_for_every_decision(self):
        self.put_on_hub("A", "B", "C")
        self.compare()
        for sku in ("A", "B", "C", "C"):
            self.make_product(sku, sku, 12, stock=5)
        self.line("A").action_odoo_wins()
        self.line("B").action_deactivate()
        self.line("C").action_hub_wins()

        self.assertEqual(self.line("A").state, "settled")
        self.assertEqual(self.line("B").state, "problem")
        self.assertIn("2 products", self.line("C").outcome)

    def test_variants_share_what_the_hub_says_of_all_of_them(self):
        size = self.env["product.attribute"].create({"name": "Tamanho"})
        values = self.env["product.attribute.value"].create(
            [{"name": name, "attribute_id": size.id} for name in ("P", "M", "G")]
        )
        sizes = {"attribute_id": size.id, "value_ids": [(6, 0, values.ids)]}
        template = self.env["product.template"].create(
            {"name": "Camiseta", "attribute_line_ids": [(0, 0, sizes)]}
        )
        for variant, sku in zip(template.product_variant_ids, "PMG", strict=True):
            variant.default_code = sku
        self.put_on_hub("P", "M", productId="CAM", productName="Camisetas")
        self.put_on_hub("G", productId="CAM", productName="Camisetas", active=False)
        self.compare()
        self.line("G").action_hub_wins()
        self.export()
        self.assertFalse(template.plug4market_enabled)
        self.hub.forget_calls()

        self.line("P").action_hub_wins()
        self.assertEqual(template.plug4market_group_code, "CAM")
        self.assertEqual(template.plug4market_group_name, "Camisetas")
        self.export()
        self.assertTrue(self.hub.products()["G"]["active"])
        self.assertEqual(
            {call["path"] for call in self.hub.calls()}, {"/products/P", "/products/G"}
        )

    def test_what_is_off_sale_there_is_not_put_on_sale(self):
        self.put_on_hub("A", "B", active=False)
        product = self.make_product("A", "A", 12)
        self.compare()
        self.lines().action_hub_wins()
        self.export()

        self.assertFalse(product.plug4market_enabled)
        self.assertFalse(self.line("B").product_id.plug4market_enabled)
        self.assertFalse(self.hub.products()["A"]["active"])

    def test_what_the_hub_does_not_have_cannot_win(self):
        self.make_product("B", "B", 12, plug4market_enabled=True)
        self.compare()
        self.line("B").action_hub_wins()
        self.assertEqual(self.line("B").state, "problem")

    def test_many_are_settled_in_the_background_in_batches(self):
        skus = [f"P-{number:03}" for number in range(130)]
        self.put_on_hub(*skus)
        self.compare()
        shown = self.lines().action_hub_wins()["params"]
        self.assertEqual(shown["type"], "info")
        self.assertEqual(set(self.lines().mapped("state")), {"queued"})
        self.assertFalse(self.lines().product_id)

        self.step()
        self.assertEqual(self.comparison().count_queued, 30)
        self.comparison().action_compare()
        self.finish()
        self.assertEqual(self.comparison().count_same, 0)
        self.assertEqual(len(self.lines().product_id), 130)


class TestLink(ComparisonCase):
    def test_what_is_the_same_is_noted_and_only_changes_are_sent(self):
        self.put_on_hub("A", brand="Marca")
        product = self.make_product("A", "A", 10, stock=5)
        product.description_sale = False
        self.compare()
        self.line("A").action_link()
        self.assertEqual(self.line("A").state, "settled")
        self.assertEqual(product.plug4market_brand, "Marca")
        self.assertEqual(product.plug4market_state, "synced")
        self.hub.forget_calls()
        self.export()
        self.assertFalse(self.hub.calls())

        product.lst_price = 11
        self.export()
        (call,) = self.hub.calls()
        self.assertEqual(call["body"], {"productId": "G-A", "price": 11})

    def test_linking_alone_sends_nothing_and_the_daily_comparison_what_differs(self):
        self.put_on_hub("A", width=30, brand="Marca")
        self.make_product("A", "A", 10, stock=5)
        self.export()
        self.compare()
        self.hub.forget_calls()
        self.line("A").action_link()
        self.export()
        self.assertFalse(self.hub.calls())
        self.env["plug4market.reconciliation"]._restart(self.company)
        self.compare_stores()
        self.export()
        self.assertEqual(self.hub.products()["A"]["width"], 12)

    def test_the_name_of_the_group_stays_what_it_is_there(self):
        self.put_on_hub("A", productName="Canecas")
        product = self.make_product("A", "A", 10, stock=5)
        self.compare()
        self.line("A").action_link()
        product.lst_price = 11
        self.export()

        self.assertEqual(self.hub.products()["A"]["productName"], "Canecas")
        self.assertEqual(product.plug4market_group_name, "Canecas")

    def test_a_group_code_that_somebody_chose_is_kept(self):
        self.put_on_hub("A")
        product = self.make_product("A", "A", 10, stock=5)
        product.plug4market_group_code = "ESCOLHIDO"
        self.compare()
        self.line("A").action_link()
        self.assertEqual(product.plug4market_group_code, "ESCOLHIDO")

    def test_what_differs_is_not_linked(self):
        self.put_on_hub("A")
        self.make_product("A", "A", 11, stock=5)
        self.compare()
        self.line("A").action_link()
        self.assertEqual(self.line("A").state, "problem")
        self.assertIn("which of them wins", self.line("A").outcome)


class TestDeactivate(ComparisonCase):
    def test_what_only_the_hub_has_goes_off_sale_within_the_budget(self):
        self.put_on_hub("A", "B")
        self.make_product("B", "B", 10, stock=5)
        self.compare()
        self.hub.forget_calls()
        shown = self.lines().action_deactivate()["params"]
        self.assertFalse(self.hub.calls())
        self.assertEqual(self.line("A").state, "queued")
        self.assertEqual(self.line("B").state, "problem")
        self.assertIn("Archive", shown["message"])

        self.finish()
        (call,) = self.hub.calls()
        self.assertEqual(
            call["body"], {"productId": "G-A", "stock": 0, "active": False}
        )
        self.assertEqual(self.line("A").state, "settled")
        self.assertFalse(self.line("A").hub_active)
        self.assertTrue(self.hub.products()["B"]["active"])

    def test_a_hub_in_trouble_keeps_it_waiting_and_a_refusal_is_shown(self):
        self.put_on_hub("A")
        comparison = self.compare()
        self.line("A").action_deactivate()
        self.hub.faults(bad_gateway=1)
        self.finish()
        self.assertEqual(self.line("A").state, "queued")
        self.assertEqual(comparison.state, "done")
        self.assertTrue(comparison.problem)

        self.hub.faults(bad_request=1)
        self.patience(comparison)
        self.finish()
        self.assertEqual(self.line("A").state, "problem")
        self.assertIn("simulador", self.line("A").outcome)
        self.assertFalse(comparison.problem)

    def test_a_full_minute_is_waited_for(self):
        self.put_on_hub("A")
        self.compare()
        budget = self.env["plug4market.budget"]
        for _call in range(94):
            budget._acquire(self.company, "content")
        self.hub.forget_calls()
        self.line("A").action_deactivate()
        self.finish()
        self.assertFalse(self.hub.calls())
        self.assertEqual(self.line("A").state, "queued")
