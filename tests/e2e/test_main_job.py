"""The whole main job in Chromium, both sides: the seller in Odoo, the hub's panel.

Everything is found by technical names; what the screens say in Portuguese is asked in
one test of its own.
"""

from datetime import datetime

import pytest
from browser import SCREENSHOTS, OdooTab, Tab, amount, open_browser
from hub_control import STORE_CNPJ
from playwright.sync_api import expect
from shop import open_shop, wait_until

from devkit import debian
from simulator.nfe import BRASILIA, build_nfe

SKU = "CAN-325"


class Walk:
    """One person with both tabs open; each step leaves a picture."""

    def __init__(self, context, shop):
        self.shop = shop
        self.hub = shop.hub
        self.odoo = OdooTab(context.new_page(), shop.server.url)
        self.panel = Tab(context.new_page(), shop.hub.url)
        self.steps = 0

    def step(self, tab, name):
        """Look at what a step left on the screen."""
        self.steps += 1
        tab.page.bring_to_front()
        tab.assert_calm()
        tab.picture(f"{self.steps:02}-{name}")

    def open_panel(self, name):
        self.panel.page.bring_to_front()
        self.panel.page.goto(self.panel.url)
        self.panel.find(f"[data-testid=menu-{name}]").click()

    def work_in_odoo(self):
        self.odoo.page.bring_to_front()

    # -- the panel ------------------------------------------------------------

    def sell(self, quantity, price, status="CREATED"):
        """Make a test order in the panel; return its id in the hub and its total."""
        panel = self.panel
        self.open_panel("pedidos")
        panel.find("[data-testid=new-order-sku]").fill(SKU)
        panel.find("[data-testid=new-order-quantity]").fill(str(quantity))
        panel.find("[data-testid=new-order-price]").fill(price)
        panel.find("#new-order-status").select_option(status)
        panel.find("#new-order-submit").click()
        uid = panel.find("[data-testid=order-id]").inner_text()
        return uid, amount(panel.find("[data-testid=total]").inner_text())

    def hub_status(self, uid):
        """Return the order's status as the panel shows it."""
        self.panel.page.bring_to_front()
        self.panel.page.goto(f"{self.panel.url}/painel/pedidos/{uid}")
        return self.panel.find("h1 .badge").get_attribute("data-status")

    # -- Odoo -----------------------------------------------------------------

    def open_order(self, number):
        """Open the order with the marketplace's number, once it is in Odoo."""
        self.work_in_odoo()
        self.odoo.menu("plug4market_orders_menu", "sale_order_menu_plug4market")
        self.odoo.reload_until(f".o_data_row:has-text('{number}')")
        self.step(self.odoo, "odoo-orders")
        self.odoo.find(f".o_data_row:has-text('{number}') td[name=name]").click()
        self.odoo.find(".o_form_view").wait_for()

    def odoo_status(self, uid):
        rows = self.shop.orders()
        return rows[uid]["plug4market_status"]

    def assert_both_say(self, uid, status):
        """Odoo's screen, Odoo's database and the panel give the order one status."""
        words = self.shop.odoo.call(
            "sale.order",
            "fields_get",
            ["plug4market_status"],
            ["selection"],
            context={"lang": "pt_BR"},
        )
        word = dict(words["plug4market_status"]["selection"])[status]
        shown = self.odoo.field("plug4market_status")
        # An invoice shows a badge, an order the bar of all statuses.
        now = shown.locator(".badge, .o_arrow_button_current").filter(visible=True)
        expect(now).to_have_text(word)
        self.step(self.odoo, f"odoo-{status.lower()}")
        assert self.hub_status(uid) == status
        self.step(self.panel, f"panel-{status.lower()}")
        assert self.odoo_status(uid) == status
        self.work_in_odoo()


@pytest.fixture(scope="module")
def shop():
    debian.ensure_chromium()
    with open_shop("main_job") as shop:
        shop.only_pokes()
        shop.start()
        shop.sign_in()
        shop.add_product(SKU, "Caneca de cerâmica", 39.9, stock=120)
        yield shop


@pytest.fixture(scope="module")
def walk(shop):
    """Both tabs, with the company connected through its Integration tab."""
    with open_browser() as context:
        walk = Walk(context, shop)
        try:
            tokens = make_store(walk)
            connect_company(walk, *tokens)
            register_webhook(walk)
            yield walk
        except BaseException:
            walk.odoo.picture("failed-odoo")
            walk.panel.picture("failed-panel")
            raise


@pytest.fixture(autouse=True)
def pictures_of_a_failure(request, walk):
    """Show both tabs as they were when a test failed."""
    failed_before = request.session.testsfailed
    yield
    if request.session.testsfailed > failed_before:
        name = request.node.name.removeprefix("test_")[:60]
        walk.odoo.picture(f"failed-{name}-odoo")
        walk.panel.picture(f"failed-{name}-panel")
        print(f"Screenshots are in {SCREENSHOTS}")


def make_store(walk):
    """Make the store in the panel and its tokens; leave the panel on them."""
    panel = walk.panel
    walk.open_panel("lojas")
    panel.find("#new-store-cnpj").fill("11.222.333/0001-81")
    panel.find("#new-store-name").fill("Loja Demonstração")
    panel.find("#new-store-submit").click()
    walk.open_panel("lojas")
    panel.find(f"[data-testid=details-{STORE_CNPJ}]").click()
    panel.find("[data-testid=generate-tokens]").click()
    walk.step(panel, "panel-tokens")
    return ("access-token", "refresh-token")


def connect_company(walk, access, refresh):
    """Enable the integration, paste the tokens and test the connection."""
    odoo, panel = walk.odoo, walk.panel
    walk.work_in_odoo()
    odoo.sign_in()
    odoo.menu("plug4market_configuration_menu", "res_company_menu_plug4market")
    odoo.find(".o_data_row td[name=name]").first.click()
    odoo.tab("plug4market")
    walk.step(odoo, "odoo-integration-off")
    odoo.field("plug4market_active").locator("input").check()
    choose(walk, "plug4market_environment", "simulator")
    odoo.field("plug4market_api_url").locator("input").fill(walk.hub.url)
    for source, field in (
        (access, "plug4market_access_token"),
        (refresh, "plug4market_refresh_token"),
    ):
        panel.page.bring_to_front()
        panel.find(f"[data-testid=copy-{source}]").click()
        walk.work_in_odoo()
        odoo.paste_into(f".o_field_widget[name={field}] input")
    # Odoo loads its page anew when a company is saved.
    with odoo.page.expect_navigation():
        odoo.find(".o_form_button_save").click()
    odoo.settle()
    odoo.tab("plug4market")
    odoo.button("action_plug4market_test_connection").click()
    assert STORE_CNPJ in odoo.notice()
    odoo.settle()
    expect(odoo.field("plug4market_store_cnpj")).to_contain_text(STORE_CNPJ)
    state = odoo.field("plug4market_connection_state")
    expect(state.locator(".text-bg-success")).to_be_visible()
    walk.step(odoo, "odoo-integration-on")


def choose(walk, name, value):
    """Choose a value of a selection field of the company by its place in the list."""
    fields = walk.shop.odoo.call("res.company", "fields_get", [name], ["selection"])
    values = [row[0] for row in fields[name]["selection"]]
    walk.odoo.field(name).locator("input").click()
    walk.odoo.find(
        f".o_select_menu_item[data-choice-index='{values.index(value)}']"
    ).click()


def register_webhook(walk):
    """Copy the webhook's address out of Odoo into the panel."""
    walk.work_in_odoo()
    walk.odoo.find("[name=plug4market_webhook_url] .o_clipboard_button").click()
    walk.open_panel("webhook")
    walk.panel.paste_into("#webhook-url")
    walk.panel.find("#webhook-submit").click()
    walk.panel.find("[data-testid=message]").wait_for()
    assert "/plug4market/webhook/" in walk.panel.find("#webhook-url").input_value()
    walk.step(walk.panel, "panel-webhook")


def test_a_product_edited_in_the_list_is_on_the_hub_once_it_is_sent(walk):
    odoo, panel = walk.odoo, walk.panel
    walk.work_in_odoo()
    odoo.menu("product_product_menu_plug4market")
    row = odoo.find(f".o_data_row:has(td[name=default_code]:has-text('{SKU}'))")
    walk.step(odoo, "odoo-products")
    row.locator("td[name=plug4market_name]").click()
    edited = odoo.find(".o_selected_row")
    edited.locator("[name=plug4market_name] input").fill("Caneca azul 325 ml")
    edited.locator("[name=plug4market_price] input").fill("42,50")
    walk.step(odoo, "odoo-product-edited")
    edited.locator("button[name=action_plug4market_sync]").click()
    odoo.notice()
    row = odoo.find(".o_data_row:has-text('Caneca azul 325 ml')")
    expect(row.locator("[name=plug4market_state] .text-bg-success")).to_be_visible()
    walk.step(odoo, "odoo-product-sent")

    walk.open_panel("produtos")
    shown = panel.find(f"tr[data-sku={SKU}]")
    expect(shown).to_contain_text("Caneca azul 325 ml")
    expect(shown).to_contain_text("42,50")
    expect(shown).to_contain_text("120")
    walk.step(panel, "panel-products")


def test_an_order_is_invoiced_shipped_and_delivered_on_both_sides(walk):
    odoo, panel = walk.odoo, walk.panel
    uid, total = walk.sell(2, "42,50")
    walk.step(panel, "panel-order-created")
    panel.find("[data-testid=approve]").click()
    expect(panel.find("h1 .badge")).to_have_attribute("data-status", "APPROVED")
    walk.step(panel, "panel-order-approved")
    number = walk.hub.get_order(uid)["saleChannelOrderId"]

    walk.open_order(number)
    assert amount(odoo.find(".oe_subtotal_footer").last.inner_text())
    odoo.tab("plug4market")
    assert amount(odoo.field("plug4market_total").inner_text()) == total
    assert amount(odoo.field("plug4market_lines_total").inner_text()) == total
    walk.assert_both_say(uid, "APPROVED")
    wait_until(lambda: walk.hub.get_order(uid)["integratedStore"], "the confirmation")
    assert walk.hub.get_order(uid)["orderIdStore"] == walk.shop.orders()[uid]["name"]

    make_invoice(walk)
    attach_nfe(walk, total)
    for kind, status in (("invoice", "INVOICED"), ("delivered", "COMPLETED")):
        odoo.marketplace()
        walk.step(odoo, f"odoo-menu-before-{status.lower()}")
        odoo.close_menu()
        if kind == "delivered":
            report_shipment(walk, uid)
        odoo.marketplace(kind)
        odoo.notice()
        expect(odoo.field("plug4market_status")).to_be_visible()
        walk.assert_both_say(uid, status)


def make_invoice(walk):
    """Create and post the invoice with the order's own buttons."""
    odoo = walk.odoo
    action = walk.shop.odoo.call(
        "ir.model.data",
        "check_object_reference",
        "sale",
        "action_view_sale_advance_payment_inv",
    )
    odoo.find(f".o_statusbar_buttons button[name='{action[1]}']:visible").first.click()
    odoo.button("create_invoices", ".modal").click()
    odoo.button("action_post").click()
    expect(odoo.button("action_post")).to_have_count(0)
    walk.step(odoo, "odoo-invoice-posted")


def attach_nfe(walk, total):
    """Upload the authorised XML on the invoice's Marketplace tab."""
    odoo = walk.odoo
    ((document, amount_total),) = walk.shop.sql(
        "SELECT p.vat, m.amount_total FROM account_move m "
        "JOIN res_partner p ON p.id = m.partner_id "
        "WHERE m.plug4market_order_id IS NOT NULL ORDER BY m.id DESC LIMIT 1"
    )
    assert round(float(amount_total) * 100) == total
    xml = build_nfe(
        issuer=STORE_CNPJ,
        recipient="".join(filter(str.isalnum, document)),
        total=f"{total / 100:.2f}",
        freight="19.90",
        date=datetime.now(BRASILIA).replace(microsecond=0),
        environment="2",
    )
    odoo.tab("plug4market")
    walk.step(odoo, "odoo-invoice-tab-empty")
    odoo.find(
        ".o_field_widget[name=plug4market_nfe_xml] input[type=file]"
    ).set_input_files({"name": "nfe.xml", "mimeType": "text/xml", "buffer": xml})
    expect(
        odoo.field("plug4market_nfe_state").locator(".text-bg-success")
    ).to_be_visible()
    walk.step(odoo, "odoo-invoice-nfe")


def report_shipment(walk, uid):
    """Report the shipment through its wizard."""
    odoo = walk.odoo
    odoo.marketplace("shipment")
    odoo.field("tracking_number").wait_for()
    odoo.field("carrier").locator("input").fill("Correios")
    odoo.field("tracking_number").locator("input").fill("BR123456789BR")
    walk.step(odoo, "odoo-shipment-wizard")
    odoo.button("action_send", ".modal").click()
    odoo.notice()
    walk.assert_both_say(uid, "SHIPPED")
    assert walk.hub.get_order(uid)["shipment"]["trackingNumber"] == "BR123456789BR"


def test_an_order_cancelled_from_the_menu_is_cancelled_on_both_sides(walk):
    odoo = walk.odoo
    uid, _total = walk.sell(1, "10,00", status="APPROVED")
    walk.open_order(walk.hub.get_order(uid)["saleChannelOrderId"])
    odoo.marketplace("cancel")
    odoo.button("action_cancel", ".modal").wait_for()
    walk.step(odoo, "odoo-cancel-wizard")
    odoo.button("action_cancel", ".modal").click()
    odoo.notice()
    odoo.tab("plug4market")
    walk.assert_both_say(uid, "CANCELED")
    assert walk.shop.orders()[uid]["state"] == "cancel"


def test_the_screens_speak_portuguese(walk):
    odoo = walk.odoo
    uid, _total = walk.sell(1, "10,00", status="APPROVED")
    walk.open_order(walk.hub.get_order(uid)["saleChannelOrderId"])
    expect(odoo.find(".o_plug4market_menu")).to_have_text("Marketplace")
    odoo.marketplace()
    words = {
        "invoice": "Enviar nota fiscal",
        "shipment": "Informar envio",
        "delivered": "Informar entrega",
        "cancel": "Cancelar pedido",
    }
    shown = {
        kind: odoo.find(f".o-dropdown--menu [data-kind={kind}] span").inner_text()
        for kind in words
    }
    odoo.close_menu()
    odoo.menu("product_product_menu_plug4market")
    walk.step(odoo, "odoo-products-at-the-end")

    assert shown == words
    expect(odoo.find(".o_breadcrumb")).to_contain_text("Sincronização de produtos")


def test_the_logs_hold_no_complaint(walk):
    walk.odoo.assert_calm()
    walk.panel.assert_calm()
    walk.shop.assert_clean_logs()
