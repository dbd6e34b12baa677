from dataclasses import dataclass, replace

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...hub import (
    MERCADO_LIVRE,
    AlreadyExists,
    Announcement,
    NotFoundInHub,
    Plug4MarketClient,
    ProductChannel,
)
from ...messages import explain
from ...refusals import refuse_negative, refuse_reversed
from ..catalogue.plug4market_sku_step import Step

# What a channel has to find on a product before it takes it: docs/hub-api.md 5.5
# (picture and category, from a reseller's manual) and 5.2 (brand: "marketplaces need
# it").
ANY_CHANNEL_NEEDS = ("image", "category", "brand")

# Channels that ask for more or other, by the hub's number of the channel.
CHANNEL_NEEDS = {
    # docs/hub-api.md 5.5: only Mercado Livre goes by the hub's own category.
    7: ("image", "hub_category", "brand"),
    # GS1 Brasil: Amazon and Carrefour take hardly any product without GTIN.
    1: (*ANY_CHANNEL_NEEDS, "ean"),
    8: (*ANY_CHANNEL_NEEDS, "ean"),
}

LISTING_TYPES = [("CLASSICO", "Clássico"), ("PREMIUM", "Premium")]

# What a person changes of an announcement, by the lane it travels on.
FOLLOWED = {
    "price": {"price", "sale_price", "sale_date_start", "sale_date_end"},
    "content": {"active", "seller_id", "listing_type"},
}


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
    """One SKU on one sales channel: if it is there, at what price, as what listing.

    A SKU without any announcement keeps the channels that were chosen in the hub's
    panel. One that is switched off stays here as long as the hub may have it.
    """

    _name = "plug4market.announcement"
    _inherit = ["plug4market.sealed.mixin"]
    _description = "Plug4Market Announcement"
    _rec_name = "channel_id"
    _order = "product_id, channel_id"

    sku_id = fields.Many2one(
        "plug4market.sku", required=True, ondelete="cascade", index=True
    )
    product_id = fields.Many2one(
        "product.product", required=True, ondelete="cascade", index=True
    )
    product_tmpl_id = fields.Many2one(
        related="product_id.product_tmpl_id", store=True, index=True
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        ondelete="cascade",
        index=True,
        default=lambda self: self.env.company,
    )
    channel_id = fields.Many2one(
        "plug4market.sales.channel", "Sales channel", required=True, index=True
    )
    channel_number = fields.Integer(related="channel_id.hub_id")
    active = fields.Boolean("On", default=True)
    price = fields.Float(
        digits="Product Price",
        help="Only for this channel. Empty: the product's price on marketplaces.",
    )
    sale_price = fields.Float(
        "Promotional price",
        digits="Product Price",
        help="Needs a start and an end, and must be below the price.",
    )
    sale_date_start = fields.Datetime("Promotion starts")
    sale_date_end = fields.Datetime("Promotion ends")
    seller_id = fields.Char(
        "Seller id",
        help="The Mercado Livre account. Empty: the one of the settings.",
    )
    listing_type = fields.Selection(
        LISTING_TYPES,
        help="How Mercado Livre lists it. Empty: as the settings say.",
    )
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("synced", "Published"),
            ("off", "Off"),
            ("error", "Problem"),
        ],
        default="waiting",
        required=True,
        readonly=True,
        copy=False,
    )
    problem = fields.Text(readonly=True, copy=False)
    sent_offer = fields.Json(
        copy=False,
        readonly=True,
        help="What the hub has of this channel; empty: it is not on it.",
    )
    announcement_id = fields.Char("Listing in the hub", readonly=True, copy=False)
    sent_listing = fields.Json(
        copy=False, readonly=True, help="What the hub has of the listing."
    )
    refused_listing = fields.Json(
        copy=False,
        readonly=True,
        help="What was wanted of the listing when the hub refused it.",
    )
    refusal = fields.Text(copy=False, readonly=True, help="Why, in words.")

    _sku_channel_uniq = models.UniqueIndex(
        "(sku_id, channel_id)", "This SKU has an announcement on this channel already."
    )

    @api.constrains("price", "sale_price")
    def _check_prices(self):
        refuse_negative(self, "price", "sale_price")

    @api.constrains("sale_date_start", "sale_date_end")
    def _check_promotion(self):
        refuse_reversed(self, "sale_date_start", "sale_date_end")

    @api.constrains("sku_id", "product_id", "company_id")
    def _check_sku(self):
        """Keep a person from writing into the SKU of another product or company."""
        for row in self:
            sku = row.sku_id.sudo()
            if (sku.product_id, sku.company_id) != (row.product_id, row.company_id):
                raise ValidationError(
                    self.env._(
                        "An announcement stays with its product and company. Make one "
                        "on the other product instead."
                    )
                )

    @api.depends("channel_id", "product_id")
    def _compute_display_name(self):
        for row in self:
            product, channel = row.product_id, row.channel_id
            row.display_name = f"{product.display_name} / {channel.display_name}"

    # -- CRUD -----------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Find the SKU of each product in its company; made where it is missing."""
        self._fill_in_skus(vals_list)
        rows = super().create(vals_list)
        rows._follow("content")
        return rows

    @api.model
    def _fill_in_skus(self, vals_list):
        Sku = self.env["plug4market.sku"]
        wanted = {}
        for vals in vals_list:
            if vals.get("sku_id"):
                row = Sku.browse(vals["sku_id"])
                vals["product_id"], vals["company_id"] = (
                    row.product_id.id,
                    row.company_id.id,
                )
            elif vals.get("product_id"):
                company_id = vals.setdefault("company_id", self.env.company.id)
                wanted.setdefault(company_id, set()).add(vals["product_id"])
        skus = {
            (company_id, row.product_id.id): row.id
            for company_id, products in wanted.items()
            for row in Sku._ensure(
                self.env["res.company"].browse(company_id),
                self.env["product.product"].browse(products),
            )
        }
        for vals in vals_list:
            if not vals.get("sku_id"):
                place = vals.get("company_id"), vals.get("product_id")
                vals["sku_id"] = skus.get(place)

    def write(self, vals):
        result = super().write(vals)
        for lane, names in FOLLOWED.items():
            if names & vals.keys():
                self._follow(lane)
        return result

    def _follow(self, lane):
        """Let the hub follow what a person changed here."""
        rows = self.sudo()
        leaving = rows.filtered(lambda row: not row.active and not row.sent_offer)
        leaving.write({"state": "off", "problem": False})
        (rows - leaving).write({"state": "waiting", "problem": False})
        self.env["plug4market.sku.change"]._mark(self.product_id, lane)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_on_the_hub(self):
        """Without its row the hub would keep the channel: it is switched off first."""
        if any(row.sent_offer or row.sent_listing for row in self):
            raise UserError(
                self.env._(
                    "Plug4Market still has these announcements. Switch them off; once "
                    "their state is Off they can be deleted."
                )
            )

    # -- words of Mercado Livre -----------------------------------------------

    def _account(self):
        """Seller id and listing type of a Mercado Livre row; empty texts if none."""
        self.ensure_one()
        company = self.company_id
        seller = self.seller_id or company.plug4market_seller_id
        kind = self.listing_type or company.plug4market_listing_type
        if self.channel_id.hub_id != MERCADO_LIVRE or not (seller and kind):
            return "", ""
        return seller, kind

    # -- the offer ------------------------------------------------------------
    # What the hub is told of a SKU's channels, and what keeps it from being told.

    # -- what is sent ---------------------------------------------------------

    def _prepare_channels(self, body):
        """The channels of one SKU, all of whose announcements these are.

        The array replaces the hub's whole set (docs/hub-api.md 5.3): None, which sends
        no key, leaves alone what was chosen in the panel.
        """
        on = self.filtered("active")
        offered = on.filtered(lambda row: row.sent_offer or not row._missing(body))
        if not self or (on and not offered and not any(self.mapped("sent_offer"))):
            return None
        return tuple(
            row._prepare_channel(body) for row in offered.sorted("channel_number")
        )

    def _prepare_channel(self, body):
        seller, kind = self._account()
        promoted = self.sale_price and not (
            self._explain_promotion(body) or self.sale_date_end < fields.Datetime.now()
        )
        channel = ProductChannel(
            id=self.channel_number,
            price=self.price or None,
            sale_price=self.sale_price if promoted else None,
            sale_date_start=self.sale_date_start or None,
            sale_date_end=self.sale_date_end or None,
            seller_id=seller,
            listing_type=kind,
        )
        return channel.after(self.sent_offer or {}, body.price)

    # -- what is missing ------------------------------------------------------

    def _missing(self, body):
        """What the channel needs and the product lacks; see ``CHANNEL_NEEDS``."""
        category = self.product_id.categ_id
        mapped = category.plug4market_mapping_ids.channel_id
        there = {
            "image": body.images or self.product_id._plug4market_has_image(),
            "brand": body.brand,
            "ean": body.ean,
            "category": body.category_id or body.custom_category,
            "hub_category": body.category_id
            or (body.custom_category and self.channel_id in mapped),
        }
        needs = CHANNEL_NEEDS.get(self.channel_number, ANY_CHANNEL_NEEDS)
        return [need for need in needs if not there[need]]

    def _explain(self, body):
        """What keeps this announcement from being as it is wanted; empty if nothing."""
        problems = [self._explain_refusal(body)]
        if self.active:
            problems += [self._explain_missing(body), self._explain_promotion(body)]
        return "\n".join(filter(None, problems))

    def _explain_refused_channel(self, body, offer):
        """Why the hub has ``offer`` of this channel and not what is wanted of it."""
        refusal = (self.sku_id.refused or {}).get("channels")
        wanted = [channel.to_json() for channel in body.sales_channels or ()]
        if not refusal or refusal["wanted"] != {"salesChannels": wanted}:
            return ""
        own = next((c for c in wanted if c["id"] == self.channel_number), None)
        return refusal["said"] if own != (offer or None) else ""

    def _explain_missing(self, body):
        missing = self._missing(body)
        if not missing:
            return ""
        words = self._needs_in_words()
        values = {
            "channel": self.channel_id.name,
            "missing": ", ".join(words[need] for need in missing),
        }
        if self.sent_offer:
            return self.env._(
                "It stays on %(channel)s, which may refuse it. The product lacks: "
                "%(missing)s.",
                **values,
            )
        return self.env._(
            "It is put on %(channel)s by itself once the product has: %(missing)s.",
            **values,
        )

    def _needs_in_words(self):
        category = self.product_id.categ_id
        if not category:
            category_word = hub_word = self.env._("a product category")
        else:
            category_word = self.env._(
                "the category %s on Plug4Market (see Configuration > Categories)",
                category.name,
            )
            hub_word = self.env._(
                "a Plug4Market category, to be filled in on the category %s",
                category.name,
            )
        return {
            "image": self.env._("a picture"),
            "brand": self.env._("a brand"),
            "ean": self.env._("an EAN (barcode)"),
            "category": category_word,
            "hub_category": hub_word,
        }

    def _explain_promotion(self, body):
        """Why the promotional price is not sent; empty if it is or there is none."""
        if not self.sale_price:
            return ""
        start, end = self.sale_date_start, self.sale_date_end
        if not (start and end and start < end):
            return self.env._(
                "The promotional price is not sent: it needs a start and a later end."
            )
        currency = self.company_id.currency_id
        if currency.compare_amounts(self.sale_price, self.price or body.price) >= 0:
            return self.env._(
                "The promotional price is not sent: it must be below the price."
            )
        return ""

    # -- what the hub has ------------------------------------------------------

    def _known_values(self, body, offer):
        """State and problem of this announcement where the hub has ``offer`` of it."""
        problem = self._explain(body) or self._explain_refused_channel(body, offer)
        if problem:
            state = "error"
        elif offer:
            state = "synced"
        else:
            state = "waiting" if self.active else "off"
        return {
            "sent_offer": offer or False,
            "state": state,
            "problem": problem or False,
        }

    # -- the listing ----------------------------------------------------------
    # The listing of an announcement on Mercado Livre: made, changed, removed.
    #
    # docs/hub-api.md 5.8. What was sent is kept, so that only what changed is sent.

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
        if self._is_listing_settled(wanted):
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

    def _is_listing_settled(self, wanted):
        """Whether the hub has what is wanted, or has refused just that."""
        json = wanted and wanted.to_json()
        return json == (self.sent_listing or None) or self._is_listing_refused(json)

    def _is_listing_refused(self, json):
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
        return self._prepare_listing_refused_values(
            step,
            self.env._(
                "Plug4Market does not say which of its listings this is: change or "
                "remove the listing in the Plug4Market panel."
            ),
        )

    def _listing_failed(self, step, error):
        """The values of this announcement after a refusal; None: it is tried again."""
        if self.sku_id._judge(error).again:
            return None
        if isinstance(error, AlreadyExists):
            # Whose words it has is not known: it is found, and then brought up to date.
            bare = replace(step.listing, description="", product_name="")
            return {"sent_listing": bare.to_json()}
        if isinstance(error, NotFoundInHub) and step.listing.announcement_id:
            return self._listing_gone()
        said = explain(self.env, error, again=False)
        return self._prepare_listing_refused_values(step, said)

    def _prepare_listing_refused_values(self, step, words):
        return {"refused_listing": {"wanted": step.wanted}, "refusal": words}

    def _explain_refusal(self, body):
        """Why the hub has another listing than what is wanted now, if it said so."""
        wanted = self._prepare_listing(body)
        refused = self._is_listing_refused(wanted and wanted.to_json())
        return self.refusal if refused else ""
