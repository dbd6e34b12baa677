from dataclasses import dataclass, replace

from odoo import models
from odoo.fields import Command

from ..hub import (
    AlreadyExists,
    Announcement,
    CredentialsError,
    NotFoundInHub,
    Plug4MarketClient,
)
from .plug4market_sku_step import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingStep(Step):
    """A call about the ``listing`` of one announcement, the ``record``.

    ``wanted`` is the JSON of the listing it shall have, None for none; ``values`` are
    the announcement's once the hub has accepted the call.
    """

    record: models.BaseModel
    listing: Announcement
    wanted: dict | None
    values: dict


class Plug4marketAnnouncement(models.Model):
    """The listing of an announcement on Mercado Livre: made, changed, removed.

    "API notes" 5.8. What was sent is kept, so that only what changed is sent.
    """

    _inherit = "plug4market.announcement"

    def _prepare_listing(self, body):
        """The listing the hub shall have of this announcement; None for none."""
        seller, kind = self._account()
        offered = [channel.id for channel in body.sales_channels or ()]
        if not seller or self.channel_number not in offered:
            return None
        return Announcement(
            sku=body.sku,
            seller_id=seller,
            listing_type=kind,
            description=body.description,
            product_name=body.name,
        )

    def _next_listing_step(self, body):
        """The next call for this listing; None when there is none to make."""
        wanted = self._prepare_listing(body)
        if self._listing_is_settled(wanted):
            return None
        method, arguments, listing, values = self._next_listing_call(body, wanted)
        return ListingStep(
            kind="listing",
            method=method,
            arguments=arguments,
            record=self,
            listing=listing,
            wanted=wanted and wanted.to_json(),
            values={**values, "refused_listing": False, "refusal": False},
        )

    def _listing_is_settled(self, wanted):
        """Whether the hub has what is wanted, or has refused just that."""
        json = wanted and wanted.to_json()
        return json == (self.sent_listing or None) or self._listing_is_refused(json)

    def _listing_is_refused(self, json):
        refused = self.refused_listing
        return bool(refused) and refused["wanted"] == json

    def _next_listing_call(self, body, wanted):
        """The method, its arguments, the listing it is about, and what is known then.

        An id that the answer to creating it did not hold is looked for when it is
        needed. A listing cannot move to another account: removed here, made there.
        """
        channel = self.channel_number
        sending = {"sent_listing": wanted and wanted.to_json()}
        if not self.sent_listing:
            create = Plug4MarketClient.create_announcements
            return create, (channel, [wanted]), wanted, sending
        sent = Announcement.from_json(self.sent_listing)
        if not self.announcement_id:
            return Plug4MarketClient.get_product, (body.sku,), sent, {}
        if wanted and wanted.seller_id == sent.seller_id:
            named = replace(wanted, announcement_id=self.announcement_id)
            change = Plug4MarketClient.update_announcement
            return change, (body.sku, channel, named), named, sending
        named = Announcement(
            sku=sent.sku,
            seller_id=sent.seller_id,
            listing_type=sent.listing_type,
            announcement_id=self.announcement_id,
        )
        remove = Plug4MarketClient.delete_announcement
        return remove, (body.sku, channel, named), named, self._listing_gone()

    def _listing_gone(self):
        return {"sent_listing": False, "announcement_id": False}

    # -- what came of it ------------------------------------------------------

    def _listing_answered(self, step, answer):
        """The values of this announcement once the hub accepted a call."""
        if step.method == Plug4MarketClient.delete_announcement:
            return step.values
        found = step.listing.find_id(answer)
        if found:
            return {**step.values, "announcement_id": found}
        if step.method != Plug4MarketClient.get_product:
            return step.values
        return self._listing_refused_values(
            step,
            self.env._(
                "Plug4Market does not say which of its listings this is: change or "
                "remove the listing in the Plug4Market panel."
            ),
        )

    def _listing_failed(self, step, error):
        """The values of this announcement after a refusal; None: it is tried again."""
        if isinstance(error, CredentialsError) or getattr(error, "retryable", False):
            return None
        if isinstance(error, AlreadyExists):
            # Whose words it has is not known: it is found, and then brought up to date.
            bare = replace(step.listing, description="", product_name="")
            return {"sent_listing": bare.to_json()}
        if isinstance(error, NotFoundInHub) and step.listing.announcement_id:
            return self._listing_gone()
        said = self.env["plug4market.connection"]._explain(error)
        return self._listing_refused_values(step, said)

    def _listing_refused_values(self, step, words):
        return {"refused_listing": {"wanted": step.wanted}, "refusal": words}

    def _explain_refusal(self, body):
        """Why the hub has another listing than what is wanted now, if it said so."""
        wanted = self._prepare_listing(body)
        refused = self._listing_is_refused(wanted and wanted.to_json())
        return self.refusal if refused else ""


class Plug4marketSku(models.Model):
    """The listings of a SKU are calls of their own, after the product's."""

    _inherit = "plug4market.sku"

    def _next_detail_step(self, body):
        return super()._next_detail_step(body) or next(
            filter(
                None,
                (row._next_listing_step(body) for row in self._announcements()),
            ),
            None,
        )

    def _step_values(self, step, outcome):
        values = super()._step_values(step, outcome)
        if step.kind == "listing" and outcome.error is None:
            told = step.record._listing_answered(step, outcome.answer)
            values["announcement_ids"] = [Command.update(step.record.id, told)]
        return values

    def _listing_refused(self, step, error):
        """A listing that the hub refuses stops neither the product nor the others."""
        told = step.record._listing_failed(step, error)
        return told and {
            "state": "pending",
            "announcement_ids": [Command.update(step.record.id, told)],
        }
