"""What wakes the queue: each piece of news, unless a poke is under way for it."""

from datetime import timedelta

from hub_control import STORE_CNPJ
from odoo_case import Plug4marketCase

from odoo import fields

from odoo.addons.plug4market_connector.hub import parse_webhook

OTHER_CNPJ = "19131243000197"


class TestPokes(Plug4marketCase):
    def setUp(self):
        super().setUp()
        self.cron = self.env.ref(
            "plug4market_connector.ir_cron_plug4market_process_events"
        )
        self.company.plug4market_webhook_token = "door"

    def pokes(self, act):
        """How many times ``act`` woke the queue."""
        Trigger = self.env["ir.cron.trigger"]
        mine = [("cron_id", "=", self.cron.id)]
        before = Trigger.search_count(mine)
        act()
        self.env.flush_all()
        return Trigger.search_count(mine) - before

    def tell(self, number=1, token="door", store=STORE_CNPJ):
        """Say at the door that an order is there."""
        body = (
            f'{{"order": {{"orderId": "00000000-0000-4000-8000-{number:012}", '
            f'"status": "APPROVED", "storeCnpj": "{store}"}}}}'
        )
        self.env.flush_all()
        self.env["plug4market.order.event"]._receive_notice(token, parse_webhook(body))

    def other_store(self):
        """A second company whose store has news that wait."""
        other = self.open_second_store(OTHER_CNPJ)
        self.tell(2, other.plug4market_webhook_token, OTHER_CNPJ)
        return other

    def test_the_first_of_many_notices_wakes_for_all(self):
        self.assertEqual(self.pokes(self.tell), 1)
        self.assertEqual(self.pokes(lambda: self.tell(3)), 0)

    def test_what_waits_for_another_store_serves_as_well(self):
        self.other_store()
        self.assertEqual(self.pokes(self.tell), 0)

    def test_news_of_a_store_that_may_not_call_prove_no_poke(self):
        other = self.other_store()
        connection = other._plug4market_connection()
        budget = self.env["plug4market.budget"].sudo()
        budget = budget.search([("company_id", "=", other.id)])
        budget = budget or budget.create({"company_id": other.id})
        later = fields.Datetime.now() + timedelta(minutes=5)
        for record, values, again in (
            (budget, {"probe_at": later}, {"probe_at": False}),
            (connection, {"state": "error"}, {"state": "connected"}),
            (other, {"plug4market_active": False}, {}),
        ):
            with self.subTest(values):
                record.write(values)
                self.assertEqual(self.pokes(self.tell), 1)
                self.env["plug4market.order.event"].search(
                    [("company_id", "=", self.company.id)]
                )._settle("done")
                record.write(again)

    def test_what_waited_while_the_store_was_off_is_woken_when_it_is_on(self):
        self.tell()
        self.settings(active=False)
        self.assertTrue(self.pokes(lambda: self.settings(active=True)))
