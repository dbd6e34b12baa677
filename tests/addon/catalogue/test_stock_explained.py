"""Why a product has the stock that marketplaces see: each number, and its records."""

from random import Random
from unittest.mock import patch
from uuid import uuid4

from product_case import ProductCase

from odoo.tests import new_test_user

SITUATIONS = 60
PARTS = ("on_hand", "expired", "outgoing", "quoted", "buffer", "rounding")


class StockCase(ProductCase):
    """``product`` lies in two warehouses, of which both are for sale."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product.plug4market_enabled = True
        cls.first = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.second = cls.env["stock.warehouse"].create(
            {"name": "Filial", "code": "FIL", "company_id": cls.company.id}
        )
        cls.customers = cls.env.ref("stock.stock_location_customers")
        cls.buyer = cls.env["res.partner"].create({"name": "Ana"})

    def setUp(self):
        super().setUp()
        self.settings(warehouse_ids=[(6, 0, (self.first + self.second).ids)])

    def put(self, warehouse, quantity, product=None, **kwargs):
        self.env["stock.quant"]._update_available_quantity(
            product or self.product, warehouse.lot_stock_id, quantity, **kwargs
        )

    def ask_for(self, quantity, product=None, warehouse=None):
        """An outgoing move, confirmed, of which nothing is reserved."""
        product = product or self.product
        warehouse = warehouse or self.first
        move = self.env["stock.move"].create(
            {
                "product_id": product.id,
                "product_uom_qty": quantity,
                "location_id": warehouse.lot_stock_id.id,
                "location_dest_id": self.customers.id,
                "picking_type_id": warehouse.out_type_id.id,
            }
        )
        move._action_confirm()
        return move

    def quote(self, quantity, product=None, **line):
        """A quotation of a marketplace."""
        product = product or self.product
        values = {"product_id": product.id, "product_uom_qty": quantity, **line}
        order = self.env["sale.order"].create(
            {
                "partner_id": self.buyer.id,
                "company_id": self.company.id,
                "plug4market_order_uid": str(uuid4()),
                "plug4market_status": "APPROVED",
                "order_line": [(0, 0, values)],
            }
        )
        return order.order_line

    def explain(self, product=None):
        self.env.flush_all()
        self.env.invalidate_all()
        action = (product or self.product).action_plug4market_explain_stock()
        return self.env[action["res_model"]].browse(action["res_id"])

    def offered(self, product=None):
        self.env.flush_all()
        self.env.invalidate_all()
        product = product or self.product
        return product._plug4market_stocks(self.company)[product.id]

    def numbers(self, explanation):
        return [(line.kind, line.quantity) for line in explanation.line_ids]

    def opened(self, explanation, kind):
        """The records that the number of a line opens."""
        line = explanation.line_ids.filtered(lambda line: line.kind == kind)[:1]
        self.assertTrue(line.may_open)
        action = line.action_open_counted()
        return self.env[action["res_model"]].search(action["domain"])


class TestStockExplained(StockCase):
    def test_every_unit_is_told_where_it_comes_from_and_what_takes_it(self):
        self.put(self.second, 3)
        self.ask_for(5)
        self.quote(2)
        self.settings(stock_buffer=4)

        self.assertEqual(
            self.numbers(self.explain()),
            [
                ("on_hand", 45),
                ("on_hand", 3),
                ("outgoing", -5),
                ("quoted", -2),
                ("buffer", -4),
                ("result", 37),
            ],
        )

    def test_each_number_opens_what_it_counts(self):
        self.put(self.second, 3)
        move = self.ask_for(5)
        line = self.quote(2)
        self.ask_for(2, self.make_product("OUT-1", "Outra", 5, stock=9))
        explanation = self.explain()

        on_hand = self.opened(explanation, "on_hand")
        self.assertEqual(on_hand.product_id, self.product)
        self.assertEqual(on_hand.location_id, self.first.lot_stock_id)
        self.assertEqual(self.opened(explanation, "outgoing"), move)
        self.assertEqual(self.opened(explanation, "quoted"), line)

    def test_the_buffer_opens_the_settings_of_those_who_may_change_them(self):
        buffer = self.explain().line_ids.filtered(lambda line: line.kind == "buffer")
        action = buffer.action_open_counted()
        self.assertEqual(action["res_model"], "res.config.settings")

        group = "plug4market_connector.plug4market_connector_group_user"
        seller = new_test_user(self.env, login="vendedora", groups=group)
        explanation = self.explain(self.product.with_user(seller))
        lines = explanation.with_user(seller).line_ids
        opening = {line.kind for line in lines if line.may_open}
        self.assertEqual(opening, {"on_hand", "outgoing", "quoted"})

    def test_the_result_opens_nothing(self):
        result = self.explain().line_ids[-1]
        self.assertFalse(result.may_open)
        self.assertFalse(result.action_open_counted())

    def test_what_is_not_whole_or_below_zero_is_told_too(self):
        self.move(self.product, 0.5)
        self.assertIn(("rounding", -0.5), self.numbers(self.explain()))

        self.ask_for(50)
        explanation = self.explain()
        self.assertIn(("rounding", 4.5), self.numbers(explanation))
        self.assertEqual(explanation.offered, 0)

    def test_a_warehouse_within_another_is_not_counted_twice(self):
        self.put(self.second, 3)
        within = self.first.view_location_id
        self.second.view_location_id.location_id = within
        explanation = self.explain()
        self.assertEqual(
            [n for kind, n in self.numbers(explanation) if kind == "on_hand"], [48]
        )
        self.assertEqual(explanation.offered, 48)
        self.assertEqual(
            sum(self.opened(explanation, "on_hand").mapped("quantity")), 48
        )

    def test_what_the_marketplaces_warehouse_has_is_not_counted(self):
        self.settings(warehouse_ids=[(6, 0, self.first.ids)])
        self.put(self.second, 3)
        self.assertEqual(
            self.numbers(self.explain()),
            [
                ("on_hand", 45),
                ("outgoing", 0),
                ("quoted", 0),
                ("buffer", 0),
                ("result", 45),
            ],
        )

    def test_a_dozen_in_a_quotation_is_twelve(self):
        self.quote(2, product_uom_id=self.env.ref("uom.product_uom_dozen").id)
        self.assertIn(("quoted", -24), self.numbers(self.explain()))
        self.assertEqual(self.offered(), 21)

    # -- what the hub has -----------------------------------------------------

    def test_what_the_hub_was_told_last_and_when(self):
        self.assertIn("does not have this product", self.explain().told)

        self.sync()
        told = self.explain().told
        self.assertIn("has 45", told)
        self.assertNotIn("waits", told)

        self.move(self.product, -5)
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.env["plug4market.sku.change"]._merge()
        explanation = self.explain()
        self.assertIn("has 45", explanation.told)
        self.assertIn("waits", explanation.told)
        self.assertEqual(explanation.offered, 40)

    # -- what is not offered at all -------------------------------------------

    def assertNotOffered(self, words, product=None):
        explanation = self.explain(product)
        self.assertRegex(explanation.not_offered, words)
        self.assertEqual(self.numbers(explanation), [("result", 0)])

    def test_one_sentence_says_why_a_product_is_not_offered(self):
        self.product.plug4market_enabled = False
        self.assertNotOffered("not sold on marketplaces")

        self.product.plug4market_enabled = True
        self.product.active = False
        self.assertNotOffered("archived")
        self.product.active = True

        with patch.object(
            type(self.company),
            "_plug4market_offered_warehouses",
            lambda company: company.env["stock.warehouse"],
        ):
            self.assertNotOffered("No warehouse of")

    def test_a_product_without_stock_keeping_is_told_so(self):
        loose = self.make_product("AVU-1", "Avulso", 90, is_storable=False)
        loose.plug4market_enabled = True
        self.assertNotOffered("Odoo keeps no stock", loose)

    def test_an_offered_product_says_nothing_of_that(self):
        self.assertFalse(self.explain().not_offered)

    # -- the form of templates ------------------------------------------------

    def test_a_template_of_one_variant_explains_it_archived_or_not(self):
        template = self.product.product_tmpl_id
        for active in (True, False):
            template.active = active
            self.assertEqual(self.explain(template).product_id, self.product)

    def test_several_variants_are_explained_one_by_one(self):
        arch = self.env["product.template"].get_view(view_type="form")["arch"]
        (button,) = [
            line
            for line in arch.replace("<button", "\n<button").splitlines()
            if 'name="action_plug4market_explain_stock"' in line
        ]
        self.assertIn("product_variant_count", button)


class TestSumOfParts(StockCase):
    """In any situation the parts add up to the number that is sent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.others = [
            cls.make_product(f"PARTE-{number}", "Parte", 9) for number in range(3)
        ]

    def situation(self, random):
        """Something of everything, and often nothing of it."""
        products = [self.product, *self.others]
        chosen = random.choice([self.first, self.second, self.first + self.second])
        self.settings(
            warehouse_ids=[(6, 0, chosen.ids)],
            stock_buffer=random.choice([0, 0, 1, 7]),
        )
        for product in products:
            for warehouse in (self.first, self.second):
                if random.random() < 0.7:
                    self.put(warehouse, random.choice([-3, 0.1, 4, 12.75, 60]), product)
                if random.random() < 0.4:
                    self.ask_for(random.choice([0.3, 2, 30]), product, warehouse)
            if random.random() < 0.4:
                self.quote(random.choice([0.1, 1, 5]), product)

    def assertAddsUp(self, explanation, offered):
        lines = explanation.line_ids
        self.assertEqual(explanation.offered, offered)
        self.assertEqual(lines[-1].quantity, offered)
        parts = lines.filtered(lambda line: line.kind in PARTS)
        self.assertAlmostEqual(sum(parts.mapped("quantity")), offered, 5)

    def assertComponentsAddUp(self, explanation, offered, kit):
        own = {}
        for line in explanation.line_ids[:-1]:
            if line.kind == "component":
                own[line.product_id] = line
                free = {line.product_id.id: 0.0}
                kits = own[line.product_id].quantity
                self.assertGreaterEqual(kits, offered)
                if line.is_scarcest:
                    self.assertEqual(kits, offered)
            else:
                self.assertIn(line.product_id, own)
                free = {line.product_id.id: line.quantity}
            own.setdefault("free", {})
            for product_id, units in free.items():
                own["free"][product_id] = own["free"].get(product_id, 0.0) + units
        for product_id, per_unit in kit.items():
            component = self.env["product.product"].browse(product_id)
            made = max(0, own["free"][product_id] / per_unit)
            self.assertLess(abs(own[component].quantity - made), 1 + 1e-5)
        self.assertTrue(any(explanation.line_ids.mapped("is_scarcest")))

    def test_the_parts_of_a_product_add_up_to_what_is_sent(self):
        for seed in range(SITUATIONS):
            with self.subTest(seed), self.env.cr.savepoint() as savepoint:
                self.situation(Random(seed))
                self.assertAddsUp(self.explain(), self.offered())
                savepoint.rollback()
                self.env.invalidate_all()

    def test_the_parts_of_a_kit_add_up_to_what_is_sent(self):
        for seed in range(SITUATIONS):
            random = Random(seed)
            kit = {other.id: random.choice([0.1, 1, 2]) for other in self.others}
            with self.subTest(seed), self.env.cr.savepoint() as savepoint:
                self.situation(random)
                with self.kits({self.product.id: kit}):
                    self.assertComponentsAddUp(self.explain(), self.offered(), kit)
                savepoint.rollback()
                self.env.invalidate_all()

    def kits(self, kits):
        """Bills of materials, as Manufacturing has them."""

        def components(products, _company):
            return {one: kits[one] for one in products.ids if one in kits}

        model = type(self.product)
        return patch.object(model, "_plug4market_components", components)

    def test_a_kit_tells_which_component_is_scarce(self):
        cup, saucer, _spoon = self.others
        self.put(self.first, 10, cup)
        self.put(self.first, 9, saucer)
        with self.kits({self.product.id: {cup.id: 2, saucer.id: 3}}):
            self.quote(1)
            explanation = self.explain()
            lines = explanation.line_ids
            made = [
                (line.product_id, line.quantity, line.is_scarcest)
                for line in lines
                if line.kind == "component"
            ]
            self.assertEqual(made, [(cup, 4, False), (saucer, 2, True)])
            self.assertEqual(explanation.offered, 2)
            quoted = lines.filtered(lambda line: line.kind == "quoted")
            self.assertEqual(quoted.mapped("quantity"), [-2, -3])

            # The quotation is of the kit, and holds its components.
            opened = self.opened(explanation, "quoted")
            self.assertEqual(opened.product_id, self.product)
            component = lines.filtered("is_scarcest").action_open_counted()
            self.assertEqual(
                (component["res_model"], component["res_id"]),
                ("product.product", saucer.id),
            )

    def test_many_products_take_no_more_queries_than_one(self):
        def queries(products):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            products._plug4market_stocks(self.company)
            return self.env.cr.sql_log_count - before

        many = self.product.union(*self.others)
        many.plug4market_enabled = True
        queries(many)
        self.assertEqual(queries(many), queries(self.product))
