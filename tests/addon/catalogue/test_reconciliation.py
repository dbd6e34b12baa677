"""What no mark was made for is found, told and sent all the same."""

from datetime import timedelta
from unittest.mock import patch

from product_case import ProductCase

from odoo import fields
from odoo.tools import SQL

FOREVER = timedelta(days=400)
SILENCED = "odoo.addons.plug4market_connector.models.catalogue"
LOGGER = f"{SILENCED}.plug4market_reconciliation"


class TestReconciliation(ProductCase):
    def setUp(self):
        super().setUp()
        self.sync()
        self.export()
        self.hub.forget_calls()
        self.model = self.env["plug4market.reconciliation"]
        self.row = self.model._row_of(self.company)
        # As a store that has been on for long.
        self.row.write({"running": False, "expected": False})
        self.env.flush_all()

    def behind(self, statement, *values):
        """Change something as a script does: nothing of Odoo runs."""
        self.env.flush_all()
        self.env.cr.execute(SQL(statement, *values))
        self.env.invalidate_all()

    def reconcile(self):
        """Compare all there is."""
        self.model._begin_rounds()
        self.compare_stores()

    def rest(self):
        """Let the last round have ended long ago."""
        self.row.ended_at = fields.Datetime.now() - FOREVER

    def on_hub(self):
        return self.hub.products()["GAR-750"]

    def lose_marks(self):
        """Let nothing of ours notice a change."""
        marks = type(self.env["plug4market.sku.change"])
        return patch.object(marks, "_mark", lambda *_arguments: None)

    # -- finding --------------------------------------------------------------

    def test_stock_that_changed_behind_odoos_back_is_sent(self):
        self.behind("UPDATE stock_quant SET quantity = 7 WHERE quantity = 45")
        self.export()
        self.assertEqual(self.on_hub()["stock"], 45)
        with self.assertLogs(LOGGER, "WARNING") as logs:
            self.reconcile()
        self.assertIn("GAR-750 (stock)", logs.output[0])
        self.export()
        self.assertEqual(self.on_hub()["stock"], 7)
        self.assertEqual(len(self.hub.calls()), 1)

    def test_whatever_nobody_marks_is_found_by_what_it_is(self):
        template = self.product.product_tmpl_id
        for what, change, sent in [
            ("price", lambda: template.write({"list_price": 50}), {"price": 50}),
            ("content", lambda: template.write({"name": "Squeeze"}), {}),
            ("stock", lambda: self.move(self.product, -45), {"stock": 0}),
            ("sale", lambda: template.write({"active": False}), {"active": False}),
            ("sale", lambda: template.write({"active": True}), {"active": True}),
        ]:
            with self.subTest(what):
                with self.lose_marks():
                    change()
                self.rest()
                with self.assertLogs(LOGGER, "WARNING"):
                    self.reconcile()
                self.assertEqual(self.row.last_found, {what: 1})
                self.export()
                self.assertLessEqual(sent.items(), self.on_hub().items())

    def test_what_is_as_it_was_sent_makes_no_mark_and_no_call(self):
        with self.assertNoLogs(LOGGER, "INFO"):
            self.reconcile()
        self.assertFalse(self.env["plug4market.sku.change"].search([]))
        self.export()
        self.assertFalse(self.hub.calls())
        self.assertFalse(self.row.last_found)

    def test_what_is_marked_already_is_no_surprise(self):
        self.move(self.product, -5)
        self.env.cr.precommit.run()
        with self.assertNoLogs(LOGGER, "INFO"):
            self.reconcile()

    def test_what_waits_already_is_no_surprise(self):
        self.move(self.product, -5)
        self.env.cr.precommit.run()
        self.env["plug4market.sku.change"]._merge()
        with self.assertNoLogs(LOGGER, "INFO"):
            self.reconcile()

    def test_what_the_hub_refuses_is_not_found_again_and_again(self):
        self.hub.faults(bad_request={"calls": 1, "path_prefix": "/products"})
        self.product.name = "Garrafa grande"
        self.export()
        self.assertEqual(self.product.plug4market_state, "error")
        with self.assertNoLogs(LOGGER, "INFO"):
            self.reconcile()

    def test_a_product_that_cannot_be_computed_stops_no_other(self):
        other = self.make_product("CANECA", "Caneca", 10, stock=3)
        self.sync(other)
        bodies = type(self.product)._plug4market_prepare_body

        def broken(product, row, stock):
            if product.default_code == "GAR-750":
                raise ZeroDivisionError
            return bodies(product, row, stock)

        self.behind("UPDATE stock_quant SET quantity = 2 WHERE quantity = 3")
        with (
            patch.object(type(self.product), "_plug4market_prepare_body", broken),
            self.assertLogs(LOGGER, "WARNING") as logs,
        ):
            self.reconcile()
        self.assertIn("CANECA (stock)", logs.output[0])
        self.assertIn("GAR-750 (content)", logs.output[0])
        self.export()
        self.assertEqual(self.hub.products()["CANECA"]["stock"], 2)

    # -- rounds ---------------------------------------------------------------

    def test_a_store_is_compared_once_a_day(self):
        self.reconcile()
        ended = self.row.ended_at
        self.assertTrue(ended)
        self.behind("UPDATE stock_quant SET quantity = 7 WHERE quantity = 45")
        self.reconcile()
        self.assertFalse(self.row.last_found)
        self.rest()
        with self.assertLogs(LOGGER, "WARNING"):
            self.reconcile()
        self.assertEqual(self.row.last_found, {"stock": 1})

    def test_the_job_compares_by_itself(self):
        self.row.unlink()
        self.env.flush_all()
        self.behind("UPDATE stock_quant SET quantity = 7 WHERE quantity = 45")
        with self.assertLogs(LOGGER, "WARNING"):
            self.env.ref(
                "plug4market_connector.ir_cron_plug4market_reconcile"
            ).sudo().method_direct_trigger()
        self.env.invalidate_all()
        row = self.model.search([("company_id", "=", self.company.id)])
        self.assertEqual(row.last_found, {"stock": 1})
        self.export()
        self.assertEqual(self.on_hub()["stock"], 7)

    def test_a_round_goes_on_where_it_was(self):
        others = [self.make_product(f"N{n}", f"N{n}", 10 + n) for n in range(4)]
        self.sync(self.env["product.product"].union(*others))
        with patch(f"{LOGGER}.SLICE", 2):
            self.model._begin_rounds()
            seen = []
            while self.model._reconcile_slice():
                seen.append(self.row.position)
        self.assertEqual(len(seen), 4)
        self.assertEqual(seen[:3], sorted(set(seen[:3])))
        self.assertEqual(seen[3], 0)
        self.assertFalse(self.row.running)

    def test_a_restarted_round_begins_anew_and_says_that_it_caught_up(self):
        self.reconcile()
        self.behind("UPDATE stock_quant SET quantity = 7 WHERE quantity = 45")
        self.model._restart(self.company)
        with self.assertNoLogs(LOGGER, "WARNING"):
            self.reconcile()
        self.export()
        self.assertEqual(self.on_hub()["stock"], 7)
        self.ask_in_english()
        budget = self.env["plug4market.budget"]._of_store(self.company)
        self.assertIn("Caught up", budget.reconciled)

    def test_a_store_that_is_off_is_not_compared(self):
        self.company.plug4market_active = False
        self.model._begin_rounds()
        self.assertFalse(self.model._reconcile_slice())
        self.assertFalse(self.row.running)

    def test_an_order_that_is_due_goes_first(self):
        self.model._begin_rounds()
        self.notice(self.hub.order([("GAR-750", 1, 119.9)]))
        self.env.flush_all()
        self.assertFalse(self.model._reconcile_slice())
        self.work()
        self.assertTrue(self.model._reconcile_slice())

    def test_another_companys_store_is_compared_with_its_own(self):
        company = self.env["res.company"].create({"name": "Outra"})
        self.env["plug4market.sku"]._ensure(company, self.product).write(
            {"sent_sku": "GAR-750", "sent_body": {"stock": 3}, "state": "synced"}
        )
        self.reconcile()
        self.assertFalse(self.row.last_found)

    # -- what a person sees ---------------------------------------------------

    def test_the_card_of_the_store_says_what_was_found(self):
        budget = self.env["plug4market.budget"]._of_store(self.company)
        self.assertFalse(budget.reconciled)
        self.reconcile()
        budget.invalidate_recordset()
        self.assertIn("as they are here", budget.reconciled)
        self.behind("UPDATE stock_quant SET quantity = 7 WHERE quantity = 45")
        self.rest()
        with self.assertLogs(LOGGER, "WARNING"):
            self.reconcile()
        budget.invalidate_recordset()
        self.assertIn("GAR-750 (stock)", budget.reconciled)
        self.assertEqual(budget.reconciled_at, self.row.ended_at)
