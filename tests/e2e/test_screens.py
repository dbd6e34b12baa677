"""No screen of Odoo's breaks by what we add to it, whoever opens it.

Users with exactly one role open orders, invoices, transfers and products, with every
kind of file of ours on them, in Portuguese, in Chromium.
"""

import pytest
from browser import ScreenTab, open_browser
from roles import FilesOfAShop
from shop import open_shop

from devkit import debian

LISTS = {
    "sale.order": "sale.action_orders",
    "account.move": "account.action_move_out_invoice_type",
    "stock.picking": "stock.action_picking_tree_all",
    "product.template": "product.product_template_action",
    "product.product": "product.product_normal_action",
    "plug4market.nfe.file": "plug4market_connector.plug4market_nfe_file_action",
}
PRODUCTS = ("product.template", "product.product")
# Odoo itself opens no order to who has only the role of the warehouse, and no transfer
# to an accountant.
OPENED_BY = {
    "salesman": ("sale.order", "account.move", "stock.picking", *PRODUCTS),
    "accountant": ("sale.order", "account.move", *PRODUCTS),
    "stock": ("stock.picking", *PRODUCTS),
    "marketplace": tuple(LISTS),
    "admin": tuple(LISTS),
}


@pytest.fixture(scope="module")
def files():
    debian.ensure_chromium()
    with open_shop("screens") as shop:
        shop.start()
        shop.connect()
        yield FilesOfAShop(shop)
        shop.assert_clean_logs()


@pytest.fixture
def tab(files, role):
    with open_browser() as context:
        tab = ScreenTab(context.new_page(), files.shop.server.url)
        tab.sign_in(role, role)
        yield tab


@pytest.mark.parametrize("role", OPENED_BY)
def test_every_screen_opens(files, tab, role):
    for model in OPENED_BY[role]:
        assert tab.visit(f"action-{LISTS[model]}") == []
        for record in files.records(model):
            assert tab.visit(f"{model}/{record}") == []


@pytest.mark.parametrize(
    ("role", "model"),
    [
        ("stock", "stock.picking"),
        ("marketplace", "stock.picking"),
        ("marketplace", "sale.order"),
    ],
)
def test_the_label_is_one_click_away(files, tab, model):
    tab.visit(f"{model}/{files.records(model)[0]}")
    with tab.page.expect_download() as download:
        tab.button("action_plug4market_print_labels").click()
    assert download.value.suggested_filename.endswith(".pdf")
