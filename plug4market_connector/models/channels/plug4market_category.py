from functools import partial

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...hub import (
    AlreadyExists,
    BudgetExhausted,
    CredentialsError,
    RejectedByHub,
)
from ...lease import REST_SECONDS
from ...messages import explain, notification
from ...transaction import (
    CONFLICTS,
    apart,
    fall_out,
    fresh_view,
    own_transaction,
)
from ..catalogue.plug4market_sku_exporter import CRON

# Categories of a store that go to the hub in one round: they share the products' calls.
CATEGORIES_AT_ONCE = 5

# What could not be written is taken up again by then.
AGAIN = 2 * REST_SECONDS


class Plug4marketCategory(models.Model):
    """A product category in the custom tree of one company's store.

    Only categories of published products, and their parents, are sent; the exporter
    makes a row when a product needs its category for the first time.
    """

    _name = "plug4market.category"
    _inherit = [
        "plug4market.sealed.mixin",
        "plug4market.patient.mixin",
        "plug4market.leased.mixin",
    ]
    _description = "Plug4Market Category"
    _rec_name = "category_id"

    company_id = fields.Many2one(
        "res.company", required=True, ondelete="cascade", readonly=True
    )
    category_id = fields.Many2one(
        "product.category",
        required=True,
        ondelete="cascade",
        index=True,
        readonly=True,
    )
    state = fields.Selection(
        [
            ("pending", "Waiting to be sent"),
            ("synced", "Up to date"),
            ("error", "Problem"),
        ],
        default="pending",
        required=True,
        readonly=True,
    )
    problem = fields.Text(readonly=True)
    mapping_ids = fields.One2many(
        related="category_id.plug4market_mapping_ids", readonly=False
    )
    hub_category_uid = fields.Char(
        related="category_id.plug4market_category_uid", readonly=False
    )
    sent_values = fields.Json(readonly=True, help="Name and parent that the hub has.")
    sent_mapping = fields.Json(
        readonly=True, help="The category on each channel that the hub has."
    )
    synced_at = fields.Datetime("On Plug4Market since", readonly=True)

    _company_category_uniq = models.UniqueIndex("(company_id, category_id)")
    _pending_idx = models.Index("(company_id, next_attempt_at) WHERE state = 'pending'")

    # -- rows -----------------------------------------------------------------

    @api.model
    @own_transaction
    def _ensure(self, company, categories):
        """The rows of ``categories`` and their parents, made where they are missing."""
        chain = categories.search([("id", "parent_of", categories.ids)])
        rows = self.search(
            [("company_id", "=", company.id), ("category_id", "in", chain.ids)]
        )
        return rows | self.create(
            [
                {"company_id": company.id, "category_id": category.id}
                for category in chain - rows.category_id
            ]
        )

    def _mark_pending(self):
        """Let these categories be looked at again, and sent if there is need."""
        self.write(
            {"state": "pending", "problem": False, **self._prepare_fresh_values()}
        )
        if self:
            self.env["plug4market.sku.exporter"]._wake()

    # -- buttons --------------------------------------------------------------

    def action_send(self):
        """Send these categories anew: what the hub has of them is read again."""
        self.check_access("write")
        self.sudo()._forget_sent()
        with self.env["plug4market.sku.exporter"]._at_work():
            for company, rows in self.grouped("company_id").items():
                self.sudo()._send(company, rows.category_id)
        with fresh_view(self.env) as env:
            return self.with_env(env)._show_outcome()

    @own_transaction
    def _forget_sent(self):
        """Let these categories be sent as if the hub had nothing of them."""
        self.write({"sent_values": False, "sent_mapping": False})
        self._mark_pending()

    @api.model
    def _start_over(self, company):
        """Let the categories of ``company`` be new in a store that has none of them."""
        rows = self.search([("company_id", "=", company.id)])
        rows.write({"sent_values": False, "sent_mapping": False, "synced_at": False})
        rows._mark_pending()

    def _show_outcome(self):
        """A notification that says what came of sending these categories."""
        problems = [f"{row.display_name}: {row.problem}" for row in self if row.problem]
        waiting = len(self.filtered(lambda row: row.state == "pending"))
        if waiting:
            problems.insert(0, self.env._("%s categories wait to be sent.", waiting))
        return notification(
            "\n".join(problems[:5])
            or self.env._("The categories are up to date on Plug4Market."),
            kind="warning" if problems else "success",
            sticky=bool(problems),
            next="reload",
        )

    # -- the calls ------------------------------------------------------------
    # What is left to tell the hub of a category, and what came of it.
    #
    # A category that was renamed or moved cannot be changed by any call that is known:
    # it says so, and what to do in the panel.

    # -- calling --------------------------------------------------------------

    def _code(self):
        """The category's ``alternativeId`` on the hub."""
        return str(self.category_id.id)

    def _wanted(self):
        """Name and parent that the category shall have on the hub."""
        category = self.category_id
        return {"name": category.name, "father": str(category.parent_id.id or "")}

    def _wanted_mapping(self):
        return {
            str(mapping.channel_id.hub_id): mapping.channel_category
            for mapping in self.category_id.plug4market_mapping_ids
        }

    def _unsent_mapping(self):
        sent = self.sent_mapping or {}
        wanted = self._wanted_mapping().items()
        return {channel: code for channel, code in wanted if sent.get(channel) != code}

    def _bring_to_hub(self, client):
        """Make the calls this category lacks; return its values after them."""
        values = {}
        wanted = self._wanted()
        try:
            if not self.sent_values:
                values["sent_values"] = self._create_on_hub(client, wanted)
            for channel, code in self._unsent_mapping().items():
                client.map_custom_category(
                    wanted["name"], self._code(), wanted["father"], channel, code
                )
                sent = values.get("sent_mapping") or self.sent_mapping or {}
                values["sent_mapping"] = {**sent, channel: code}
        except CONFLICTS:
            raise
        except Exception as error:  # noqa: BLE001  one bad category stops no other
            return {**values, **self._prepare_failure_values(error)}
        return {
            **values,
            "state": "synced",
            "problem": False,
            **self._prepare_no_failure_values(),
        }

    def _create_on_hub(self, client, wanted):
        """Create the category; return name and parent that the hub has then.

        Whether a code that exists is refused, and in what words, is not known
        (docs/hub-api.md 13 #15): after any refusal the tree is read and the code looked
        for.
        """
        try:
            client.create_custom_category(
                wanted["name"], self._code(), wanted["father"]
            )
            return wanted
        except RejectedByHub as refusal:
            node = self._find_on_hub(client)
            if node:
                return {**wanted, "name": node.name}
            if isinstance(refusal, AlreadyExists):
                return {**wanted, "father": "?"}
            raise

    def _find_on_hub(self, client):
        """The hub's node of this category, under its parents; None if not there."""
        node = None
        path = self.category_id.parent_path.strip("/").split("/")
        for code in path:
            nodes = client.list_custom_categories(node and node.hub_id)
            node = next((n for n in nodes if n.alternative_id == code), None)
            if node is None:
                return None
        return node

    # -- what came of it ------------------------------------------------------

    def _prepare_failure_values(self, error):
        """The values of a category whose call failed: again by itself, or a person."""
        made = not isinstance(error, BudgetExhausted)
        verdict = self._judge(error, made=made)
        problem = explain(self.env, error, again=verdict.again)
        if not verdict.again:
            return {"state": "error", "problem": problem}
        values = self._prepare_failed_values(verdict, made=made)
        return {**values, "state": "pending", "problem": problem}

    @own_transaction
    def _settle_alone(self, values):
        """Write what came of the calls; where that fails, why it does."""
        ours = self._ours()
        _done, failed = fall_out(self.env, ours, lambda row: row._settle(values))
        for row, error in failed:
            problem = explain(row.env, error)
            row.write({"state": "error", "problem": problem, "lease_id": False})

    def _settle(self, values):
        """Write what came of the calls; products follow a category that is new."""
        new = bool(values.get("sent_values")) and not self.synced_at
        if new:
            values = {**values, "synced_at": fields.Datetime.now()}
        self.write({**values, "lease_id": False})
        if self.state == "synced" and self._unsent_mapping():
            # Somebody mapped it while it was being sent.
            self._mark_pending()
        if self.state == "synced":
            self._compare()
        if self.state == "error" and not self.synced_at:
            self._tell_children()
        if new:
            self._mark_products()

    def _compare(self):
        """Say what the hub has otherwise, where no call is known to change it."""
        differences = self._explain_differences()
        if differences:
            self.write({"state": "error", "problem": "\n".join(differences)})

    def _explain_differences(self):
        differences = []
        wanted, sent = self._wanted(), self.sent_values or {}
        if sent.get("father", wanted["father"]) != wanted["father"]:
            differences.append(
                self.env._(
                    "On Plug4Market this category is under another parent, and no "
                    "call moves it. Move it to %(path)s in the Plug4Market panel, then "
                    "press Send.",
                    path=self.category_id.complete_name,
                )
            )
        if sent.get("name", wanted["name"]) != wanted["name"]:
            differences.append(
                self.env._(
                    "On Plug4Market this category is called %(there)s, and no call "
                    "renames it. Rename it to %(here)s in the Plug4Market panel, then "
                    "press Send.",
                    there=sent["name"],
                    here=wanted["name"],
                )
            )
        return differences + self._explain_removed_mapping()

    def _explain_removed_mapping(self):
        gone = (self.sent_mapping or {}).keys() - self._wanted_mapping().keys()
        if not gone:
            return []
        channels = self.env["plug4market.sales.channel"].search(
            [("hub_id", "in", [int(number) for number in gone])]
        )
        return [
            self.env._(
                "Plug4Market still maps this category to one of %(channels)s, and no "
                "call removes that. Remove it in the Plug4Market panel, then press "
                "Send.",
                channels=", ".join(channels.mapped("name")),
            )
        ]

    def _tell_children(self):
        """Categories below one that the hub refuses wait, and say for what."""
        children = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("category_id", "child_of", self.category_id.ids),
                ("state", "=", "pending"),
            ]
        )
        children.problem = self.env._(
            "It waits for its parent category %s, which has a problem.",
            self.category_id.complete_name,
        )

    def _mark_products(self):
        """Let the published products of a category that is on the hub now say so.

        One that another worker is creating at this moment does not say it yet.
        """
        rows = self.env["plug4market.sku"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("product_id.categ_id", "=", self.category_id.id),
                "|",
                ("sent_sku", "!=", False),
                ("lease_id", "!=", False),
            ]
        )
        published = rows.filtered("sent_sku")
        self.env["plug4market.sku.change"]._mark(published.product_id, "content")
        (rows - published)._mark_pending()

    # -- sending --------------------------------------------------------------
    # Brings categories to the hub: parents first, one call at a time.

    @api.model
    def _sendable(self, company):
        """What may be sent now: it is due, and its parent is on the hub."""
        parent = "category_id.parent_id"
        on_hub = [("company_id", "=", company.id), ("synced_at", "!=", False)]
        return Domain(
            [
                ("company_id", "=", company.id),
                ("state", "=", "pending"),
                ("next_attempt_at", "<=", fields.Datetime.now()),
                ("lease_id", "=", False),
                "|",
                (parent, "=", False),
                (f"{parent}.plug4market_category_ids", "any", on_hub),
            ]
        )

    @api.model
    def _send_due(self):
        """Send some of what waits, of every store that can be called."""
        stores = self.env["plug4market.budget"]._select_stores()
        due = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT category.company_id
                  FROM plug4market_category category
                  JOIN (%(stores)s) store ON store.company_id = category.company_id
                 WHERE category.state = 'pending' AND category.lease_id IS NULL
                   AND category.next_attempt_at <= %(now)s
                """,
                stores=stores,
                now=fields.Datetime.now(),
            )
        )
        companies = self.env["res.company"].browse([row[0] for row in due])
        sent = [
            apart(company, partial(self._send, company), cron=CRON, again_in=AGAIN)
            for company in companies
        ]
        return sum(filter(None, sent))

    @api.model
    def _send(self, company, categories=None):
        """Send a handful of a store's categories; return how many got there.

        :param categories: only these and their parents; all that wait by default
        """
        try:
            client = company._plug4market_client("content")
        except CredentialsError:
            return 0
        sent = 0
        for _turn in range(CATEGORIES_AT_ONCE):
            row = self._claim(company, categories)
            if not row:
                break
            values = row._work(client)
            if values["state"] == "pending":
                break
            sent += values["state"] == "synced"
        return sent

    def _work(self, client):
        """Make one category's calls and write what came of them; return that."""
        with fresh_view(self.env) as env:
            values = self.with_env(env)._bring_to_hub(client)
        self._settle_alone(values)
        return values

    @api.model
    def _send_for(self, company, categories):
        """Send what the hub lacks of ``categories`` before the products that need it.

        :return: the categories that the next round finds on the hub, or goes on with
        """
        on_hub = Domain("company_id", "=", company.id) & Domain(
            "synced_at", "!=", False
        )
        known = self.search(on_hub & Domain("category_id", "in", categories.ids))
        missing = categories - known.category_id
        if not missing:
            return missing
        self._ensure(company, missing)
        if not self._send(company, missing):
            return missing.browse()
        with fresh_view(self.env) as env:
            rows = env[self._name]
            sent = rows.search(on_hub & Domain("category_id", "in", missing.ids))
            waiting = rows.search(self._sendable(company)).category_id
            below = waiting.search([("id", "child_of", waiting.ids)])
            coming = {*sent.category_id.ids, *below.ids}
        return missing.filtered(lambda category: category.id in coming)

    @api.model
    @own_transaction
    def _claim(self, company, categories):
        """Lease one category that may be sent now, in the language of who reads it."""
        lease_id = self.env["plug4market.lease"].sudo()._claimable()
        if not lease_id:
            return self.browse()
        domain = self._sendable(company)
        if categories is not None:
            domain &= Domain("category_id", "parent_of", categories.ids)
        row = self.search(domain, limit=1, order="id").try_lock_for_update()
        row.lease_id = lease_id
        lang = self.env.context.get("lang") or company._plug4market_lang()
        return row.with_context(lang=lang)
