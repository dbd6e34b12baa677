"""The morning of a seller with sixty orders: from the dashboard, in few clicks.

Two notes do not match and one label is not ready: each is seen by name before
anything happens.
"""

import concurrent.futures
import io
import re
import zipfile

import pytest
import requests
from browser import ScreenTab, open_browser
from patience import PATIENCE
from pypdf import PdfReader
from shop import open_shop, wait_until

from devkit import debian
from simulator.nfe import build_nfe

ORDERS = 60
MOST_CLICKS = 12
PAINEL = "action-plug4market_connector.plug4market_desk_action"
ROLES = ("plug4market_connector.plug4market_connector_group_user",)
ROLES += ("account.group_account_invoice", "base.group_user")
# By their places: a note of another total, one for another buyer, a late label.
WRONG_TOTAL, WRONG_BUYER, LATE_LABEL = 7, 23, 41


class Morning(ScreenTab):
    """The seller's tab, which counts what she clicks."""

    clicks = 0

    def settle(self):
        """The dashboard is no view of Odoo's, and is there once its counters are."""
        if self.find(".o_plug4market_painel").count():
            self.find(".o_loading_indicator").wait_for(state="detached")
            return
        super().settle()

    def click(self, selector):
        self.clicks += 1
        self.find(selector).click()

    def press(self, name):
        """Click a button of the page, and wait until its answer is here."""
        self.click(f".o_form_statusbar button[name={name}]:visible")
        self.rest()

    def names(self, lines):
        """The names of what one of the lists of the page shows, all of it."""
        shown = self.find(f".o_field_widget[name={lines}] .o_data_row td[name=name]")
        return set(shown.all_inner_texts())

    def reasons(self, lines="left_ids"):
        rows = self.find(f".o_field_widget[name={lines}] .o_data_row").all()
        return {
            row.locator("td[name=name]").inner_text(): row.locator(
                "td[name=reason]"
            ).inner_text()
            for row in rows
        }

    def look(self, name):
        """Keep what the page shows."""
        self.picture(f"morning-{name}-1366")

    def look_on_a_phone(self, name):
        """Nothing is wider than the window of a phone."""
        for width, height in ((390, 844), (1366, 768)):
            self.page.set_viewport_size({"width": width, "height": height})
            self.page.reload()
            self.find(".o_plug4market_plan").wait_for()
            self.rest()
            self.picture(f"morning-{name}-{width}")
            shown = self.page.evaluate(
                "document.querySelector('.o_content').scrollWidth"
            )
            assert shown <= width


@pytest.fixture(scope="module")
def shop():
    debian.ensure_chromium()
    with open_shop("morning") as shop:
        shop.start()
        shop.connect()
        open_for_business(shop)
        yield shop
        shop.assert_clean_logs()


def open_for_business(shop):
    call, hub = shop.odoo.call, shop.hub
    hub.settings(rate_limit=None)
    key = "plug4market_connector.calls_per_minute"
    call("ir.config_parameter", "set_param", key, "100000")
    settings = {"order_target": "sale_order", "auto_label": True}
    settings |= dict.fromkeys(("auto_invoice", "auto_send_invoice"), False)
    settings["auto_send_shipment"] = False
    values = {f"plug4market_{name}": value for name, value in settings.items()}
    call("res.company", "write", [1], values)
    shop.add_product("CAN-325", "Caneca", 39.9, stock=500)
    groups = [
        call("ir.model.data", "check_object_reference", *role.split("."))[1]
        for role in ROLES
    ]
    seller = {
        **dict.fromkeys(("name", "login", "password"), "vendedora"),
        "lang": "pt_BR",
        "group_ids": [(6, 0, groups)],
    }
    [person] = call("res.users", "create", [seller])
    # On a phone its greeting covers all of the screen.
    call("res.users", "write", [person], {"odoobot_state": "disabled"})


def sell(shop):
    """Let sixty orders come in over night; return their ids in the hub."""

    def sell_one(place):
        items = [("CAN-325", 1 + place % 3, 39.9)]
        return shop.hub.order(items, channel=(7, 26, 1)[place % 3], notify=True)

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        sold = list(pool.map(sell_one, range(ORDERS)))
    wait_until(lambda: len(shop.orders()) == ORDERS, "every order in Odoo")
    return [order["id"] for order in sold]


def notes(shop, uids):
    """The zip that the issuer of NF-es gives for download."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        for place, uid in enumerate(uids):
            url = f"{shop.hub.url}/painel/pedidos/{uid}/nfe.xml"
            xml = requests.get(url, timeout=PATIENCE).content
            if place == WRONG_TOTAL:
                xml = re.sub(rb"<vNF>[^<]*", b"<vNF>1.00", xml)
            if place == WRONG_BUYER:
                xml = build_nfe(recipient="52998224725", total="7.00")
            file.writestr(f"nota-{place}.xml", xml)
    return archive.getvalue()


def count(shop, status):
    return int(
        shop.value(
            f"SELECT count(*) FROM sale_order WHERE plug4market_status = '{status}'"
        )
    )


def ready_labels(shop):
    return int(
        shop.value("SELECT count(*) FROM plug4market_label WHERE state = 'ready'")
    )


def test_sixty_orders_in_twelve_clicks(shop):
    uids = sell(shop)
    with open_browser() as context:
        tab = Morning(context.new_page(), shop.server.url)
        tab.page.set_viewport_size({"width": 1366, "height": 768})
        tab.sign_in("vendedora", "vendedora")
        assert tab.visit(PAINEL) == []
        try:
            the_morning(shop, tab, uids)
        except BaseException:
            tab.picture("failed-morning")
            raise
        tab.assert_calm()
        assert tab.clicks <= MOST_CLICKS
        print(f"clicks: {tab.clicks}")


def the_morning(shop, tab, uids):
    orders = shop.orders()
    names = [orders[uid.lower()]["name"] for uid in uids]
    invoice_orders(shop, tab, names)
    send_notes(shop, tab, uids)
    print_labels(shop, tab, names)
    report_shipments(shop, tab, names)


def invoice_orders(shop, tab, names):
    tab.click(".o_painel_need[data-need=to_invoice]")
    tab.find(".o_list_view").wait_for()
    tab.rest()
    tab.picture("morning-list-1366")
    tab.click(".o_control_panel button[name=action_plug4market_plan]:visible")
    tab.find(".o_plug4market_plan").wait_for()
    tab.rest()
    assert tab.names("todo_ids") == set(names)
    assert shop.sql("SELECT 1 FROM account_move WHERE plug4market_order_id > 0") == []
    tab.look("invoice")

    tab.press("action_do")
    assert tab.names("done_ids") == set(names)
    tab.look("invoiced")


def send_notes(shop, tab, uids):
    tab.press("action_next")
    invoices = dict(
        shop.sql(
            "SELECT lower(o.plug4market_order_uid), m.name FROM account_move m "
            "JOIN sale_order o ON o.id = m.plug4market_order_id"
        )
    )
    invoices = [invoices[uid.lower()] for uid in uids]
    assert set(tab.reasons()) == set(invoices)
    with tab.page.expect_file_chooser() as chooser:
        tab.click(".o_plug4market_plan button:has(.fa-upload)")
    # The file is chosen in a dialog of the browser's, which takes a click, too.
    tab.clicks += 1
    content = {"name": "notas.zip", "mimeType": "application/zip"}
    chooser.value.set_files({**content, "buffer": notes(shop, uids)})
    tab.find(".o_field_widget[name=todo_ids] .o_data_row").first.wait_for()
    tab.rest()

    wrong = {WRONG_TOTAL, WRONG_BUYER}
    assert tab.names("todo_ids") == {
        name for place, name in enumerate(invoices) if place not in wrong
    }
    left = tab.reasons()
    assert set(left) == {
        *(invoices[place] for place in wrong),
        *(f"nota-{place}.xml" for place in wrong),
    }
    assert all(left.values())
    assert count(shop, "APPROVED") == ORDERS
    tab.look_on_a_phone("notes")

    tab.press("action_do")
    wait_until(lambda: count(shop, "INVOICED") == ORDERS - 2, "every note")
    assert count(shop, "APPROVED") == 2
    tab.look("notes-sent")


def print_labels(shop, tab, names):
    wait_until(lambda: ready_labels(shop) == ORDERS - 2, "every label")
    late = names[LATE_LABEL]
    shop.sql(
        "DELETE FROM plug4market_label USING sale_order o "
        f"WHERE o.id = order_id AND o.name = '{late}'"
    )
    shop.hub.faults(label_form="pending")
    tab.press("action_next")
    unsent = {names[WRONG_TOTAL], names[WRONG_BUYER]}
    left = tab.reasons()
    assert set(left) == {late, *unsent}
    assert all(left.values())
    assert tab.names("todo_ids") == set(names) - {late, *unsent}
    tab.look("labels")

    with tab.page.expect_download() as download:
        tab.click(".o_form_statusbar button[name=action_do]:visible")
    assert len(PdfReader(download.value.path()).pages) == ORDERS - 3
    tab.find(".o_field_widget[name=done_ids] .o_data_row").first.wait_for()
    tab.rest()
    assert len(tab.names("done_ids")) == ORDERS - 3
    tab.look("printed")


def report_shipments(shop, tab, names):
    left_here = names[LATE_LABEL]
    send_parcels(shop, left_here)
    tab.press("action_next")
    unsent = {names[WRONG_TOTAL], names[WRONG_BUYER]}
    assert tab.names("todo_ids") == set(names) - {left_here, *unsent}
    assert set(tab.reasons()) == {left_here, *unsent}
    tab.look("shipments")

    tab.press("action_do")
    wait_until(lambda: count(shop, "SHIPPED") == ORDERS - 3, "every shipment")
    tab.look("shipped")


def send_parcels(shop, left_here):
    """The warehouse packs and sends what has a label."""
    call = shop.odoo.call
    [product] = call("product.product", "create", [{"name": "C", "type": "service"}])
    carrier = {"name": "Correios", "product_id": product}
    [carrier] = call("delivery.carrier", "create", [carrier])
    waiting = [("state", "not in", ["done", "cancel"])]
    waiting += [("origin", "!=", left_here), ("sale_id.plug4market_order_uid", "!=", 0)]
    transfers = call("stock.picking", "search", waiting)
    call("stock.picking", "action_assign", transfers)
    for transfer in transfers:
        parcel = {"carrier_id": carrier, "carrier_tracking_ref": f"BR{transfer}BR"}
        call("stock.picking", "write", [transfer], parcel)
    context = {"skip_backorder": True, "skip_sms": True}
    assert call("stock.picking", "button_validate", transfers, context=context) is True
