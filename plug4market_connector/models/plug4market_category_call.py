from datetime import timedelta

from odoo import fields, models

from ..hub import (
    AlreadyExists,
    BudgetExhausted,
    CredentialsError,
    RejectedByHub,
    RetryPolicy,
)
from ..transaction import CONFLICTS, fall_out


class Plug4marketCategory(models.Model):
    """What is left to tell the hub of a category, and what came of it.

    A category that was renamed or moved cannot be changed by any call that is known:
    it says so, and what to do in the panel.
    """

    _inherit = "plug4market.category"

    _retry = RetryPolicy()

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
            return {**values, **self._failure(error)}
        return {**values, "state": "synced", "problem": False, "attempts": 0}

    def _create_on_hub(self, client, wanted):
        """Create the category; return name and parent that the hub has then.

        Whether a code that exists is refused, and in what words, is not known ("API
        notes" 13 #15): after any refusal the tree is read and the code looked for.
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

    def _failure(self, error):
        """The values of a category whose call failed: again by itself, or a person."""
        values = {"state": "error", "problem": self._explain(error)}
        if isinstance(error, BudgetExhausted):
            delay = error.retry_after
        elif isinstance(error, CredentialsError) or getattr(error, "retryable", False):
            values["attempts"] = self.attempts + 1
            delay = self._retry.delay(self.attempts + 1, error)
        else:
            return values
        next_attempt = fields.Datetime.now() + timedelta(seconds=delay)
        return {**values, "state": "pending", "next_attempt_at": next_attempt}

    def _explain(self, error):
        return self.env["plug4market.connection"]._explain(error)

    def _settle_alone(self, values):
        """Write what came of the calls; where that fails, why it does."""
        _done, failed = fall_out(self.env, self, lambda row: row._settle(values))
        for row, error in failed:
            row.write({"state": "error", "problem": row._explain(error)})

    def _settle(self, values):
        """Write what came of the calls; products follow a category that is new."""
        new = bool(values.get("sent_values")) and not self.synced_at
        if new:
            values = {**values, "synced_at": fields.Datetime.now()}
        self.write(values)
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
                ("lease_until", "!=", False),
            ]
        )
        published = rows.filtered("sent_sku")
        self.env["plug4market.sku.change"]._mark(published.product_id, "content")
        (rows - published)._mark_pending()
