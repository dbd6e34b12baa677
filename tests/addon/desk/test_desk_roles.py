"""Who sees what of the first screen; the rules of Odoo apply."""

from desk_case import DeskCase

SHIPPING = {"ship_today", "at_risk", "late"}
NOTES = {"notes_missing", "notes_to_correct", "notes_to_send"}
EVERYBODY = {"activities"}
SEEN = {
    "marketplace": {
        *("to_confirm", "to_invoice", "cancelled", "refused", "not_imported"),
        *("labels", "products", "announcements"),
        *(NOTES | SHIPPING | EVERYBODY),
    },
    "sales": {"to_confirm", "to_invoice", "cancelled", *SHIPPING, *EVERYBODY},
    "accounting": {"to_invoice", "cancelled", *NOTES, *EVERYBODY},
    "stock": {"labels", *SHIPPING, *EVERYBODY},
    "nobody": set(),
}


class TestDeskRoles(DeskCase):
    def test_each_role_sees_its_part_and_opens_all_of_it(self):
        self.invoiced()
        for role, names in SEEN.items():
            with self.subTest(role=role):
                self.assertEqual(set(self.counts(role)), names)
                for name in names:
                    self.listed(name, role)

    def test_nobody_opens_nothing_and_gets_no_error(self):
        self.assertFalse(
            self.rpc(self.people["nobody"], "plug4market.desk", "open_need", "late", {})
        )

    def test_nobody_opens_what_is_not_his_part(self):
        for role, name in [("stock", "to_invoice"), ("sales", "refused")]:
            self.assertFalse(
                self.rpc(self.people[role], "plug4market.desk", "open_need", name, {})
            )

    def test_a_salesperson_sees_his_own_orders(self):
        _hub, order = self.import_order()
        self.assertNotIn(order, self.listed("to_invoice", "sales"))
        order.user_id = self.people["sales"]
        self.assertIn(order, self.listed("to_invoice", "sales"))

    def test_nothing_is_of_another_company(self):
        _hub, order = self.import_order()
        self.people = {**self.people, "marketplace": self.stranger}
        for asked in ({}, {"company_id": self.company.id}):
            self.assertNotIn(order, self.listed("to_invoice", **asked))

    def test_one_of_several_companies(self):
        _hub, order = self.import_order()
        person = self.people["marketplace"]
        person.company_ids |= self.branch
        both = {"allowed_company_ids": (self.company | self.branch).ids}

        def shown(company):
            asked = {"company_id": company.id}
            answer = self.rpc(
                person,
                "plug4market.desk",
                "open_need",
                "to_invoice",
                asked,
                context=both,
            )
            return self.env["sale.order"].search(answer["domain"])

        self.assertIn(order, shown(self.company))
        self.assertNotIn(order, shown(self.branch))
