"""One invoice and one NF-e for two orders of a cart: both are told."""

from nfe_case import NfeCase

PLACE = {
    "name": "Ana Souza",
    "recipientName": "Ana Souza",
    "street": "Rua Um",
    "streetNumber": "1",
    "streetComplement": None,
    "district": "Centro",
    "city": "São Paulo",
    "state": "SP",
    "zipCode": "01310100",
    "ibge": "3550308",
}
BUYER = {**PLACE, "documentId": "52998224725"}


class TestNfeOfACart(NfeCase):
    def setUp(self):
        super().setUp()
        patch = {"billing": BUYER, "shipping": PLACE}
        pairs = [self.import_order(patch=patch) for _order in range(2)]
        self.hub_orders = [hub_order for hub_order, _order in pairs]
        self.orders = self.env["sale.order"].union(*(order for _hub, order in pairs))
        self.invoice = self.orders._create_invoices()
        self.assertEqual(len(self.invoice), 1)
        self.invoice.action_post()

    def hub_statuses(self):
        return [self.hub.get_order(o["id"])["status"] for o in self.hub_orders]

    def test_by_itself_both_orders_are_told_with_the_one_note(self):
        self.settings(auto_send_invoice=True)
        self.upload()
        events = self.orders.plug4market_event_ids.filtered(
            lambda event: event.kind == "invoice"
        )
        self.assertEqual(events.order_id, self.orders)
        self.assertEqual(events.move_id, self.invoice)
        self.work()
        self.assertEqual(self.hub_statuses(), ["INVOICED", "INVOICED"])
        self.assertEqual(self.invoice.plug4market_nfe_state, "sent")

    def test_by_a_click_both_orders_are_told(self):
        self.upload()
        shown = self.invoice.action_plug4market_send_invoice()["params"]
        self.env.invalidate_all()
        self.assertEqual(shown["type"], "success", shown["message"])
        self.assertEqual(self.hub_statuses(), ["INVOICED", "INVOICED"])

    def test_an_order_that_cannot_be_told_is_named(self):
        self.upload()
        self.hub.faults(
            bad_request={"calls": 1, "path_contains": self.hub_orders[1]["id"]}
        )
        shown = self.invoice.action_plug4market_send_invoice()["params"]
        self.env.invalidate_all()
        self.assertEqual(shown["type"], "warning", shown["message"])
        self.assertEqual(self.invoice.plug4market_nfe_state, "authorised")
        self.assertEqual(self.hub_statuses(), ["INVOICED", "APPROVED"])

    def test_a_click_again_tells_the_one_that_was_missing(self):
        self.test_an_order_that_cannot_be_told_is_named()
        self.orders[1].plug4market_event_ids.filtered(
            lambda event: event.state == "failed"
        ).action_retry()
        self.work()
        self.assertEqual(self.hub_statuses(), ["INVOICED", "INVOICED"])
        self.assertEqual(self.invoice.plug4market_nfe_state, "sent")
