from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from odoo import fields, models
from odoo.fields import Command

from ...hub import (
    AlreadyExists,
    InOtherGroup,
    NotFoundInHub,
    Plug4MarketClient,
    ProductBody,
    RejectedByHub,
    layers_of,
)
from ...messages import explain


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One call that brings the hub nearer to what a SKU shall be there.

    ``done`` are the values of the SKU once the hub has accepted it; without a ``state``
    among them another step follows.
    """

    kind: str
    method: Callable[..., Any]
    arguments: tuple[Any, ...]
    done: dict[str, Any] = field(default_factory=dict)

    def call(self, client):
        """Make the call; nothing here touches the database."""
        return self.method(client, *self.arguments)


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateStep(Step):
    """A call that changes a product on the hub; ``changes`` are its layers."""

    changes: dict[str, dict[str, Any]]

    def most_urgent(self):
        """What is changed: sale (whether it is on sale), stock, price or content."""
        if "active" in self.changes.get("stock", {}):
            return "sale"
        return next(
            (what for what in ("stock", "price") if what in self.changes), "content"
        )


class Plug4marketSku(models.Model):
    """What is left to tell the hub of a SKU, one call at a time.

    What is wanted is compared with what the hub is known to have: ``sent_sku`` and
    ``sent_body``. An empty ``sent_body`` means that it is not known.

    The hub refuses a whole request for one bad title. What it refused is left out from
    then on, layer by layer, so that stock and the end of a sale always get there; it is
    tried again once it is another, or when a person presses Send.
    """

    _inherit = "plug4market.sku"

    refused = fields.Json(
        help="What of this SKU the hub refused, by layer: what was wanted, and the "
        "hub's words. Empty: nothing."
    )
    announcement_ids = fields.One2many("plug4market.announcement", "sku_id")

    def _prepare_bodies(self):
        """What the hub shall have of these SKUs, all of one company."""
        return self.product_id._plug4market_prepare_bodies(self)

    # -- the next call --------------------------------------------------------

    def _find_next_steps(self):
        """The next call of each of these SKUs, or the values of one that needs none."""
        bodies = self._prepare_bodies()
        found = []
        for row, body in bodies.items():
            step = row._next_step(body)
            found.append(
                (row, step, None if step else row._prepare_up_to_date_values(body))
            )
        return found

    def _next_step(self, body):
        """The next call for this SKU; None when the hub has all that can be sent."""
        self.ensure_one()
        renamed = self.sent_sku and self.sent_sku != body.sku
        passed_on = renamed and self._is_passed_on()
        if self.to_read and not passed_on:
            return self._read_step(body)
        if renamed and not passed_on:
            return self._retire_step()
        if self._explain_conflict():
            return None
        if self.sent_sku and not renamed:
            return self._update_step(body) or self._next_detail_step(body)
        return None if body.missing_fields() else self._create_step(body)

    def _find_differences(self):
        """What of these SKUs, all of one company, is not what the hub was sent.

        :return: the most urgent of sale (on or off), stock, price and content, by SKU
        """
        found = {}
        for row, step, values in self._find_next_steps():
            if isinstance(step, UpdateStep):
                found[row] = step.most_urgent()
            elif step or values["state"] != row.state:
                found[row] = "content"
        return found

    def _explain_conflict(self):
        """Why this SKU cannot be told from another product's; empty when it can.

        The product that alone is on the hub under it goes on: it must not be sold on
        because another claims its SKU.
        """
        twins = self.product_id.plug4market_twin_ids
        if twins and self.sent_sku == self.product_id.default_code:
            rows = self.sudo().search(
                [
                    ("company_id", "=", self.company_id.id),
                    ("product_id", "in", twins.ids),
                    ("sent_sku", "=", self.sent_sku),
                ],
                limit=1,
            )
            twins = rows.product_id
        return self.product_id._plug4market_explain_twins(twins)

    def _is_passed_on(self):
        """Whether another product is sold now under the SKU this one had.

        One that was never published in this store looks after nothing there.
        """
        sellers = self.product_id._plug4market_sellers([self.sent_sku])
        published = [
            ("company_id", "=", self.company_id.id),
            ("product_id", "in", (sellers - self.product_id).ids),
            ("state", "!=", "not_sent"),
        ]
        return bool(self.sudo().search_count(published, limit=1))

    def _next_detail_step(self, body):
        """The next call about what is no field of the product itself, or None.

        Its images come first, then the listings of its announcements.
        """
        steps = (row._next_listing_step(body) for row in self._announcements())
        return self._next_image_step(body) or next(filter(None, steps), None)

    def _retire_step(self):
        """Take a SKU off sale that was renamed here: nothing is deleted on the hub."""
        body = ProductBody(
            product_id=self._known_group(),
            sku=self.sent_sku,
            stock=0,
            active=False,
        )
        return Step(
            kind="retire",
            method=Plug4MarketClient.update_product,
            arguments=(self.sent_sku, body.to_json(partial=("stock", "active"))),
            done=self._prepare_forgotten_values(),
        )

    def _create_step(self, body):
        known = body.known_json()
        return Step(
            kind="create",
            method=Plug4MarketClient.create_product,
            arguments=(known,),
            done={
                **self._prepare_forgotten_values(),
                "sent_sku": body.sku,
                **self._prepare_body_sent_values(body, known),
            },
        )

    def _update_step(self, body):
        """What changed since the last call; all of it when that is not known.

        What was refused before, and is the same, is left out.
        """
        changes = {
            layer: part
            for layer, part in self._find_changes(body, self.sent_body or {}).items()
            if not self._is_refused(layer, part)
        }
        if not changes:
            return None
        sent = {
            name: value for part in changes.values() for name, value in part.items()
        }
        known = body.known_after(self.sent_body or {}, sent)
        return UpdateStep(
            kind="update",
            method=Plug4MarketClient.update_product,
            arguments=(body.sku, {"productId": known["productId"], **sent}),
            changes=changes,
            done=self._prepare_changes_sent_values(body, known, changes),
        )

    def _find_changes(self, body, known):
        """The layers of what the hub lacks of ``body`` where it has ``known``.

        The group goes with every call: it is no change where it is not known.
        """
        changed = body.changes_since(known)
        if "productId" not in known:
            changed.pop("productId", None)
        return layers_of(changed)

    def _is_refused(self, layer, wanted):
        """Whether the hub has refused just that."""
        return (self.refused or {}).get(layer, {}).get("wanted") == wanted

    def _find_refusals(self, body, known):
        """What the hub refused of ``body`` and still lacks where it has ``known``.

        Its images beside that, where they are sent as files.
        """
        lacking = self._find_changes(body, known)
        refusals = {
            layer: refusal
            for layer, refusal in (self.refused or {}).items()
            if refusal["wanted"] == lacking.get(layer)
        }
        wanted = self.product_id.plug4market_image_sums or []
        left = not body.images and wanted != (self.sent_images or [])
        if left and self._is_refused("images", wanted):
            refusals["images"] = self.refused["images"]
        return refusals

    def _prepare_changes_sent_values(self, body, known, changes):
        """The values of a SKU of which the hub took ``changes``.

        Once it takes what it refused before, the rest may have been refused for that
        alone: it is tried once more.
        """
        values = self._prepare_body_sent_values(body, known)
        if "images" in changes.get("content", {}):
            # The addresses replace all images, those sent as files too.
            values.update(self._prepare_no_images_values())
            if not body.images and self.product_id.plug4market_image_sums:
                values["state"] = "pending"
        cured = changes.keys() & (self.refused or {}).keys()
        if cured and self._find_refusals(body, known):
            return {**values, "refused": False, "state": "pending"}
        return values

    def _prepare_body_sent_values(self, body, known):
        """The values of a SKU whose body the hub has; up to date if that was all."""
        values = {"sent_body": known, "synced_at": fields.Datetime.now()}
        if self._next_detail_step(body) is None:
            values.update(self._prepare_up_to_date_values(body, known))
        return {**values, **self._prepare_channels_sent_values(body, known)}

    def _prepare_forgotten_values(self):
        """The values of a SKU that is not on the hub, as far as is known."""
        return {
            "sent_sku": False,
            "sent_body": False,
            "refused": False,
            "to_read": False,
            "hub_group": False,
            **self._prepare_no_images_values(),
            **self._prepare_channels_gone_values(),
        }

    # -- what came of it ------------------------------------------------------

    def _prepare_settled_values(self, body, known=None):
        """The values of a SKU for which there is no call left, but of its channels.

        :param known: what the hub has of it; by default what it was known to have
        """
        refusals = self._find_refusals(body, known or self.sent_body or {})
        problem = (
            self._explain_conflict()
            or self.product_id._plug4market_explain_missing(body.missing_fields())
            or "\n".join(dict.fromkeys(part["said"] for part in refusals.values()))
            or self._explain_image_left_out(body)
        )
        if problem:
            return {"state": "error", "error": problem, "refused": refusals or False}
        return {
            "state": "synced",
            "error": False,
            "refused": False,
            **self._prepare_no_failure_values(),
        }

    def _prepare_step_values(self, step, outcome):
        """The values of this SKU after a call; it stays waiting for its next one."""
        if outcome.error is None:
            values = {
                "state": "pending",
                "error": False,
                **self._prepare_no_failure_values(),
                **step.done,
            }
            if step.kind == "read":
                values.update(self._prepare_read_values(step, outcome.answer))
            if step.kind == "listing":
                told = step.record._listing_answered(step, outcome.answer)
                values["announcement_ids"] = [Command.update(step.record.id, told)]
            return values
        if not outcome.made:
            return self._prepare_failure_values(outcome.error, made=False)
        refused = {
            "create": self._create_refused,
            "update": self._update_refused,
            "retire": self._retire_refused,
            "read": self._read_refused,
            "image": self._image_refused,
            "listing": self._listing_refused,
        }
        values = refused[step.kind](step, outcome.error)
        return values or self._prepare_failure_values(outcome.error)

    def _create_refused(self, step, error):
        if isinstance(error, AlreadyExists):
            return self._prepare_found_values(step.done["sent_sku"], error)
        return None

    def _update_refused(self, step, error):
        """A SKU that somebody deleted on the hub is made again, once."""
        if isinstance(error, InOtherGroup):
            return self._prepare_regrouped_values(step, error)
        if isinstance(error, RejectedByHub):
            return self._leave_out(step.changes, error)
        if not isinstance(error, NotFoundInHub):
            return None
        if self.sent_body or not self.error:
            return {"state": "pending", **self._prepare_forgotten_values()}
        # It was another thing that exists (an EAN?): the refusal's own words help.
        return {
            "state": "error",
            "error": self.error,
            **self._prepare_forgotten_values(),
        }

    def _leave_out(self, changes, error):
        """Let the least urgent layer of refused ``changes`` be left out from now on.

        None when that is the stock: whatever was refused of it, it is never given up.
        """
        layer = next(iter(changes))
        if layer == "stock":
            return None
        left = self.env._("Until it is corrected, the rest is sent without it.")
        return self._prepare_refused_values(
            layer, changes[layer], f"{explain(self.env, error)} {left}"
        )

    def _prepare_refused_values(self, layer, wanted, said):
        """The values of a SKU that goes on without what the hub refused of it."""
        refusal = {"wanted": wanted, "said": said}
        return {
            "state": "pending",
            "error": said,
            "refused": {**(self.refused or {}), layer: refusal},
        }

    def _retire_refused(self, step, error):
        if isinstance(error, InOtherGroup):
            return self._prepare_regrouped_values(step, error)
        if isinstance(error, NotFoundInHub):
            return {"state": "pending", **step.done}
        return None

    def _listing_refused(self, step, error):
        """A listing that the hub refuses stops neither the product nor the others."""
        told = step.record._listing_failed(step, error)
        return told and {
            "state": "pending",
            "announcement_ids": [Command.update(step.record.id, told)],
        }

    # -- failures -------------------------------------------------------------

    def _prepare_failure_values(self, error, *, made=True):
        """The values of a SKU whose call failed: again by itself, or by a person.

        :param made: False when the store was stopped before the call
        """
        verdict = self._judge(error, made=made)
        said = explain(self.env, error, again=verdict.again)
        if not verdict.again:
            return {"state": "error", "error": said}
        return {
            "state": "pending",
            # What is wrong with this SKU says more than what is wrong with the store.
            "error": said if made else self.error or said,
            **self._prepare_failed_values(verdict, made=made),
        }

    # -- the sales channels ---------------------------------------------------
    # The sales channels of a SKU, and what the hub is known to have of them.

    def _announcements(self):
        """All announcements of these SKUs, those that are off as well."""
        return self.with_context(active_test=False).announcement_ids

    # -- what the hub has -----------------------------------------------------

    def _prepare_channels_sent_values(self, body, known):
        """The values of a SKU whose channels the hub has."""
        if known.get("salesChannels") == body.known_json().get("salesChannels"):
            channels = body.sales_channels or ()
            sent = {channel.id: channel.to_json() for channel in channels}
        else:
            sent = self._sent_offers()
        return self._prepare_announcement_values(body, sent)

    def _prepare_up_to_date_values(self, body, known=None):
        """The values of a SKU for which there is no call left to make."""
        return {
            **self._prepare_settled_values(body, known),
            **self._prepare_announcement_values(body, self._sent_offers()),
        }

    def _sent_offers(self):
        return {row.channel_number: row.sent_offer for row in self._announcements()}

    def _prepare_channels_gone_values(self):
        """The values of a SKU that is on none of its channels."""
        gone = {"sent_offer": False, "state": "waiting"}
        return self._prepare_changed_announcements_values(
            {row: {**gone, **row._listing_gone()} for row in self._announcements()}
        )

    def _prepare_announcement_values(self, body, sent):
        """What is known of the announcements where the hub has ``sent``, by channel."""
        return self._prepare_changed_announcements_values(
            {
                row: row._known_values(body, sent.get(row.channel_number))
                for row in self._announcements()
            }
        )

    def _prepare_changed_announcements_values(self, values):
        """The values of this SKU that write ``values`` of its announcements."""
        commands = [
            Command.update(row.id, row_values)
            for row, row_values in values.items()
            if any((row[name] or False) != v for name, v in row_values.items())
        ]
        return {"announcement_ids": commands} if commands else {}
