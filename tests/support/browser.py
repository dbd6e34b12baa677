"""A person in front of Chromium: Odoo in one tab, the hub's panel in another."""

import contextlib
import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from patience import PATIENCE, wait_until
from playwright.sync_api import Error, Page, expect, sync_playwright

from devkit import debian, paths

SCREENSHOTS = Path(os.environ.get("E2E_SCREENSHOTS") or paths.DEV / "screenshots")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
expect.set_options(timeout=PATIENCE * 1000)

ADDON = paths.ADDON
CONNECTOR = "plug4market"
ERROR_DIALOG = ".o_error_dialog, .o_dialog_error, .modal:has(.o_error_detail)"


@contextlib.contextmanager
def open_browser():
    """Have a browser for this block; the tests fail where there is no Chromium."""
    executable = debian.chromium()
    assert executable, "The browser tests need Chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, args=list(FLAGS)
        )
        context = browser.new_context(
            viewport={"width": 1440, "height": 900},
            locale="pt-BR",
            timezone_id="America/Sao_Paulo",
            permissions=["clipboard-read", "clipboard-write"],
        )
        context.set_default_timeout(PATIENCE * 1000)
        try:
            yield context
        finally:
            context.close()
            browser.close()


class Tab:
    """A page that keeps what the browser complains about."""

    def __init__(self, page: Page, url: str):
        self.page = page
        self.url = url
        self.problems = []
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("response", self._on_response)

    def _on_console(self, message):
        if message.type == "error":
            self.problems.append(f"{message.text} ({message.location.get('url')})")

    def _on_response(self, response):
        if response.status >= 500:
            self.problems.append(f"{response.status} {response.url}")

    def find(self, selector, **options):
        return self.page.locator(selector, **options)

    def paste_into(self, selector):
        """Put what the clipboard holds into a field, as Ctrl+V does."""
        field = self.find(selector)
        field.click()
        field.press("Control+A")
        field.press("Control+V")

    def picture(self, name):
        """Keep what the page shows; Chromium refuses now and then just after a switch.

        A picture that is missing is no failure of what the test is about.
        """
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        for _ in range(3):
            with contextlib.suppress(Error):
                self.page.screenshot(path=SCREENSHOTS / f"{name}.png")
                return

    def assert_calm(self):
        """Neither the console nor a dialog showed an error."""
        assert self.problems == []


class OdooTab(Tab):
    """The web client of Odoo; everything is found by technical names, not by words."""

    def sign_in(self, login="admin", password="admin"):
        self.page.goto(f"{self.url}/web/login")
        self.find("input[name=login]").fill(login)
        self.find("input[name=password]").fill(password)
        self.find("form.oe_login_form button[type=submit]").click()
        self.find(".o_main_navbar").wait_for()

    def menu(self, *names):
        """Open the Marketplace app and walk down its menu."""
        self.find(".o_navbar_apps_menu button").click()
        root = f"{ADDON}.plug4market_connector_menu_root"
        self.follow(self.find(f".o_app[data-menu-xmlid='{root}']"))
        for name in names:
            self.follow(self.find(f"[data-menu-xmlid='{ADDON}.{name}']:visible"))
        self.settle()

    def follow(self, entry):
        """Click an entry of a menu; wait until the page has what it opens."""
        address = entry.get_attribute("href")
        entry.click()
        if address:
            self.page.wait_for_url(lambda url: urlsplit(url).path == address)

    def settle(self):
        """Wait until nothing is being loaded or saved, and no tooltip is in the way."""
        self.page.mouse.move(1, 1)
        self.find(".o_loading_indicator").wait_for(state="detached")
        self.find(".o_action_manager .o_view_controller, .modal").first.wait_for()
        self.find(".o_blockUI").wait_for(state="detached")

    def field(self, name):
        """Return the widget of a field of the form in front.

        Which form that is, is looked up anew whenever the widget is: a dialog that is
        about to close is not in front for long.
        """
        widget = f".o_form_view .o_field_widget[name='{name}']:visible"
        return self.find(f".modal {widget}, body:not(:has(.modal)) {widget}")

    def tab(self, name):
        self.find(f".o_notebook_headers a[name='{name}']").click()

    def button(self, name, scope=".o_form_view"):
        return self.find(f"{scope} button[name='{name}']:visible")

    def save(self):
        self.find(".o_form_button_save").click()
        self.find(".o_form_view .o_form_saved").wait_for()
        self.settle()

    def notice(self, kind="success"):
        """Wait for a notification, close it and return what it said."""
        bar = {"success": "bg-success", "warning": "bg-warning", "danger": "bg-danger"}
        shown = self.find(f".o_notification:has(.o_notification_bar.{bar[kind]})").first
        shown.wait_for()
        text = shown.inner_text()
        shown.locator(".o_notification_close").click()
        shown.wait_for(state="detached")
        return text

    def reload_until(self, selector):
        """Load the page again until it shows something; return it."""
        wanted = self.find(selector).first

        def shown():
            with contextlib.suppress(AssertionError):
                expect(wanted).to_be_visible(timeout=2000)
                return True
            self.page.reload()
            self.settle()
            return False

        wait_until(shown, selector)
        return wanted

    def marketplace(self, kind=None):
        """Open the Marketplace menu of the record; choose an entry of it."""
        self.find(".o_plug4market_menu:visible").click()
        self.find(".o-dropdown--menu [data-kind]").first.wait_for()
        if kind:
            entry = self.find(f".o-dropdown--menu [data-kind='{kind}']")
            expect(entry).to_have_attribute("aria-disabled", "false")
            entry.click()

    def close_menu(self):
        self.page.keyboard.press("Escape")
        self.find(".o-dropdown--menu").wait_for(state="detached")

    def assert_calm(self):
        super().assert_calm()
        expect(self.find(ERROR_DIALOG)).to_have_count(0)
        expect(self.find(".o_notification_bar.bg-danger")).to_have_count(0)


# A click on a link into the web client loads the page no second time.
FOLLOW_LINK = """path => {
    document.querySelector(".o_action_manager > *").dataset.left = "";
    const link = document.createElement("a");
    link.href = path;
    document.body.append(link);
    link.click();
    link.remove();
}"""
# Milliseconds without a new request, after which a screen is all there.
QUIET = 300
ARRIVED = ".o_action_manager > *:not([data-left]), .modal"


class ScreenTab(OdooTab):
    """Opens screens by their address, and tells everything that goes wrong on them."""

    def __init__(self, page, url):
        super().__init__(page, url)
        self.asked = []
        self.open = set()
        page.on("request", self._on_request)
        page.on("requestfinished", self._on_end)
        page.on("requestfailed", self._on_end)

    def _on_request(self, request):
        self.asked.append(request)
        # The bus lives in a worker, whose script is never reported as finished.
        if "/bus/websocket_worker" not in request.url:
            self.open.add(request)

    def _on_end(self, request):
        self.open.discard(request)

    def sign_in(self, login="admin", password="admin"):
        super().sign_in(login, password)
        self.rest()

    def visit(self, path):
        """Open a screen and all that it loads; return what goes wrong there.

        A screen that breaks may never come to rest: no other is opened after it.
        """
        self.problems.clear()
        self.asked.clear()
        self.page.evaluate(FOLLOW_LINK, f"/odoo/{path}")
        self.find(ARRIVED).first.wait_for()
        self.settle()
        self.rest()
        for marketplace in self.find(f"a.nav-link[name={CONNECTOR}]:visible").all():
            marketplace.click()
            self.rest()
        dialogs = [dialog.inner_text() for dialog in self.find(".modal").all()]
        faults = self.problems + dialogs + self._refusals()
        if faults:
            self.picture("screen-" + re.sub(r"\W", "-", path))
        return [f"{path}: {fault}" for fault in faults]

    def rest(self):
        """Wait until all that was asked for is here, and nothing follows from it.

        The thumbnails of attachments come last: the browser draws each from its file,
        and then has it written.
        """
        for _ in range(PATIENCE * 1000 // QUIET):
            known = len(self.asked)
            self.page.wait_for_timeout(QUIET)
            if known == len(self.asked) and not self.open:
                return
        raise AssertionError(f"still open: {[request.url for request in self.open]}")

    def _refusals(self):
        """What the server answered to calls that failed, shown or not."""
        calls = [
            request
            for request in self.asked
            if "json" in (request.headers.get("content-type") or "")
        ]
        refusals = []
        for call in calls:
            with contextlib.suppress(Error):
                if error := call.response().json().get("error"):
                    refusals.append(f"{call.url}: {error['data']['message']}")
        return refusals


def amount(text):
    """Return the cents of an amount as Brazilians write it: R$ 1.234,56."""
    digits = re.sub(r"\D", "", re.search(r"\d[\d.]*,\d\d", text).group())
    return int(digits)
