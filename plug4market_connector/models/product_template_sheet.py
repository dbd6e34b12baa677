from operator import attrgetter
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import is_html_empty

from ..const import NCM_SOURCES, SHEET_FIELDS
from ..hub import MEASUREMENT_UNITS, hub_description
from ..refusals import refuse_negative

NCM_DIGITS = 8
SHOWN_PROBLEMS = 6

NUMBERS = (
    "plug4market_cross_docking_days",
    "plug4market_unit_multiplier",
    "plug4market_warranty",
)


class ProductTemplate(models.Model):
    """The technical sheet: what marketplaces ask of a product and Odoo does not."""

    _inherit = "product.template"

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
