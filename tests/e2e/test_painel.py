"""The first screen of the app, as each role sees it, in Chromium."""

import pytest
from browser import ScreenTab, expect, open_browser
from roles import FilesOfAShop
from shop import open_shop

from devkit import debian

# The role, the size of the window, and whether there are sales and stores to see.
PEOPLE = [
    ("admin", (1366, 768), True, True),
    ("marketplace", (390, 844), True, True),
    ("salesman", (1366, 768), True, False),
    ("accountant", (390, 844), True, False),
    ("stock", (390, 844), False, False),
]
PAINEL = "action-plug4market_connector.plug4market_desk_action"


@pytest.fixture(scope="module")
def files():
    debian.ensure_chromium()
    with open_shop("painel") as shop:
        shop.start()
        shop.connect()
        files = FilesOfAShop(shop)
        # On a phone its greeting covers all of the screen.
        people = [shop.odoo.uid, *files.users.values()]
        files.call("res.users", "write", people, {"odoobot_state": "disabled"})
        yield files
        shop.assert_clean_logs()


class PainelTab(ScreenTab):
    def settle(self):
        """The screen is no view of Odoo's, and is there once its counters are."""
        if self.page.locator(".o_plug4market_painel").count():
            self.find(".o_loading_indicator").wait_for(state="detached")
            return
        super().settle()


@pytest.mark.parametrize(("role", "size", "has_sales", "has_stores"), PEOPLE)
def test_each_role_sees_its_part_and_opens_every_list(
    files, role, size, has_sales, has_stores
):
    with open_browser() as context:
        tab = PainelTab(context.new_page(), files.shop.server.url)
        tab.page.set_viewport_size({"width": size[0], "height": size[1]})
        tab.sign_in(role, role)
        assert tab.visit(PAINEL) == []
        tab.find(".o_painel_needs").wait_for()
        expect(tab.find(".o_painel_sales")).to_have_count(int(has_sales))
        expect(tab.find(".o_painel_health")).to_have_count(int(has_stores))
        if has_sales:
            tab.find(".o_painel_graph canvas").wait_for()
        tab.picture(f"painel-{role}")
        # Nothing is wider than the window.
        width = tab.page.evaluate("document.querySelector('.o_content').scrollWidth")
        assert width <= size[0]

        needs = tab.find(".o_painel_need")
        names = [need.get_attribute("data-need") for need in needs.all()]
        for name in names:
            need = tab.find(f".o_painel_need[data-need={name}]")
            count = int(need.locator(".o_painel_count").inner_text())
            need.click()
            tab.find(".o_action_manager .o_view_controller").wait_for()
            tab.rest()
            rows = tab.find(".o_data_row, .o_kanban_record:not(.o_kanban_ghost)")
            if count:
                expect(rows).to_have_count(count)
            # What an empty list says is no text with tags in it.
            help_shown = tab.find(".o_nocontent_help", has_text="<p")
            expect(help_shown).to_have_count(0)
            tab.page.go_back()
            tab.find(".o_painel_needs").wait_for()
        tab.assert_calm()


def test_a_period_is_chosen(files):
    with open_browser() as context:
        tab = PainelTab(context.new_page(), files.shop.server.url)
        tab.sign_in("marketplace", "marketplace")
        tab.visit(PAINEL)
        tab.find(".o_painel_period").select_option("7")
        expect(tab.find(".o_painel_period")).to_have_value("7")
        # Who comes back from a list finds what was chosen.
        tab.find(".o_painel_need").first.click()
        tab.find(".o_action_manager .o_view_controller").wait_for()
        tab.find(".o_breadcrumb .breadcrumb-item a").first.click()
        expect(tab.find(".o_painel_period")).to_have_value("7")
        tab.assert_calm()
