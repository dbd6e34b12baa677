"""Comparing the store's catalogue: pages, lines, and whatever gets in between."""

from comparison_case import ComparisonCase

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from odoo.addons.plug4market_connector.hub import ProductPage


class TestReading(ComparisonCase):
    def test_250_skus_cost_3_calls_and_every_line_is_right(self):
        self.put_on_hub(*(f"P-{number:03}" for number in range(250)))
        self.make_product("P-000", "P-000", 10, stock=5)
        self.make_product("P-120", "P-120", 12, stock=5)
        self.make_product("P-249", "Outro nome", 10, stock=7)
        comparison = self.compare()

        self.assertEqual(len(self.hub.calls(method="GET")), 3)
        self.assertEqual(len(self.hub.calls()), 3)
        self.assertEqual(comparison.state, "done")
        self.assertEqual((comparison.page, comparison.pages), (3, 3))
        self.assertEqual(comparison.skus_read, 250)
        self.assertEqual(comparison.progress, 100)
        self.assertTrue(comparison.ended_at)
        self.assertEqual(comparison.count_missing_here, 247)
        self.assertEqual(comparison.count_same, 1)
        self.assertEqual(comparison.count_price, 1)
        self.assertEqual(comparison.count_stock, 1)
        self.assertEqual(comparison.count_name, 1)
        self.assertEqual(comparison.count_to_decide, 250)

        self.assertEqual(self.line("P-000").kind, "same")
        price = self.line("P-120")
        self.assertEqual((price.kind, price.other_price), ("different", True))
        self.assertEqual((price.odoo_price, price.hub_price), (12, 10))
        self.assertFalse(price.other_stock or price.other_name)
        other = self.line("P-249")
        self.assertTrue(other.other_stock and other.other_name)
        self.assertEqual((other.odoo_stock, other.hub_stock), (7, 5))
        self.assertEqual((other.odoo_name, other.hub_name), ("Outro nome", "P-249"))
        self.assertFalse(self.line("P-001").product_id)

    def test_what_is_for_sale_here_and_in_no_page_is_missing_there(self):
        self.put_on_hub("A")
        sold = self.make_product("B", "B", 10, stock=2, plug4market_enabled=True)
        self.make_product("C", "C", 10)
        off = self.make_product("D", "D", 10, plug4market_enabled=True)
        off.product_tmpl_id.active = False
        self.make_product("", "Sem SKU", 10, plug4market_enabled=True)
        self.compare()

        self.assertEqual(
            {line.sku: line.kind for line in self.lines()},
            {"A": "missing_here", "B": "missing_there"},
        )
        self.assertEqual(self.line("B").product_id, sold)
        self.assertEqual(self.line("B").odoo_stock, 2)

    def test_a_sku_of_two_products_is_said_and_settled_by_nobody(self):
        self.put_on_hub("A")
        self.make_product("A", "Um", 10)
        self.make_product("A", "Dois", 10)
        self.compare()
        line = self.line("A")
        self.assertTrue(line.ambiguous)
        self.assertIn("Dois", line.remark)

        for action in ("odoo_wins", "hub_wins", "link"):
            getattr(line, f"action_{action}")()
            self.assertEqual((line.state, line.outcome), ("problem", line.remark))
        self.export()
        self.assertFalse(self.hub.calls(method="PUT"))

    def test_an_archived_product_counts_where_nothing_else_has_the_sku(self):
        self.put_on_hub("A", "B")
        archived = self.make_product("A", "A", 10, stock=5)
        archived.active = False
        self.make_product("B", "Antigo", 10).active = False
        active = self.make_product("B", "B", 10, stock=5)
        self.compare()

        self.assertEqual(self.line("A").product_id, archived)
        self.assertTrue(self.line("A").other_active)
        self.assertEqual(self.line("B").product_id, active)
        self.assertEqual(self.line("B").kind, "same")

    def test_group_code_and_ean_are_shown_but_make_no_difference(self):
        self.put_on_hub("A", ean="7891000100103")
        self.make_product("A", "A", 10, stock=5)
        self.compare()

        line = self.line("A")
        self.assertEqual(line.kind, "same")
        self.assertTrue(line.other_group_code and line.other_ean)

    def test_a_product_renamed_after_it_was_sent_is_not_missing_in_odoo(self):
        self.send(product := self.make_product("A", "A", 10, stock=5))
        product.default_code = "A2"
        self.compare()

        self.assertEqual(self.lines().mapped("sku"), ["A"])
        self.assertEqual(self.line("A").product_id, product)
        self.assertIn("A2", self.line("A").remark)

    def test_what_odoo_sent_itself_is_the_same_and_settled(self):
        self.send(self.make_product("A", "A", 10, stock=5))
        comparison = self.compare()

        self.assertEqual(
            (self.line("A").kind, self.line("A").state), ("same", "settled")
        )
        self.assertEqual(comparison.count_to_decide, 0)

    def test_finding_out_takes_the_same_queries_for_few_products_and_many(self):
        def queries_of(count):
            skus = [f"{count}-{number}" for number in range(count)]
            for sku in skus:
                self.make_product(sku, sku, 10, stock=1)
            self.put_on_hub(*skus)
            comparison = self.start()
            self.step()
            before = self.env.cr.sql_log_count
            self.step()
            spent = self.env.cr.sql_log_count - before
            self.assertEqual(comparison.skus_read, count)
            self.finish()
            self.hub.reset()
            self.paste_tokens(self.hub.store())
            return spent

        queries_of(3)
        few, many = queries_of(5), queries_of(60)
        self.assertLessEqual(many, few + 5)

    def test_the_next_comparison_replaces_the_lines_of_the_last(self):
        self.put_on_hub("A")
        self.compare()
        first = self.line("A")
        self.put_on_hub("B")
        self.compare()

        self.assertFalse(first.exists())
        self.assertEqual(set(self.lines().mapped("sku")), {"A", "B"})
        self.assertEqual(len(self.comparison()), 1)


class TestInterrupted(ComparisonCase):
    def setUp(self):
        super().setUp()
        self.put_on_hub(*(f"P-{number:03}" for number in range(120)))

    def test_who_is_killed_between_pages_goes_on_with_the_next(self):
        comparison = self.start()
        self.step()
        self.step()
        self.assertEqual((comparison.state, comparison.page), ("running", 1))
        self.env.invalidate_all()
        self.finish()

        self.assertEqual(len(self.hub.calls(method="GET")), 2)
        self.assertEqual(len(self.lines()), 120)

    def test_a_hub_in_trouble_is_asked_again_by_itself(self):
        for fault in ("bad_gateway", "server_error", "too_many_requests"):
            with self.subTest(fault):
                comparison = self.start()
                self.step()
                self.step()
                self.hub.faults(**{fault: 1})
                self.step()
                self.assertEqual((comparison.state, comparison.page), ("running", 1))
                self.assertTrue(comparison.problem)
                self.assertGreater(comparison.next_attempt_at, comparison.started_at)
                asked_to_wait = fault == "too_many_requests"
                self.assertEqual(comparison.attempts, 0 if asked_to_wait else 1)
                self.assertFalse(self.step(), "it must not be asked again at once")

                self.patience(comparison)
                self.finish()
                self.assertEqual(comparison.state, "done")
                self.assertFalse(comparison.problem)
                self.assertEqual(len(self.lines()), 120)

    def test_a_refusal_needs_a_person_who_presses_retry(self):
        comparison = self.start()
        self.step()
        self.step()
        self.hub.faults(bad_request=1)
        self.step()
        self.assertEqual((comparison.state, comparison.page), ("failed", 1))
        self.assertIn("simulador", comparison.problem)
        self.assertFalse(self.step())

        comparison.action_retry()
        self.finish()
        self.assertEqual(comparison.state, "done")
        self.assertEqual(len(self.lines()), 120)

    def test_a_used_up_minute_is_no_failure(self):
        budget = self.env["plug4market.budget"]
        for _call in range(95):
            budget._acquire(self.company, "content")
        self.hub.forget_calls()
        comparison = self.start()
        self.finish()
        self.assertFalse(self.hub.calls())
        self.assertEqual((comparison.state, comparison.problem), ("waiting", False))

        comparison.state = "running"
        comparison._step()
        self.assertFalse(self.hub.calls())
        self.assertEqual((comparison.attempts, comparison.problem), (0, False))
        self.assertEqual(comparison.state, "running")

    def test_dead_tokens_stop_it_until_new_ones_are_pasted(self):
        comparison = self.start()
        self.step()
        tokens = self.hub.new_tokens(revoke_old=True)
        self.finish()
        self.assertEqual(comparison.state, "running")
        self.assertIn("Gerar Tokens", comparison.problem)

        self.paste_tokens(tokens)
        self.patience(comparison)
        self.finish()
        self.assertEqual(comparison.state, "done")

    def test_pages_that_repeat_for_ever_end_it_and_prove_nothing_missing(self):
        self.make_product("Z", "Z", 10, plug4market_enabled=True)
        self.put_on_hub(*(f"Q-{number:03}" for number in range(120)))
        self.hub.faults(repeat_pages=True)
        comparison = self.compare()

        self.assertEqual(len(self.hub.calls(method="GET")), 2)
        self.assertEqual((comparison.state, comparison.skus_read), ("done", 100))
        self.assertIn("again and again", comparison.problem)
        self.assertFalse(comparison.count_missing_there)

    def test_products_without_sku_are_counted_and_garbage_is_survived(self):
        comparison = self.start()
        self.step()
        listed = [
            {"productName": "Sem SKU", "price": 1},
            {"sku": None},
            {"sku": "X-1", "price": "NaN", "stock": 10**20, "weight": {}, "images": 7},
            {"sku": "X-1", "name": "de novo"},
            {"sku": "X\x002", "name": "N\x00ome", "price": "1.234,50", "ean": 789},
        ]
        page = ProductPage.from_json({"data": listed}, 1)
        comparison._save_page(1, page, comparison.started_at)
        self.env.invalidate_all()

        self.assertEqual((comparison.skus_read, comparison.without_sku), (2, 2))
        self.assertEqual(self.line("X2").hub_name, "Nome")
        self.assertEqual(self.line("X2").hub_price, 1234.5)
        self.assertEqual(self.line("X2").hub_ean, "789")


class TestPeople(ComparisonCase):
    def test_lines_of_another_company_are_invisible(self):
        self.put_on_hub("A")
        comparison = self.compare()
        other = self.env["res.company"].create({"name": "Outra loja"})
        stranger = new_test_user(
            self.env,
            login="stranger",
            groups="plug4market_connector.plug4market_connector_group_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        line = self.line("A").with_user(stranger)
        self.assertFalse(line.search([]))
        self.assertFalse(comparison.with_user(stranger).search([]))
        for action in (
            line.action_hub_wins,
            comparison.with_user(stranger).action_compare,
        ):
            with self.assertRaises(AccessError):
                action()

    def test_a_user_compares_and_settles_and_nobody_without_the_role_does(self):
        self.put_on_hub("A")
        user = new_test_user(
            self.env,
            login="marketplace",
            groups="plug4market_connector.plug4market_connector_group_user",
        )
        Comparison = self.env["plug4market.comparison"].with_user(user)
        action = Comparison.action_open()
        comparison = Comparison.browse(action["res_id"])
        comparison.action_compare()
        self.finish()
        self.assertEqual(comparison.state, "done")
        self.line("A").with_user(user).action_hub_wins()
        self.assertEqual(self.line("A").state, "settled", self.line("A").outcome)

        salesman = new_test_user(
            self.env, login="seller", groups="sales_team.group_sale_manager"
        )
        with self.assertRaises(AccessError):
            Comparison.with_user(salesman).action_open()
        with self.assertRaises(AccessError):
            self.line("A").with_user(salesman).action_link()

    def test_two_comparisons_at_once_and_a_store_that_is_off_are_refused(self):
        comparison = self.start()
        with self.assertRaisesRegex(UserError, "already"):
            comparison.action_compare()
        self.finish()
        self.company.plug4market_active = False
        with self.assertRaisesRegex(UserError, "not enabled"):
            comparison.action_compare()

    def test_the_synchronisation_screen_finds_what_differs(self):
        self.put_on_hub("A", "B")
        same = self.make_product("A", "A", 10, stock=5)
        other = self.make_product("B", "B", 12, stock=5)
        self.compare()
        differing = self.env["product.product"].search(
            [("plug4market_differs", "=", True)]
        )
        self.assertEqual(differing, other)
        self.assertTrue(other.plug4market_differs)
        self.assertFalse(same.plug4market_differs)

        self.line("B").action_odoo_wins()
        self.assertFalse(
            differing.search([("plug4market_differs", "=", True)]),
        )

    def test_the_counts_open_their_lines(self):
        self.put_on_hub("A")
        comparison = self.compare()
        action = comparison.with_context(
            plug4market_filter="missing_here"
        ).action_open_lines()
        self.assertEqual(action["context"], {"search_default_missing_here": 1})
        self.assertEqual(self.lines().search(action["domain"]).sku, "A")
