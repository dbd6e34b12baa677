"""The counters of the first screen, and the lists that they open."""

from invoice_case import InvoiceCase


class TestDeskNeeds(InvoiceCase):
    def desk(self, **asked):
        self.env.flush_all()
        return self.env["plug4market.desk"].read_desk(asked)

    def count(self, name, **asked):
        """What a counter says; its list has to hold just as many records."""
        [need] = [need for need in self.desk(**asked)["needs"] if need["name"] == name]
        self.assertEqual(len(self.listed(name, **asked)), need["count"])
        return need["count"]

    def listed(self, name, **asked):
        action = self.env["plug4market.desk"].open_need(name, asked)
        return self.env[action["res_model"]].search(action["domain"])

    def test_orders_to_confirm(self):
        self.settings(order_target="quotation")
        before = self.listed("to_confirm")
        _hub, order = self.import_order()
        self.assertEqual(self.listed("to_confirm") - before, order)
        self.assertEqual(self.count("to_confirm"), len(before) + 1)

        order.action_confirm()
        self.assertEqual(self.count("to_confirm"), len(before))
