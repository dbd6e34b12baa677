from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...hub import ProductBody
from ...messages import explain
from ...transaction import CONFLICTS, own_transaction

# Products of one short transaction that looks for what the hub lacks.
MISSING_AT_ONCE = 200


class Plug4marketComparison(models.Model):
    """Puts what the hub has beside what Odoo would send, many SKUs at a time."""

    _inherit = "plug4market.comparison"

    # -- what the hub has -----------------------------------------------------

    def _list_found(self, bodies, asked_at):
        """Write a line for each of the hub's SKUs, ``{sku: ProductBody}``."""
        matches = self._match_products(list(bodies))
        # What the hub sells is compared as if it were for sale here: who connects a
        # store has said nothing of that in Odoo yet.
        sold = [
            found[0].id
            for sku, found in matches.items()
            if bodies[sku].active is not False
        ]
        products = self.env["product.product"].union(
            *(found[0] for found in matches.values())
        )
        offers = self._prepare_offers(products, assumed=sold)
        self.env["plug4market.comparison.line"].create(
            [
                {
                    "read_at": asked_at,
                    **self._prepare_line(sku, matches.get(sku), offers, body),
                }
                for sku, body in bodies.items()
            ]
        )

    def _match_products(self, skus):
        """The company's products that have each SKU, or were sent under it.

        What is archived counts where nothing else has the SKU.

        :return: ``{sku: products}``, without the SKUs that Odoo does not know
        """
        every = self.env["product.product"].with_context(active_test=False)
        found = every.search(
            self._company_domain() & Domain("default_code", "in", skus),
            order="active DESC, id",
        ).with_env(self.env)
        matches = {
            sku: products.filtered("active") or products
            for sku, products in found.grouped("default_code").items()
        }
        renamed = self.env["plug4market.sku"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("sent_sku", "in", [sku for sku in skus if sku not in matches]),
            ]
        )
        return {**matches, **{row.sent_sku: row.product_id for row in renamed}}

    def _company_domain(self):
        return Domain("company_id", "in", [False, self.company_id.id])

    # -- what Odoo would send -------------------------------------------------

    def _prepare_offers(self, products, assumed=()):
        """What Odoo would send of each product, or why that cannot be said.

        :param assumed: ids of products that count as sold on marketplaces
        :return: ``{product id: (its plug4market.sku, ProductBody or a sentence)}``
        """
        rows = self.env["plug4market.sku"]._ensure(self.company_id, products)
        rows = rows.with_env(self.env).with_context(
            plug4market_assumed_ids=tuple(assumed)
        )
        return {
            row.product_id.id: (row, offer)
            for row, offer in self._prepare_bodies_of(rows).items()
        }

    def _prepare_bodies_of(self, rows):
        """The body of each row; one bad product stops no other."""
        try:
            return rows._prepare_bodies() if rows else {}
        except CONFLICTS:
            raise
        except Exception as error:  # noqa: BLE001
            if len(rows) == 1:
                return {rows: explain(self.env, error)}
            return {
                row: offer
                for one in rows
                for row, offer in self._prepare_bodies_of(one).items()
            }

    def _prepare_line(self, sku, products, offers, body=None):
        """The values of one line; ``body`` is what the hub has, if it has the SKU."""
        Line = self.env["plug4market.comparison.line"]
        product = products[0] if products else self.env["product.product"]
        row, offer = offers.get(product.id, (None, None))
        remarks = [self._remark(sku, products or product)]
        if isinstance(offer, str):
            remarks.append(offer)
            offer = ProductBody()
        values = Line._prepare_sides(body, offer)
        known = row and row.sent_sku == sku and values["kind"] == "same"
        return {
            "comparison_id": self.id,
            "company_id": self.company_id.id,
            "sku": sku,
            "product_id": product.id,
            "ambiguous": len(products or ()) > 1,
            "remark": " ".join(filter(None, remarks)),
            "state": "settled" if known and not any(remarks) else "open",
            **values,
        }

    def _remark(self, sku, products):
        """What a person should know of a match."""
        if len(products) > 1:
            return self.env._(
                "%(count)s products in Odoo have this SKU: %(products)s. Correct "
                "their internal references and compare again.",
                count=len(products),
                products=", ".join(products[:5].mapped("display_name")),
            )
        if products and products.default_code != sku:
            return self.env._(
                "Its SKU in Odoo is %s by now. With the next sending this one goes off "
                "sale on Plug4Market and the new one is published.",
                products.default_code or "?",
            )
        return ""

    # -- what the hub does not have -------------------------------------------

    @own_transaction
    def _list_missing_there(self):
        """Write lines for products on sale here that no page showed; end when none."""
        products = self.browse() if self.incomplete else self._find_missing_there()
        if not products:
            self._end()
            return
        by_sku = products.grouped("default_code")
        offers = self._prepare_offers(products)
        self.env["plug4market.comparison.line"].create(
            [
                {
                    "read_at": self.started_at,
                    **self._prepare_line(sku, found, offers),
                }
                for sku, found in by_sku.items()
            ]
        )

    def _find_missing_there(self):
        """Some products that are for sale and in no line yet, neither by their SKU."""
        lines = self.env["plug4market.comparison.line"]._search(
            [("comparison_id", "=", self.id)]
        )
        query = self.env["product.product"]._search(
            self._company_domain()
            & Domain("plug4market_enabled", "=", True)
            & Domain("default_code", "!=", False)
        )
        query.add_where(
            SQL(
                "product_product.default_code NOT IN %s",
                lines.subselect("plug4market_comparison_line.sku"),
            )
        )
        query.add_where(
            SQL(
                "product_product.id NOT IN %s",
                lines.subselect("coalesce(plug4market_comparison_line.product_id, 0)"),
            )
        )
        query.order = "product_product.default_code, product_product.id"
        query.limit = MISSING_AT_ONCE
        return self.env["product.product"].browse(query.get_result_ids())

    def _end(self):
        remarks = []
        if self.incomplete:
            remarks.append(
                self.env._(
                    "Plug4Market shows the same page again and again, so that not all "
                    "of its products could be read. What it lacks is therefore not "
                    "listed. Compare again later."
                )
            )
        if self.without_sku:
            remarks.append(
                self.env._(
                    "%s products on Plug4Market have no SKU and were left out. Give "
                    "them one in Plug4Market.",
                    self.without_sku,
                )
            )
        self.write(
            {
                "state": "done",
                "ended_at": fields.Datetime.now(),
                "problem": "\n".join(remarks),
            }
        )
