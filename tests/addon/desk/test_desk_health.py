"""The card that says whether a store works: its colour, its sentence, its button."""

from datetime import timedelta

from desk_case import DeskCase

from odoo import fields


class TestDeskHealth(DeskCase):
    def setUp(self):
        super().setUp()
        self.connection = self.company._plug4market_connection()
        now = fields.Datetime.now()
        self.connection.write(
            {
                "swept_at": now,
                "access_token_expiry": now + timedelta(days=1),
                "refresh_token_expiry": now + timedelta(days=7),
            }
        )
        self.poll(now)
        self.env["plug4market.sku"].search([]).state = "synced"
        self.env["plug4market.order.event"].search([]).sudo().state = "done"
        self.env["plug4market.stopped.job"].search([]).unlink()

    def poll(self, moment):
        cron = self.env.ref("plug4market_connector.ir_cron_plug4market_poll_orders")
        cron.lastcall = moment

    def card(self):
        [card] = [
            card for card in self.desk()["health"] if card["id"] == self.company.id
        ]
        return card

    def assertCard(self, colour, button):
        card = self.card()
        found = card["colour"], card["button"]["name"]
        self.assertEqual(found, (colour, button), card["sentence"])
        self.assertTrue(card["sentence"])

    def be_silent(self, since):
        self.env["plug4market.budget"].sudo()._of_store(self.company).write(
            {"silent_calls": 3, "silent_since": fields.Datetime.now() - since}
        )

    def test_a_store_that_works(self):
        self.assertCard("green", "backlog")

    def test_connected_is_no_green_while_the_hub_is_silent(self):
        self.assertEqual(self.connection.state, "connected")
        self.be_silent(timedelta(minutes=5))
        self.assertCard("yellow", "backlog")
        self.be_silent(timedelta(hours=2))
        self.assertCard("red", "backlog")

    def test_connected_is_no_green_before_the_hub_has_answered(self):
        self.connection.swept_at = False
        self.assertCard("yellow", "company")

    def test_a_store_that_cannot_speak(self):
        for state in ("question", "disconnected", "error"):
            self.connection.state = state
            self.assertCard("red", "company")

    def test_tokens_that_end(self):
        now = fields.Datetime.now()
        self.connection.refresh_token_expiry = now + timedelta(hours=5)
        self.assertCard("yellow", "company")
        self.connection.refresh_token_expiry = now - timedelta(hours=5)
        self.assertCard("red", "company")

    def test_jobs_that_do_not_run(self):
        self.poll(fields.Datetime.now() - timedelta(hours=2))
        self.assertCard("red", "backlog")

    def test_a_job_that_stopped(self):
        now = fields.Datetime.now()
        self.env["plug4market.stopped.job"].create(
            {
                "company_id": self.company.id,
                "job": "plug4market_connector.ir_cron_plug4market_poll_orders",
                "reason": "no disk",
                "stopped_at": now,
                "again_at": now,
            }
        )
        self.assertCard("red", "activities")
        self.assertIn("no disk", self.card()["sentence"])

    def test_what_needs_a_person(self):
        self.env["plug4market.sku"]._ensure(self.company, self.product).state = "error"
        self.assertCard("yellow", "products")
        hub_order, _order = self.import_order()
        event = self.events(hub_order)[:1].sudo()
        event.state = "failed"
        self.assertCard("yellow", "events")
        self.assertIn(1, [error["value"] for error in self.card()["errors"]])

        user = self.people["marketplace"]
        action = self.rpc(
            user, "plug4market.desk", "open_health", "events", self.company.id
        )
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), event)

    def test_every_button_opens_something(self):
        names = ("company", "backlog", "events", "products", "activities")
        for user in (self.people["marketplace"], self.env.ref("base.user_admin")):
            for name in names:
                args = (user, "plug4market.desk", "open_health", name, self.company.id)
                self.assertIn("type", self.rpc(*args), name)

    def test_nobody_elses_store_is_opened(self):
        for user in (self.people["stock"], self.stranger):
            args = (user, "plug4market.desk", "open_health", "events", self.company.id)
            self.assertFalse(self.rpc(*args))

    def test_the_backlog_by_lane(self):
        row = self.env["plug4market.sku"]._ensure(self.company, self.product)
        row._mark_pending("price")
        backlog = self.card()["backlog"]
        self.assertEqual([lane["value"] for lane in backlog["lanes"]], [0, 0, 0, 1, 0])
        self.assertTrue(backlog["end"])
        # Of a store that makes no calls nobody knows when it is through.
        self.connection.state = "error"
        self.assertFalse(self.card()["backlog"]["end"])
