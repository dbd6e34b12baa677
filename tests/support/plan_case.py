"""Tests of the pages that come before each step of a morning."""

from desk_case import DeskCase

MARKETPLACE = "plug4market_connector.plug4market_connector_group_user"
INVOICING = "account.group_account_invoice"


class PlanCase(DeskCase):
    """``boss`` may do every step; pages are opened as the web client opens them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls.make_user("boss", f"{MARKETPLACE},{INVOICING}")
        cls.people = {**cls.people, "boss": cls.boss}

    def rpc_button(self, records, method, role="boss", **context):
        """Press a button of the web client; return the action that it answers."""
        user = self.people[role]
        asked = {"allowed_company_ids": user.company_ids.ids, **context}
        return self.rpc(user, records._name, method, records.ids, context=asked)

    def open_plan(self, step, records, role="boss"):
        """The page for records that are chosen in a list."""
        action = self.rpc_button(
            records, "action_plug4market_plan", role, plug4market_plan=step
        )
        return self.page(action, role)

    def open_all(self, need, step, role="boss", **asked):
        """The page for all that the list of a counter shows, with nothing chosen."""
        user = self.people[role]
        action = self.rpc(user, "plug4market.desk", "open_need", need, asked)
        context = {
            **action["context"],
            "active_domain": action["domain"],
            "plug4market_plan": step,
        }
        nothing = self.env[action["res_model"]]
        return self.page(
            self.rpc_button(nothing, "action_plug4market_plan", role, **context), role
        )

    def page(self, action, role="boss"):
        """The plan that an action opens, as that person sees it."""
        self.assertEqual(action["res_model"], "plug4market.plan")
        user = self.people[role]
        return self.env(user=user)["plug4market.plan"].browse(action["res_id"])

    def press(self, plan, method="action_do", role="boss"):
        return self.rpc_button(plan, method, role)

    def lines(self, plan, *states):
        """{name: reason} of the lines in these states."""
        self.env.invalidate_all()
        return {
            line.name: line.reason or ""
            for line in plan.line_ids
            if line.state in (states or ("todo",))
        }
