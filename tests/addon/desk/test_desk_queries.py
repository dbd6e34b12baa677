"""The first screen costs few queries, however much there is to count."""

from desk_case import DeskCase

# Issue 16: at most so many for all of the screen.
MOST = 15
CONTEXT = {"tz": "America/Sao_Paulo", "lang": "en_US"}


class TestDeskQueries(DeskCase):
    def queries(self, role):
        """How many queries the screen costs; only rights, rules and words are known."""
        desk = self.env(user=self.people[role], context=CONTEXT)["plug4market.desk"]
        desk.read_desk({})
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        desk.read_desk({})
        return self.env.cr.sql_log_count - before

    def test_few_queries_and_no_more_for_more_orders(self):
        self.invoiced()
        counts = {role: self.queries(role) for role in self.people}
        self.assertLessEqual(max(counts.values()), MOST, counts)

        other = self.make_product("GAR-750", "Garrafa", 119.9)
        for _round in range(3):
            self.sell([("CAN-325", 1, 39.9), (other.default_code, 2, 119.9)])
        again = {role: self.queries(role) for role in self.people}
        self.assertEqual(again, counts)
