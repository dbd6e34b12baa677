"""Tests of the first screen: who looks, what is counted, and what opens."""

from invoice_case import InvoiceCase
from people_case import PeopleCase

ROLES = {
    "marketplace": "plug4market_connector.plug4market_connector_group_user",
    "sales": "sales_team.group_sale_salesman",
    "accounting": "account.group_account_invoice",
    "stock": "stock.group_stock_user",
    "nobody": "base.group_user",
}


class DeskCase(PeopleCase, InvoiceCase):
    """``people`` have one role each; ``desk`` is what one of them sees."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = {
            role: cls.make_user(f"desk {role}", group) for role, group in ROLES.items()
        }

    def setUp(self):
        super().setUp()
        self.settings(auto_invoice=False)

    def desk(self, role="marketplace", **asked):
        return self.rpc(self.people[role], "plug4market.desk", "read_desk", asked)

    def counts(self, role="marketplace", **asked):
        """What each counter of ``role`` says."""
        needs = self.desk(role, **asked).get("needs", [])
        return {need["name"]: need["count"] for need in needs}

    def listed(self, name, role="marketplace", **asked):
        """The records in the list behind a counter, as that person sees them."""
        user = self.people[role]
        action = self.rpc(user, "plug4market.desk", "open_need", name, asked)
        found = self.env(user=user, context=action["context"])[action["res_model"]]
        found = found.search(action["domain"])
        self.assertEqual(self.counts(role, **asked)[name], len(found), name)
        return found.with_env(self.env)
