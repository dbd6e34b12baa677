"""People of two companies, who may call whatever a browser or a program calls."""

from copy import deepcopy
from unittest.mock import patch

from cancellation_case import CancellationCase

from odoo.exceptions import AccessError
from odoo.service.model import call_kw
from odoo.tests import new_test_user

USER = "plug4market_connector.plug4market_connector_group_user"
MANAGER = "plug4market_connector.plug4market_connector_group_manager"


def _nothing(_company):
    return []


class PeopleCase(CancellationCase):
    """``seller`` and ``colleague`` share the store; ``stranger`` has another one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch = cls.make_branch()
        cls.seller = cls.make_user("seller", USER)
        cls.colleague = cls.make_user("colleague", MANAGER)
        cls.stranger = cls.make_user("stranger", MANAGER, cls.branch)

    @classmethod
    def make_branch(cls):
        """One more store, which needs no books here."""
        companies = cls.env["res.company"]
        with patch.object(type(companies), "_plug4market_missing_setup", _nothing):
            return companies.create({"name": "Filial", "plug4market_active": True})

    @classmethod
    def make_user(cls, login, groups, company=None):
        company = company or cls.company
        return new_test_user(
            cls.env,
            login=login,
            groups=groups,
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    def rpc(self, user, model, method, *args, context=None, **kwargs):
        """What ``/web/dataset/call_kw`` does, in a transaction that knows nothing."""
        self.env.flush_all()
        self.env.invalidate_all()
        records = self.env(user=user, context={})[model]
        answer = call_kw(
            records, method, deepcopy(list(args)), {"context": context or {}, **kwargs}
        )
        self.env.flush_all()
        self.env.invalidate_all()
        return answer

    def onchange(self, user, model, values, *asked):
        """What a form that is not saved would show of ``asked``."""
        spec = {name: {} for name in (*values, *asked)}
        answer = self.rpc(user, model, "onchange", [], values, [], spec)
        return {name: answer["value"].get(name) for name in asked}

    def assertDenied(self, user, model, method, *args, error=AccessError, **kwargs):
        with self.assertRaises(error), self.env.cr.savepoint():
            self.rpc(user, model, method, *args, **kwargs)
        self.env.invalidate_all()
