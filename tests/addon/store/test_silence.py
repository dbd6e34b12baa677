"""Days without the hub: nothing is lost, one alert stands, all goes on by itself."""

from contextlib import contextmanager
from datetime import datetime, timedelta

from invoice_case import InvoiceCase

from odoo.tests import freeze_time

ACTIVITY = "plug4market_connector.mail_activity_silence"
SHIPPED = {"carrier": "Correios", "tracking_number": "BR1"}
DOWN = {"server_error": {"calls": None}}
GONE = {"drop_connection": {"calls": None}}
PAGE = {"bad_gateway": {"calls": None}}


class SilenceCase(InvoiceCase):
    def setUp(self):
        super().setUp()
        self.ask_in_english()
        self.start = datetime.now().replace(microsecond=0)
        self.budget = self.env["plug4market.budget"]._of_store(self.company)

    @contextmanager
    def later(self, **delta):
        with freeze_time(self.start + timedelta(**delta)):
            yield

    def run_jobs(self):
        """Let every job that speaks to the hub come once."""
        self.env.flush_all()
        self.env.cr.precommit.run()
        for model, method in (
            ("plug4market.event.worker", "_run"),
            ("plug4market.label.fetcher", "_run"),
            ("plug4market.sku.exporter", "_run"),
            ("plug4market.comparison", "_run"),
        ):
            getattr(self.env[model].sudo(), method)()
            self.env.invalidate_all()

    def run_until_done(self):
        for _round in range(60):
            self.run_jobs()

    def alerts(self, company=None):
        kind = self.env.ref(ACTIVITY)
        activities = (company or self.company).partner_id.activity_ids
        return activities.filtered(lambda activity: activity.activity_type_id == kind)

    def queue(self, order, kind, payload=False):
        values = {**order._plug4market_prepare_event_values(kind), "payload": payload}
        return self.env["plug4market.order.event"]._enqueue([values])

    def fail_for(self, rows, days):
        """Let ``rows`` have failed for as many days."""
        since = self.start - timedelta(days=days)
        rows.write({"failing_since": since, "failed_at": since, "attempts": 30})
        rows.flush_recordset()


class TestSilence(SilenceCase):
    def everything(self):
        """One row of each kind that waits to be sent or read, by what it is."""
        _invoiced, sold = self.sell()
        invoice = self.upload(sold.invoice_ids)
        _shipped, shipped = self.invoiced()
        _cancelled, cancelled = self.import_order()
        announced = self.hub.order([("CAN-325", 1, 39.9)])
        labelled = self.invoiced()[1]
        self.product.action_plug4market_sync()
        comparison = self.env["plug4market.comparison"].create(
            {"company_id": self.company.id}
        )
        category = self.env["product.category"].create({"name": "Casa"})
        self.work()
        self.hub.forget_calls()

        self.hub.faults(**self.silence)
        event = self.queue(sold, "invoice")
        event.move_id = invoice
        comparison.action_compare()
        self.product.list_price = 41.5
        self.start = datetime.now() + timedelta(seconds=1)
        return {
            "news": self.notice(announced),
            "invoice": event,
            "shipment": self.queue(shipped, "shipment", SHIPPED),
            "cancel": self.queue(cancelled, "cancel"),
            "label": self.env["plug4market.label"]._ask(labelled),
            "sku": self.product.plug4market_sku_ids,
            "comparison": comparison,
            "category": self.env["plug4market.category"]._ensure(
                self.company, category
            ),
        }

    silence = DOWN

    def test_after_eight_days_all_goes_on_at_the_first_answer(self):
        rows = self.everything()
        for hours in range(0, 8 * 24, 3):
            with self.later(hours=hours):
                self.run_jobs()
                self.assertEqual(len(self.alerts()), 1 if hours else 0, hours)
        waiting = {name: row.state for name, row in rows.items()}
        for name, state in waiting.items():
            self.assertIn(state, ("pending", "waiting", "running"), name)

        alert = self.alerts()
        self.hub.faults()
        with self.later(days=8):
            self.run_until_done()
        self.assertEqual(
            {name: row.state for name, row in rows.items()},
            {
                "news": "done",
                "invoice": "done",
                "shipment": "done",
                "cancel": "done",
                "label": "ready",
                "sku": "synced",
                "comparison": "done",
                "category": "synced",
            },
            [row.read(["state"]) for row in rows.values()],
        )
        self.assertFalse(self.alerts(), "it closed by itself")
        self.assertFalse(alert.active)

    def test_a_store_that_is_silent_makes_one_call_now_and_then(self):
        self.everything()
        for minutes in range(10):
            with self.later(minutes=minutes):
                self.run_jobs()
        self.hub.forget_calls()
        calls = []
        for minutes in range(10, 70):
            with self.later(minutes=minutes):
                self.run_jobs()
                calls.append(len(self.hub.calls()))
        self.assertLessEqual(calls[-1], 25, "each row by itself would make hundreds")
        self.assertGreaterEqual(calls[-1], 10)


class TestSilenceOfAnUnreachableHub(TestSilence):
    silence = GONE


class TestSilenceOfAPage(TestSilence):
    silence = PAGE


class TestPatience(SilenceCase):
    def test_a_notice_four_days_old_that_is_retried_waits_out_one_503(self):
        event = self.notice(self.hub.order([("CAN-325", 1, 39.9)]))
        event.flush_recordset()
        self.env.cr.execute(
            "UPDATE plug4market_order_event SET create_date = create_date - "
            "interval '4 days' WHERE id = %s",
            [event.id],
        )
        event.write({"state": "failed", "failure": "person"})
        event.action_retry()
        self.hub.faults(server_error={"calls": 1})
        self.work()
        self.assertEqual((event.state, event.failure), ("pending", "transient"))
        self.assertIn("tried again by itself", event.message)

        event.next_attempt_at = "2020-01-01"
        self.work()
        self.assertEqual(event.state, "done")

    def test_retry_begins_patience_anew(self):
        event = self.notice(self.hub.order([("CAN-325", 1, 39.9)]))
        self.hub.faults(server_error={"calls": 2})
        self.fail_for(event, days=4)
        self.work()
        self.assertEqual((event.state, event.failure), ("failed", "person"))
        self.assertIn("for days in vain", event.message)
        self.assertNotIn("by itself", event.message)

        event.action_retry()
        self.work()
        self.assertEqual((event.state, event.attempts), ("pending", 1))

    def test_one_order_the_hub_fails_with_asks_a_person_the_others_go_on(self):
        sick = self.hub.order([("CAN-325", 1, 39.9)])
        self.hub.faults(server_error={"calls": None, "path_contains": sick["id"]})
        event = self.notice(sick)
        for hours in range(0, 4 * 24, 4):
            with self.later(hours=hours):
                self.notice(self.hub.order([("CAN-325", 1, 39.9)]))
                self.work()
        self.assertEqual((event.state, event.failure), ("failed", "person"))
        self.assertFalse(self.alerts(), "the hub answers")
        others = self.env["plug4market.order.event"].search([("id", "!=", event.id)])
        self.assertEqual(set(others.mapped("state")), {"done"})

    def test_a_sick_product_asks_a_person_in_the_end(self):
        self.hub.faults(
            server_error={"calls": None, "path_contains": "/products", "method": "POST"}
        )
        self.product.action_plug4market_sync()
        row = self.product.plug4market_sku_ids
        self.assertEqual(row.state, "pending")
        self.company.action_plug4market_test_connection()
        self.fail_for(row, days=4)
        row.next_attempt_at = "2020-01-01"
        self.run_jobs()
        self.assertEqual(row.state, "error")
        self.assertIn("for days in vain", row.error)


class TestAnswers(SilenceCase):
    def be_silent(self, hours=2):
        self.hub.faults(**DOWN)
        events = self.notice(self.hub.order([("CAN-325", 1, 39.9)]))
        for _other in range(3):
            events |= self.notice(self.hub.order([("CAN-325", 1, 39.9)]))
        for passed in range(hours + 1):
            with self.later(hours=passed):
                self.run_jobs()
        return events

    def test_nobody_is_told_within_the_first_hour(self):
        self.be_silent(hours=0)
        with self.later(minutes=50):
            self.run_jobs()
        self.assertTrue(self.budget._is_silent())
        self.assertFalse(self.alerts())

    def test_what_a_person_marked_done_is_not_asked_again(self):
        self.be_silent()
        self.alerts().action_feedback()
        with self.later(hours=5):
            self.run_jobs()
        self.assertFalse(self.alerts())

    def test_the_alert_says_since_when_and_what_to_do(self):
        self.be_silent()
        note = self.alerts().note
        self.assertIn("are kept, and go on by themselves", note)
        self.assertIn("internet connection", note)
        self.assertEqual(self.alerts().user_id, self.company._plug4market_person())
        self.assertEqual(self.company.plug4market_silent_since, self.start)
        stopped = self.company._plug4market_why_stopped()
        self.assertIn("has not answered since", " ".join(stopped))

    def test_a_click_asks_at_once_and_its_answer_lets_all_go_on(self):
        events = self.be_silent()
        self.hub.faults()
        with self.later(hours=2, seconds=1):
            self.assertEqual(self.worker._run(), 0, "it is not asked yet")
            self.company.action_plug4market_test_connection()
            self.assertFalse(self.alerts())
            self.assertFalse(self.company.plug4market_silent_since)
            self.work()
        self.assertEqual(set(events.mapped("state")), {"done"})

    def test_a_silence_is_of_one_store(self):
        other = self.env["res.company"].create({"name": "Outra loja"})
        other._plug4market_connection(create=True)
        self.be_silent()
        self.assertTrue(self.alerts())
        self.assertFalse(self.alerts(other))
        self.assertFalse(other.plug4market_silent_since)

    def test_new_tokens_and_a_store_switched_on_begin_patience_anew(self):
        event = self.notice(self.hub.order([("CAN-325", 1, 39.9)]))
        self.fail_for(event, days=2)
        event.next_attempt_at = "2199-01-01"
        self.paste_tokens(self.hub.store())
        self.assertFalse(event.failing_since)
        self.assertEqual(event.attempts, 0)

        self.fail_for(event, days=2)
        self.company.plug4market_active = False
        self.company.plug4market_active = True
        self.assertFalse(event.failing_since)
