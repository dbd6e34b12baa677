"""Importing orders that a person asks for, and reading them again."""

import uuid
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

from odoo_case import Plug4marketCase

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user


class TestOrderRecover(Plug4marketCase):
    def recover(self, **values):
        """Fill the wizard in and press Import."""
        wizard = self.env["plug4market.order.recover"].create(values)
        self.env.flush_all()
        wizard.action_recover()
        self.env.invalidate_all()
        return wizard

    def sell(self, **values):
        return self.hub.order([("CAN-325", 1, 39.9)], **values)

    def lists_read(self):
        return [
            call for call in self.hub.calls(method="GET") if call["path"] == "/orders"
        ]

    def test_one_order_by_its_hub_id_is_there_at_once(self):
        hub_order = self.sell()
        wizard = self.recover(number=hub_order["id"])

        order = self.find_order(hub_order)
        self.assertEqual(order.state, "sale", order.plug4market_attention)
        self.assertEqual(wizard.event_ids.order_id, order)
        self.assertEqual(wizard.event_ids.origin, "user")
        self.assertFalse(self.lists_read())

    def test_the_hub_id_may_be_in_upper_case_and_between_spaces(self):
        hub_order = self.sell()
        self.recover(number=f"  {hub_order['id'].upper()} ")
        self.assertEqual(len(self.find_order(hub_order)), 1)

    def test_one_order_by_its_marketplace_number(self):
        self.sell()
        hub_order = self.sell()
        self.recover(number=hub_order["saleChannelOrderId"])

        self.assertTrue(self.find_order(hub_order))
        self.assertEqual(len(self.lists_read()), 1)

    def test_the_number_of_an_order_in_odoo_is_not_looked_for_in_lists(self):
        hub_order, _order = self.import_order()
        self.hub.forget_calls()
        self.recover(number=hub_order["saleChannelOrderId"])
        self.assertFalse(self.lists_read())
        self.assertEqual(len(self.hub.calls(path_prefix="/orders/")), 1)

    def test_a_number_that_no_order_has_is_said_to_be_missing(self):
        self.sell()
        wizard = self.recover(number="4711")
        self.assertIn("None of the 1 orders", wizard.summary)
        self.assertFalse(wizard.event_ids)

    def test_an_id_the_hub_does_not_know_says_so_on_its_row(self):
        wizard = self.recover(number=str(uuid.uuid4()))
        self.assertEqual(wizard.event_ids.state, "failed")
        self.assertIn("does not know", wizard.event_ids.message)

    def test_the_orders_of_some_dates_and_statuses(self):
        approved, shipped = self.sell(), self.sell(status="SHIPPED")
        completed = self.sell(status="COMPLETED")
        self.sell(status="CREATED")
        wizard = self.recover(mode="dates")

        self.assertTrue(self.find_order(approved))
        self.assertTrue(self.find_order(shipped))
        self.assertFalse(self.find_order(completed))
        self.assertEqual(len(wizard.event_ids), 2)
        self.assertIn("2 orders found", wizard.summary)

    def test_orders_outside_the_dates_stay_out(self):
        self.sell()
        wizard = self.recover(
            mode="dates",
            date_from=datetime(2020, 1, 1),
            date_to=datetime(2020, 1, 31),
        )
        self.assertIn("0 orders found", wizard.summary)

    def test_orders_that_odoo_has_in_the_same_status_cost_no_call(self):
        self.import_order()
        changed, order = self.import_order()
        self.hub.set_status(changed["id"], "INVOICED")
        self.hub.forget_calls()
        wizard = self.recover(mode="dates")

        self.assertEqual(wizard.event_ids.order_id, order)
        self.assertEqual(order.plug4market_status, "INVOICED")
        self.assertEqual(len(self.hub.calls()), 2)

    def test_many_orders_are_left_to_the_queue(self):
        hub_orders = [self.sell() for _number in range(11)]
        wizard = self.recover(mode="dates")

        self.assertFalse(self.find_order(hub_orders[0]))
        self.assertIn("in the background", wizard.summary)
        self.work()
        for hub_order in hub_orders:
            self.assertEqual(len(self.find_order(hub_order)), 1)
        opened = wizard.action_open_orders()
        self.assertEqual(self.env["sale.order"].search_count(opened["domain"]), 11)

    def test_an_order_that_waits_already_is_not_queued_twice(self):
        hub_orders = [self.sell() for _number in range(11)]
        waiting = self.notice(hub_orders[0])
        waiting.next_attempt_at = fields.Datetime.now() + timedelta(hours=1)
        self.env.flush_all()
        first, again = self.recover(mode="dates"), self.recover(mode="dates")

        self.assertEqual(first.event_ids, again.event_ids)
        self.assertEqual(self.events(hub_orders[0]), waiting)
        self.assertLessEqual(waiting.next_attempt_at, fields.Datetime.now())

    def test_a_row_that_waits_for_a_person_is_taken_up_again(self):
        hub_order = self.sell()
        failed = self.notice(hub_order)
        failed._settle("failed", "It was odd.", failure="person")
        self.recover(number=hub_order["id"])
        self.assertEqual(self.events(hub_order, kind="notice"), failed)
        self.assertEqual(failed.state, "done")

    def test_a_search_that_is_too_long_goes_on_where_it_stopped(self):
        self.sell()
        newest = self.sell(
            patch={"createdAt": (datetime.now(UTC) + timedelta(minutes=1)).isoformat()}
        )
        client = type(self.company.sudo()._plug4market_client("click"))
        small_pages = {**client.list_orders.__kwdefaults__, "size": 1}
        with (
            patch.object(client.list_orders, "__kwdefaults__", small_pages),
            patch(
                "odoo.addons.plug4market_connector.wizard.plug4market_order_recover"
                ".SEARCH_CALLS",
                1,
            ),
        ):
            wizard = self.recover(
                number=newest["saleChannelOrderId"],
                date_to=datetime.now() + timedelta(days=2),
            )
        self.assertIn("more orders than one search reads", wizard.summary)
        self.assertGreater(wizard.date_from, datetime.now() - timedelta(days=1))
        self.assertFalse(wizard.event_ids)

    def test_a_store_without_tokens_says_what_to_do(self):
        self.company.plug4market_access_token = False
        self.company.plug4market_refresh_token = False
        with self.assertRaisesRegex(UserError, "Gerar Tokens"):
            self.recover(mode="dates")

    def test_a_hub_that_does_not_answer_is_tried_again_by_the_person(self):
        self.move_hub("http://127.0.0.1:1")
        with self.assertRaisesRegex(UserError, "wait a minute"):
            self.recover(mode="dates")

    def test_no_status_and_no_number_are_asked_for(self):
        with self.assertRaises(UserError):
            self.recover(mode="dates", approved=False, invoiced=False, shipped=False)
        with self.assertRaises(UserError):
            self.recover(number="  ")

    def test_reading_again_brings_what_no_notice_said(self):
        hub_order, order = self.import_order()
        self.hub.set_status(hub_order["id"], "INVOICED")
        shown = order.action_plug4market_read_again()
        self.env.invalidate_all()

        self.assertEqual(order.plug4market_status, "INVOICED")
        self.assertEqual(shown["params"]["type"], "success")

    def test_reading_many_again_is_left_to_the_queue(self):
        orders = self.env["sale.order"]
        for _number in range(11):
            orders |= self.import_order()[1]
        self.hub.forget_calls()
        shown = orders.action_plug4market_read_again()
        self.assertIn("11 orders", shown["params"]["message"])
        self.assertFalse(self.hub.calls())

    def test_only_people_of_the_app_read_orders_again(self):
        _hub, order = self.import_order()
        seller = new_test_user(
            self.env, "seller", groups="sales_team.group_sale_manager"
        )
        with self.assertRaises(AccessError):
            order.with_user(seller).action_plug4market_read_again()
