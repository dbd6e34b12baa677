"""A shop with every kind of file of ours, and a user of each role that may see it."""

import base64
import io

import requests
from patience import PATIENCE, wait_until
from PIL import Image

from devkit.demo import LOGIN

MARKETPLACE = "plug4market_connector.plug4market_connector_group"
# Exactly these groups, beside that of every employee; the administrator has them all.
ROLES = {
    "salesman": ["sales_team.group_sale_salesman"],
    "accountant": ["account.group_account_invoice"],
    "stock": ["stock.group_stock_user"],
    "marketplace": [f"{MARKETPLACE}_user"],
    LOGIN: [],
}
LABELS = ("pdf", "zpl", "zip")


class FilesOfAShop:
    """Orders that differ in the form of their label and in the way of their NF-e."""

    def __init__(self, shop):
        self.shop, self.hub, self.call = shop, shop.hub, shop.odoo.call
        self.users = {role: self.make_user(role) for role in ROLES if role != LOGIN}
        self.call(
            "res.company",
            "write",
            [1],
            {
                "plug4market_order_target": "sale_order",
                "plug4market_auto_invoice": True,
                # The salesman sees orders of his own only, and gets the activities.
                "plug4market_user_id": self.users["salesman"],
            },
        )
        self.call("res.users", "write", [shop.odoo.uid], {"lang": "pt_BR"})
        self.product = shop.add_product("CAN-325", "Caneca", 39.9, stock=50)
        self.call("product.product", "write", [self.product], {"image_1920": picture()})
        made = [self.invoiced_order(form) for form in LABELS]
        made.append(self.order([("SKU-SEM-PRODUTO", 1, 10)]))
        made.append(self.cancelled_order())
        self.orders = [order for _uid, order in made]
        self.note = self.loose_note()

    def make_user(self, role):
        groups = [
            self.call("ir.model.data", "check_object_reference", *name.split("."))[1]
            for name in ("base.group_user", *ROLES[role])
        ]
        [user] = self.call(
            "res.users",
            "create",
            [
                {
                    "name": role,
                    "login": role,
                    "password": role,
                    "email": f"{role}@example.com",
                    "lang": "pt_BR",
                    "group_ids": [(6, 0, groups)],
                }
            ],
        )
        return user

    # -- orders ---------------------------------------------------------------

    def order(self, items=None):
        """Import an order of the marketplace; return its ids in the hub and in Odoo."""
        uid = self.hub.order(items or [("CAN-325", 1, 39.9)])["id"]
        self.announce(uid, "APPROVED")
        return uid, self.shop.orders()[uid.lower()]["id"]

    def announce(self, uid, status):
        """Give notice of an order, and wait until Odoo knows this status of it."""
        self.hub.notify(uid)
        self.shop.poke("process_events")

        # Odoo's own job may be at it already.
        def is_known():
            order = self.shop.orders().get(uid.lower())
            return order and order["plug4market_status"] == status

        wait_until(is_known, f"{status} of {uid}")

    def invoiced_order(self, form):
        """Give an order its label in this form, and its NF-e in one of two ways."""
        uid, order = self.order()
        [move] = self.moves(order)
        self.give_note(move, self.xml(uid), in_field=form == "pdf")
        self.hub.set_status(uid, "INVOICED")
        self.announce(uid, "INVOICED")
        self.fetch_label(order, form)
        return uid, order

    def give_note(self, move, xml, in_field):
        """Upload a note in its field, or attach it as the chatter does."""
        content = base64.b64encode(xml).decode()
        if in_field:
            self.call("account.move", "write", [move], {"plug4market_nfe_xml": content})
            return
        file = {"name": "nfe.xml", "datas": content}
        file |= {"res_model": "account.move", "res_id": move}
        self.call("ir.attachment", "create", [file])

    def fetch_label(self, order, form):
        self.hub.faults(label_form=form)
        answer = self.call("sale.order", "action_plug4market_print_labels", [order])
        assert answer["type"] == "ir.actions.act_url", answer
        self.hub.faults()

    def cancelled_order(self):
        """Cancel an order with a note and a label: a person has to end it."""
        uid, order = self.invoiced_order("pdf")
        self.hub.set_status(uid, "CANCELED")
        self.announce(uid, "CANCELED")
        return uid, order

    def loose_note(self):
        """Receive a note that fits no invoice."""
        xml = self.xml(self.hub.order([("CAN-325", 1, 39.9)])["id"])
        content = base64.b64encode(xml).decode()
        file = {"name": "solta.xml", "datas": content}
        files = self.call("ir.attachment", "create", [file])
        received = "create_document_from_attachment"
        self.call("plug4market.nfe.file", received, [], files)
        [row] = self.call(
            "plug4market.nfe.file", "search", [("name", "=", "solta.xml")]
        )
        return row

    def xml(self, uid):
        url = f"{self.hub.url}/painel/pedidos/{uid}/nfe.xml"
        return requests.get(url, timeout=PATIENCE).content

    def moves(self, order):
        return self.call(
            "account.move", "search", [("plug4market_order_id", "=", order)]
        )

    def records(self, model):
        """Return the ids of all there is to open of a model."""
        if model == "sale.order":
            return self.orders
        if model == "plug4market.nfe.file":
            return [self.note]
        domain = {
            "account.move": [("plug4market_order_id", "in", self.orders)],
            "stock.picking": [("sale_id", "in", self.orders)],
            "product.template": [("default_code", "=", "CAN-325")],
            "product.product": [("default_code", "=", "CAN-325")],
        }
        return self.call(model, "search", domain[model], order="id")


def picture():
    """Return an image as a field of Odoo takes it."""
    written = io.BytesIO()
    Image.new("RGB", (64, 64), "red").save(written, "PNG")
    return base64.b64encode(written.getvalue()).decode()
