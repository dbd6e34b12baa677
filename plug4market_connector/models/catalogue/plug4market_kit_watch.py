from functools import wraps

from odoo import models


class Plug4marketKitWatch(models.AbstractModel):
    """Lets the stock of kits follow their recipe, where Manufacturing is installed.

    The addon works without it, so it cannot inherit these models: their methods are
    wrapped once the registry is complete, as Odoo's automation rules do.
    """

    _name = "plug4market.kit.watch"
    _description = "Plug4Market Kit Watch"

    def _register_hook(self):
        result = super()._register_hook()
        for name in ("mrp.bom", "mrp.bom.line"):
            if name in self.env:
                _watch(self.env.registry[name])
        return result


def _watch(model):
    """Mark the kits of records of ``model`` before and after they change."""
    if hasattr(model, "_plug4market_watched"):
        return
    model._plug4market_watched = True
    create, write, unlink = model.create, model.write, model.unlink

    @wraps(create)
    def marked_create(self, vals_list):
        records = create(self, vals_list)
        _mark_kits(records)
        return records

    @wraps(write)
    def marked_write(self, vals):
        _mark_kits(self)
        result = write(self, vals)
        _mark_kits(self)
        return result

    @wraps(unlink)
    def marked_unlink(self):
        _mark_kits(self)
        return unlink(self)

    model.create, model.write, model.unlink = marked_create, marked_write, marked_unlink


def _mark_kits(records):
    """Mark the kits of these, and what they are made of: quotations hold that too."""
    boms = records.sudo().with_context(active_test=False)
    boms = boms if boms._name == "mrp.bom" else boms.bom_id
    templates = boms.filtered(lambda bom: not bom.product_id).product_tmpl_id
    kits = (
        boms.product_id | templates.product_variant_ids | boms.bom_line_ids.product_id
    )
    products = kits.with_env(records.env)._plug4market_with_parts()
    records.env["plug4market.sku.change"]._mark(products, "stock")
