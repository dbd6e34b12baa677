from dataclasses import dataclass

from odoo import api, fields, models

from ...hub import (
    FoundProduct,
    NotFoundInHub,
    Plug4MarketClient,
    ProductBody,
)
from ...messages import explain
from .plug4market_sku_step import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadStep(Step):
    """A call that reads a SKU which shall be as ``body`` says."""

    body: ProductBody


class Plug4marketSku(models.Model):
    """SKUs of which the hub has more than is known here: each is read, once.

    Then what differs is sent. It comes to this when the hub refuses to make a SKU that
    it has, or to change one that it has in another group (docs/hub-api.md 5.4), and
    when nobody knows whether an image arrived.
    """

    _inherit = "plug4market.sku"

    to_read = fields.Selection(
        [
            ("found", "The hub had it before"),
            ("others", "It was another product's"),
            ("group", "The hub has it in another group"),
            ("image", "An image may have arrived"),
        ],
        "To be read",
        help="Why the hub is asked what it has, before anything else is sent.",
    )
    hub_group = fields.Char(
        "Group in the hub",
        help="What the hub has it under where that is not the product's group code; "
        "while it is asked for, the code that it refused.",
    )

    # -- what makes it necessary ----------------------------------------------

    def _prepare_found_values(self, sku, error):
        """The values of a SKU that was not made because the hub has it."""
        return {
            **self._prepare_forgotten_values(),
            "state": "pending",
            "sent_sku": sku,
            "to_read": "others" if self._is_others(sku) else "found",
            # Its own words are kept: if the hub does not have it, they say why.
            "error": explain(self.env, error),
        }

    def _is_others(self, sku):
        """Whether ``sku`` was another product's, as far as is known here."""
        if self.sent_sku or self.synced_at:
            return True  # this product was on the hub, under another SKU
        own = [("company_id", "=", self.company_id.id), ("id", "!=", self.id)]
        return bool(self.search_count([*own, ("sent_sku", "=", sku)], limit=1))

    def _take_over_sku(self, sku):
        """Let products that are not sold any more give up ``sku``, which is taken.

        What was still told of them would be told of the product that has it now.
        """
        if not sku or not self:
            return
        others = self.search(
            [
                ("company_id", "in", self.company_id.ids),
                ("sent_sku", "=", sku),
                ("id", "not in", self.ids),
            ]
        )
        offered = others and others.product_id._plug4market_offered()
        for row in others:
            if row.product_id.default_code == sku and row.product_id not in offered:
                gone = {**row._prepare_forgotten_values(), "error": False}
                row.write({**gone, "state": "not_sent"})

    def _prepare_regrouped_values(self, step, error):
        """The values of a SKU that the hub has in another group than was said."""
        _sku, sent = step.arguments
        return {
            "state": "pending",
            "to_read": "group",
            "hub_group": sent["productId"],
            "error": explain(self.env, error),
        }

    @api.model
    def _leave_hub_group(self, templates):
        """Ask the hub for the group that was chosen for ``templates`` just now."""
        rows = self.search(
            [
                ("product_id.product_tmpl_id", "in", templates.ids),
                ("hub_group", "!=", False),
            ]
        )
        rows.hub_group = False

    # -- the call -------------------------------------------------------------

    def _read_step(self, body):
        return ReadStep(
            kind="read",
            method=Plug4MarketClient.get_product,
            arguments=(self.sent_sku,),
            body=body,
        )

    def _known_group(self):
        """The group under which the hub has this SKU, as far as is known."""
        known = self.hub_group or (self.sent_body or {}).get("productId")
        return known or self.product_id._plug4market_group_code()

    def _prepare_read_values(self, step, answer):
        """The values of this SKU once the hub has said what it has of it."""
        found = FoundProduct.from_json(answer)
        told = {
            "found": self._prepare_adopted_values,
            "others": self._prepare_adopted_values,
            "group": self._prepare_group_values,
            "image": self._prepare_images_values,
        }
        return {"to_read": False, **told[self.to_read](step.body, found)}

    def _prepare_adopted_values(self, body, found):
        """Begin with what the hub has; nothing of another product is to stay."""
        others = self.to_read == "others"
        known = found.known_json(body, others=others)
        has_images = found.images != 0
        own_files = self.product_id.plug4market_image_sums
        if has_images and (body.images or (others and not own_files)):
            known["images"] = list(found.body.images or [""])
        adopt = self.env["plug4market.announcement"]._prepare_adopted_commands
        return {
            "sent_body": known,
            "panel_images": has_images and "images" not in known,
            "hub_group": not others and self._find_hub_group(found),
            "announcement_ids": adopt(self, body, found, others=others),
        }

    def _find_hub_group(self, found):
        """The hub's group for a SKU of a product whose group code nobody chose."""
        return not self._has_chosen_group() and found.body.product_id

    def _has_chosen_group(self):
        """Whether a person chose the product's group code."""
        template = self.product_id.product_tmpl_id
        return template.plug4market_group_code not in (False, str(template.id))

    def _explain_hub_group(self):
        """That the hub did not take the group code a person chose; empty if it did."""
        if not self.hub_group or self.to_read or not self._has_chosen_group():
            return ""
        return self.env._(
            "Plug4Market keeps it in the group %(kept)s and refused the group code "
            "%(code)s. Move it in the Plug4Market panel, or write that group here.",
            kept=self.hub_group,
            code=self.product_id._plug4market_group_code(),
        )

    def _prepare_group_values(self, _body, found):
        """Go on in the hub's group; a person looks where that is the refused one."""
        group = found.body.product_id
        if group in ("", self.hub_group):
            return {"state": "error", "error": self.error, "hub_group": False}
        known = self.sent_body
        return {
            "hub_group": group,
            "sent_body": known and {**known, "productId": group},
        }

    # -- the hub does not say it ----------------------------------------------

    def _read_refused(self, step, error):
        """Go on without knowing; None while it is asked again."""
        if isinstance(error, NotFoundInHub):
            return self._prepare_not_there_values()
        if self._judge(error).again:
            return None
        if self.to_read == "group":
            return {"state": "error", "error": self.error, "to_read": False}
        values = {"state": "pending", "to_read": False, "panel_images": True}
        if self.to_read == "image":
            return values
        adopt = self.env["plug4market.announcement"]._prepare_adopted_commands
        unknown = FoundProduct.from_json({})
        commands = adopt(self, step.body, unknown, others=self.to_read == "others")
        return {**values, "error": self.error, "announcement_ids": commands}

    def _prepare_not_there_values(self):
        """The values of a SKU that the hub does not have after all.

        Was it refused because something exists, then that is another thing (an EAN?):
        the refusal's own words help.
        """
        found = self.to_read in ("found", "others")
        return {
            "state": "error" if found else "pending",
            "error": found and self.error,
            **self._prepare_forgotten_values(),
        }
