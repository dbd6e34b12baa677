"""Cancelling from Odoo: what is said before, asked of the hub, and told after."""

from cancellation_case import CancellationCase

from odoo.exceptions import ValidationError
from odoo.fields import Command


class TestCancelWizard(CancellationCase):
    def open(self, orders=None):
        action = (orders or self.order).action_plug4market_cancel_order()
        return self.env[action["res_model"]].browse(action["res_id"])

    def ask(self, wizard):
        shown = wizard.action_cancel()["params"]
        self.env.invalidate_all()
        return shown

    def test_the_wizard_says_what_will_happen_before_it_does(self):
        self.upload()
        preview = self.open().preview
        picking = self.order.picking_ids
        for words in (
            self.order.client_order_ref,
            f"Cancel transfer {picking.name}",
            f"credit note for invoice {self.invoice.name}",
            self.invoice.plug4market_nfe_access_key,
        ):
            self.assertIn(words, preview)
        self.assertNotIn(picking.state, ("done", "cancel"))
        self.assertFalse(self.credit_notes)

    def test_a_sent_order_may_be_refused_and_the_wizard_says_so(self):
        self.upload()
        self.news("INVOICED", "SHIPPED")
        self.assertIn("may refuse", self.open().preview)

    def test_the_reason_is_kept_on_the_order_and_in_the_chatter(self):
        wizard = self.open()
        wizard.reason = "Sem estoque <na> loja"
        self.ask(wizard)
        self.assertEqual(self.order.plug4market_cancel_reason, "Sem estoque <na> loja")
        bodies = " ".join(self.order.message_ids.mapped("body"))
        self.assertIn("Sem estoque &lt;na&gt; loja", bodies)
        self.assertEqual(self.order.state, "cancel")

    def test_several_orders_tell_the_result_of_each(self):
        other_hub, other = self.import_order()
        self.news("CANCELED", hub_order=other_hub)
        third_hub, third = self.import_order()
        orders = self.order | other | third
        wizard = self.open(orders)
        self.assertIn("is cancelled on the marketplace", wizard.preview)
        self.hub.faults(
            bad_request={"calls": 1, "path_contains": f"{third_hub['id']}/cancel"}
        )
        shown = self.ask(wizard)
        lines = shown["message"].strip().split("\n")
        self.assertEqual(len(lines), 3)
        by_name = dict(line.split(":", 1) for line in lines)
        self.assertIn("cancelled the order", by_name[self.order.name])
        self.assertIn("refused", by_name[third.name])
        self.assertIn("is cancelled", by_name[other.name])
        self.assertEqual(third.state, "sale")
        self.assertEqual(self.order.state, "cancel")

    def test_nothing_is_undone_before_the_hub_says_so(self):
        self.upload()
        self.hub.faults(cancel_later=True)
        self.ask(self.open())
        self.assertEqual(self.order.state, "sale")
        self.assertEqual(self.invoice.state, "posted")
        self.assertFalse(self.credit_notes)
        self.assertFalse(self.activity)
        self.hub.faults()
        self.news("CANCELED")
        self.assertEqual(len(self.credit_notes), 1)

    def test_what_the_hub_answers_to_a_shipped_order_is_told(self):
        self.upload()
        self.news("INVOICED", "SHIPPED", "COMPLETED")
        self.hub.faults(
            bad_request={"calls": 1, "path_contains": "/cancel"},
        )
        shown = self.ask(self.open())
        self.assertEqual(shown["type"], "warning")
        self.assertIn("refused", shown["message"])
        self.assertEqual(self.order.plug4market_status, "COMPLETED")
        self.assertFalse(self.credit_notes)

    def test_an_order_the_hub_had_cancelled_already_counts_as_done(self):
        self.hub.set_status(self.hub_order["id"], "CANCELED")
        self.hub.faults(refuse_repeat=True)
        shown = self.ask(self.open())
        self.assertEqual(shown["type"], "success", shown["message"])
        self.assertEqual(self.order.state, "cancel")

    def test_the_call_that_the_hub_has_is_found_and_remembered(self):
        self.hub.faults(cancel_verb="DELETE")
        self.hub.forget_calls()
        shown = self.ask(self.open())
        self.assertEqual(shown["type"], "success", shown["message"])
        made = [c["method"] for c in self.hub.calls() if "/cancel/" in c["path"]]
        self.assertEqual(made, ["POST", "PUT", "DELETE"])
        form = "DELETE /orders/{id}/cancel/{channel}"
        self.assertEqual(self.company.plug4market_cancel_form, form)

    def test_a_hub_without_such_a_call_is_no_missing_order(self):
        self.company.plug4market_cancel_form = "POST /pedidos/{id}/fim"
        self.hub.faults(cancel_verb="NONE")
        shown = self.ask(self.open())
        self.assertIn("does not have this call", shown["message"])
        self.assertEqual(self.order.plug4market_status, "APPROVED")

    def test_a_call_that_is_no_call_is_refused(self):
        for form in (
            "cancel",
            "GET /orders/{id}",
            "POST /orders/{uid}",
            "POST /x/{id} y",
        ):
            with self.subTest(form), self.assertRaises(ValidationError):
                self.company.plug4market_cancel_form = form

    def test_an_answer_lost_after_the_hub_cancelled_counts_as_done(self):
        self.upload()
        self.hub.faults(
            lost_answer={"calls": 1, "path_contains": "/cancel"}, refuse_repeat=True
        )
        self.ask(self.open())
        event = self.events(self.hub_order, kind="cancel")
        self.assertEqual(event.state, "pending")
        self.assertFalse(self.credit_notes)
        event.next_attempt_at = "2020-01-01"
        self.work()
        self.assertEqual(event.state, "done", event.message)
        self.assertEqual(len(self.credit_notes), 1)
        self.assertEqual(len(self.activity), 1)

    def test_who_has_only_the_marketplace_role_sees_and_cancels(self):
        role = "plug4market_connector.plug4market_connector_group_user"
        user = self.env["res.users"].create(
            {
                "name": "Seller",
                "login": "seller-cancel",
                "group_ids": [
                    Command.link(self.env.ref(role).id),
                    Command.link(self.env.ref("sales_team.group_sale_salesman").id),
                ],
            }
        )
        self.order.user_id = user
        self.upload()
        wizard = self.open(self.order.with_user(user)).with_user(user)
        self.assertIn(self.invoice.name, wizard.preview)
        wizard.reason = "x"
        self.ask(wizard)
        self.assertEqual(self.credit_notes.state, "draft")
