from operator import attrgetter
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import is_html_empty

from ...hub import MEASUREMENT_UNITS, hub_description
from ...refusals import refuse_negative

# Fields of the technical sheet (docs/hub-api.md 5.2): each is ``plug4market_<name>`` on
# the template and ``<name>`` in the body.
SHEET_FIELDS = (
    *("brand", "model", "origin", "gender", "condition", "warranty"),
    *("ncm", "cest", "ex_tipi", "fci", "csosn"),
    *("manufacturer_part_number", "anatel_code", "anvisa_code"),
    *("inmetro_code", "mapa_code"),
    *("cross_docking_days", "measurement_unit", "unit_multiplier"),
)

# Where other addons keep a product's NCM: OCA's l10n_br_fiscal, Odoo Enterprise.
NCM_SOURCES = ("ncm_id.code", "l10n_br_ncm_code_id.code")

# What a template tells the hub of its SKUs, by the lane a change travels on.
FOLLOWED = {
    "stock": {
        *("active", "is_storable", "plug4market_enabled", "type", "uom_id"),
        # Where product_expiry is installed.
        "use_expiration_date",
    },
    "price": {"list_price"},
    "content": {
        "categ_id",
        "name",
        "description_sale",
        "image_1920",
        "plug4market_description",
        "plug4market_group_code",
        "plug4market_group_name",
        "plug4market_image_urls",
        "plug4market_video_urls",
        *(f"plug4market_{name}" for name in SHEET_FIELDS),
    },
}

NCM_DIGITS = 8
SHOWN_PROBLEMS = 6

NUMBERS = (
    "plug4market_cross_docking_days",
    "plug4market_unit_multiplier",
    "plug4market_warranty",
)


class ProductTemplate(models.Model):
    _name = "product.template"
    _inherit = ["product.template", "plug4market.followed.mixin"]

    _plug4market_followed = FOLLOWED

    plug4market_enabled = fields.Boolean(
        "Sell on marketplaces",
        help="Publish this product in Plug4Market and keep it up to date.",
    )
    plug4market_group_code = fields.Char(
        "Group code",
        compute="_compute_plug4market_group_code",
        store=True,
        readonly=False,
        copy=False,
        help="Variants with the same code are one product in Plug4Market (productId).",
    )
    plug4market_group_name = fields.Char(
        "Group name",
        copy=False,
        help="What the products with the same group code are called together. "
        "Empty: the product's own name.",
    )

    plug4market_brand = fields.Char("Brand")
    plug4market_model = fields.Char("Model")
    plug4market_origin = fields.Selection(
        [("nacional", "Made in Brazil"), ("importado", "Imported")], "Origin"
    )
    plug4market_gender = fields.Selection(
        [
            ("masculino", "Men"),
            ("feminino", "Women"),
            ("menino", "Boys"),
            ("menina", "Girls"),
            ("unissex", "Unisex"),
            ("bebe", "Babies"),
        ],
        "Gender",
    )
    plug4market_condition = fields.Selection(
        [("novo", "New"), ("usado", "Used")], "Condition"
    )
    plug4market_warranty = fields.Float("Warranty (months)", digits=(6, 1))
    plug4market_ncm = fields.Char(
        "NCM", help="Empty: the NCM of the product's fiscal data, where there is one."
    )
    plug4market_cest = fields.Char("CEST")
    plug4market_ex_tipi = fields.Char("EX TIPI")
    plug4market_fci = fields.Char("FCI")
    plug4market_csosn = fields.Char("CSOSN")
    plug4market_manufacturer_part_number = fields.Char("Manufacturer part number")
    plug4market_anatel_code = fields.Char("Anatel code")
    plug4market_anvisa_code = fields.Char("Anvisa code")
    plug4market_inmetro_code = fields.Char("Inmetro code")
    plug4market_mapa_code = fields.Char("MAPA code")
    plug4market_cross_docking_days = fields.Integer(
        "Days to dispatch", help="Days between the sale and the dispatch."
    )
    plug4market_measurement_unit = fields.Selection(
        [(unit, unit) for unit in MEASUREMENT_UNITS], "Measurement unit"
    )
    plug4market_unit_multiplier = fields.Float(
        "Unit multiplier",
        digits=(12, 4),
        help="How many of the measurement unit one package holds: 0.5 for 500 g in kg.",
    )
    plug4market_description = fields.Html(
        "Description on marketplaces",
        translate=True,
        help="Empty: the description for customers, and without one the name.",
    )
    plug4market_image_urls = fields.Text(
        "Image addresses",
        help="One address a line. They follow the product's own images when these can "
        "be reached from outside, else they are sent instead of them.",
    )
    plug4market_video_urls = fields.Text("Video addresses", help="One address a line.")
    plug4market_metafield_ids = fields.One2many(
        "plug4market.metafield", "product_tmpl_id", "Technical sheet", copy=True
    )

    plug4market_problems = fields.Text(compute="_compute_plug4market_problems")

    @api.depends("create_date")
    def _compute_plug4market_group_code(self):
        for template in self:
            if not template.plug4market_group_code and template._origin.id:
                template.plug4market_group_code = str(template._origin.id)

    def write(self, vals):
        result = super().write(vals)
        if "plug4market_group_code" in vals:
            self.env["plug4market.sku"].sudo()._leave_hub_group(self)
        if {"active", "plug4market_enabled"} & vals.keys():
            variants = self._plug4market_all_variants()
            variants._plug4market_claims_changed(variants._plug4market_claims())
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_on_marketplaces(self):
        """Odoo deletes archived variants with their template, past their own rules."""
        self._plug4market_all_variants()._plug4market_refuse_unlink()

    def _plug4market_followed_products(self):
        return self._plug4market_all_variants()

    def _plug4market_all_variants(self):
        """The variants, archived ones too: those have to be taken off sale."""
        return self.with_context(active_test=False).product_variant_ids

    def _plug4market_variants_to_send(self):
        """The variants on sale, and those that are on the hub though archived."""
        return self._plug4market_all_variants().filtered(
            lambda variant: variant.active or variant.plug4market_synced_at
        )

    def action_plug4market_sync(self):
        """Send every variant of these products to Plug4Market now."""
        return self._plug4market_variants_to_send().action_plug4market_sync()

    def action_plug4market_preview(self):
        """Show what Send would tell Plug4Market of these products."""
        return self._plug4market_variants_to_send().action_plug4market_preview()

    def action_plug4market_explain_stock(self):
        """Show how the stock came about that marketplaces see of the only variant."""
        variants = self.product_variant_ids or self._plug4market_all_variants()
        return variants[:1].action_plug4market_explain_stock()

    # -- the technical sheet --------------------------------------------------
    # The technical sheet: what marketplaces ask of a product and Odoo does not.

    @api.depends(
        "product_variant_ids.plug4market_error",
        "product_variant_ids.plug4market_missing",
        "product_variant_ids.plug4market_warnings",
    )
    @api.depends_context("company", "lang")
    def _compute_plug4market_problems(self):
        """What is missing or looks wrong, of the first SKUs that have a problem."""
        for template in self:
            found = []
            for variant in template.product_variant_ids:
                missing = variant.plug4market_missing
                texts = (
                    variant.plug4market_error,
                    missing
                    and self.env._("Fill in before it can be sent: %s.", missing),
                    variant.plug4market_warnings,
                )
                # A SKU that was tried says the same as its error.
                for text in dict.fromkeys(filter(None, texts)):
                    found.append(f"{variant.display_name}: {text}")
            template.plug4market_problems = "\n".join(found[:SHOWN_PROBLEMS])

    @api.constrains(*NUMBERS)
    def _check_plug4market_numbers(self):
        refuse_negative(self, *NUMBERS)

    @api.constrains("plug4market_image_urls", "plug4market_video_urls")
    def _check_plug4market_urls(self):
        for template in self:
            for name in ("plug4market_image_urls", "plug4market_video_urls"):
                for line in template._plug4market_lines(name):
                    if not _is_url(line):
                        raise ValidationError(
                            self.env._(
                                "%(field)s: %(line)s is no address. Write one a line, "
                                "each with https:// in front and without spaces.",
                                field=self._fields[name]._description_string(self.env),
                                line=line,
                            )
                        )

    # -- what the hub is told -------------------------------------------------

    def _plug4market_lines(self, name):
        """The lines of a text, as a tuple without the empty ones."""
        lines = (self[name] or "").splitlines()
        return tuple(line.strip() for line in lines if line.strip())

    def _plug4market_sheet_values(self):
        """The sheet's fields of a ``ProductBody``; what is empty is not sent."""
        values = {name: self._plug4market_sheet_value(name) for name in SHEET_FIELDS}
        return {**values, "ncm": self._plug4market_find_ncm()}

    def _plug4market_sheet_value(self, name):
        """None where it is empty, or a number below zero from before it was refused."""
        value = self[f"plug4market_{name}"] or None
        return None if f"plug4market_{name}" in NUMBERS and (value or 0) < 0 else value

    def _plug4market_find_ncm(self):
        """The NCM, dotted as the hub writes it (9405.11.90), or what was typed."""
        ncm = self.plug4market_ncm or next(
            (
                found
                for source in NCM_SOURCES
                if source.partition(".")[0] in self._fields
                and (found := attrgetter(source)(self.sudo()))
            ),
            "",
        )
        digits = "".join(filter(str.isdigit, ncm))
        if len(digits) == NCM_DIGITS:
            return f"{digits[:4]}.{digits[4:6]}.{digits[6:]}"
        return ncm.strip()

    def _plug4market_hub_description(self):
        """The description of its own, the one for customers, or the name."""
        own = self.plug4market_description
        if not is_html_empty(own):
            return hub_description(own)
        return hub_description(self.description_sale or self.name)


def _is_url(text):
    """Whether ``text`` is an address that a marketplace can load."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return (
        parts.scheme in ("http", "https")
        and bool(parts.hostname)
        and not any(character.isspace() for character in text)
    )
