"""The dialog that explains a stock, in a browser."""

import pytest
from browser import OdooTab, open_browser
from playwright.sync_api import expect
from shop import open_shop

EXPLAIN = "action_plug4market_explain_stock"


@pytest.fixture(scope="module")
def shop():
    with open_shop("stock_screen") as shop:
        shop.start()
        shop.connect()
        yield shop


@pytest.fixture(scope="module")
def product(shop):
    product = shop.add_product("CAN-325", "Caneca", 39.9, stock=9)
    shop.odoo.call("product.product", "action_plug4market_sync", [product])
    shop.odoo.call("res.company", "write", [1], {"plug4market_stock_buffer": 2})
    return product


@pytest.fixture
def tab(shop):
    with open_browser() as browser:
        tab = OdooTab(browser.new_page(), shop.server.url)
        tab.sign_in()
        yield tab
        tab.assert_calm()


def rows(tab):
    """The quantities of the dialog's lines, as they are shown."""
    cells = tab.find(".modal .o_data_row td[name='quantity']")
    cells.first.wait_for()
    return [text.strip() for text in cells.all_inner_texts()]


def test_the_list_explains_a_stock_and_each_number_opens_what_it_counts(tab, product):
    tab.menu("product_product_menu_plug4market")
    tab.find(f".o_data_row button[name='{EXPLAIN}']").first.click()
    assert rows(tab) == ["9", "0", "0", "-2", "7"]
    tab.settle()
    tab.picture("por-que-este-estoque")

    tab.find(".modal button[name='action_open_counted']").first.click()
    tab.find(".modal").wait_for(state="detached")
    opened = tab.find(".o_action_manager .o_data_row")
    expect(opened).to_have_count(1)
    expect(opened).to_contain_text("9,00")


def test_the_product_s_form_explains_it_too(tab, product):
    tab.page.goto(f"{tab.url}/odoo/product.product/{product}")
    tab.tab("plug4market")
    tab.button(EXPLAIN).click()
    assert rows(tab)[-1] == "7"


def test_the_template_s_form_explains_its_only_variant(tab, shop, product):
    (values,) = shop.odoo.call(
        "product.product", "read", [product], ["product_tmpl_id"]
    )
    tab.page.goto(f"{tab.url}/odoo/product.template/{values['product_tmpl_id'][0]}")
    tab.tab("plug4market")
    tab.button(EXPLAIN).click()
    assert rows(tab)[-1] == "7"


def test_the_logs_hold_no_complaint(shop):
    shop.assert_clean_logs()
