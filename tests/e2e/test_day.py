"""A day of 50 orders: five channels, two companies, from approved to completed.

A person works in Chromium, in Portuguese; the marketplace is played through the
simulator. At the end Odoo and the hub agree on every order.
"""

import io
import zipfile

import pytest
from browser import open_browser
from day import CHANNELS, ORDERS, SPLIT, Day
from playwright.sync_api import expect
from pypdf import PdfReader
from shop import open_shop, wait_until

from devkit import debian

# Which of the orders, by their place, something befalls; all others run straight.
CANCELLED_BY_BUYER = (3, 14)
CANCELLED_BY_SELLER = (5, 16)
CANCELLED_AFTER_INVOICE = (7, 18)
DELIVERED_BY_HUB = (11, 22)
GONE = (CANCELLED_BY_BUYER, CANCELLED_BY_SELLER, CANCELLED_AFTER_INVOICE)


@pytest.fixture(scope="module")
def day():
    debian.ensure_chromium()
    with open_shop("day") as shop, open_browser() as context:
        shop.start()
        shop.connect()
        day = Day(shop, context)
        try:
            yield day
        except BaseException:
            day.tab.picture("failed-day")
            raise


@pytest.fixture(autouse=True)
def what_is_left(day):
    """Say what every order still waited for when a test failed."""
    yield
    print(
        day.shop.sql(
            "SELECT name, plug4market_status, kind, event.state, message "
            "FROM sale_order o LEFT JOIN plug4market_order_event event "
            "ON event.order_id = o.id AND event.state IN ('pending', 'failed') "
            "WHERE plug4market_status NOT IN ('COMPLETED', 'CANCELED')"
        )
    )


def test_the_day(day):
    the_orders_arrive(day)
    some_are_cancelled_before_anything(day)
    the_notes_are_issued(day)
    some_are_cancelled_after_the_note(day)
    the_labels_are_printed(day)
    the_goods_leave(day)
    the_goods_are_delivered(day)
    both_sides_agree(day)


def the_orders_arrive(day):
    day.sell()
    wait_until(lambda: len(day.shop.orders()) == ORDERS, "every order in Odoo")
    rows = day.in_odoo("company_id", "plug4market_channel_id")
    assert {row["state"] for row in rows} == {"sale"}
    assert {row["company_id"][0] for row in rows} == set(day.companies)
    assert len({row["plug4market_channel_id"][0] for row in rows}) == len(CHANNELS)
    day.open_list()
    expect(day.tab.find(".o_data_row")).to_have_count(ORDERS)
    day.tab.picture("day-orders")


def some_are_cancelled_before_anything(day):
    day.tell(CANCELLED_BY_BUYER, "CANCELED")
    for place in CANCELLED_BY_SELLER:
        day.open_order(place)
        day.cancel("Sem estoque")
    day.wait_for([*CANCELLED_BY_BUYER, *CANCELLED_BY_SELLER], "CANCELED")
    day.tab.picture("day-cancelled")


def the_notes_are_issued(day):
    places = day.straight(CANCELLED_BY_BUYER, CANCELLED_BY_SELLER)
    day.tab.menu("plug4market_nfe_file_menu")
    files = day.tab.find("input[type=file]").first
    files.set_input_files(
        {
            "name": "notas.zip",
            "mimeType": "application/zip",
            "buffer": zipped(day.notes(places)),
        }
    )
    day.wait_for(places, "INVOICED")
    day.tab.picture("day-notes")


def zipped(notes):
    """The notes in one file, as issuers give them for download."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        for place, xml in notes.items():
            file.writestr(f"nota-{place}.xml", xml)
    return archive.getvalue()


def some_are_cancelled_after_the_note(day):
    for place in CANCELLED_AFTER_INVOICE:
        day.open_order(place)
        day.tab.find("button[name=action_view_invoice]").click()
        day.tab.find(
            ".o_field_widget[name=payment_state], button[name=action_reverse]"
        ).first.wait_for()
        day.cancel("Cliente desistiu")
    day.wait_for(CANCELLED_AFTER_INVOICE, "CANCELED")


def the_labels_are_printed(day):
    """A click fetches what it has the time for; the other labels come by themselves."""
    left = ORDERS - sum(map(len, GONE))
    ready = "SELECT 1 FROM plug4market_label WHERE state = 'ready'"
    assert PdfReader(day.print_labels()).pages
    wait_until(lambda: len(day.shop.sql(ready)) == left, "every label")
    assert len(PdfReader(day.print_labels()).pages) == left
    day.tab.picture("day-labels")


def the_goods_leave(day):
    places = day.straight(*GONE)
    rows = day.in_odoo("picking_ids")
    for place in SPLIT:
        ship_a_part(day, rows[place]["picking_ids"])
    open_transfers = transfers(day, places)
    day.call("stock.picking", "action_assign", open_transfers)
    for picking in open_transfers:
        day.call("stock.picking", "write", [picking], day.parcel(f"BR{picking:09}BR"))
    day.validate(open_transfers)
    day.wait_for(places, "SHIPPED")


def transfers(day, places):
    rows = day.in_odoo("picking_ids")
    ids = [picking for place in places for picking in rows[place]["picking_ids"]]
    domain = [("id", "in", ids), ("state", "not in", ["done", "cancel"])]
    return day.call("stock.picking", "search", domain)


def ship_a_part(day, pickings):
    """Ship the first line only; Odoo makes a transfer for the rest."""
    of_order = [("picking_id", "in", pickings)]
    first, *_others = day.call("stock.move", "search", of_order)
    day.call("stock.move", "write", [first], {"picked": True})
    day.call("stock.picking", "write", pickings, day.parcel("PARTE1BR"))
    day.validate(pickings)


def the_goods_are_delivered(day):
    day.tell(DELIVERED_BY_HUB, "COMPLETED")
    day.wait_for(DELIVERED_BY_HUB, "COMPLETED")
    day.tab.menu("plug4market_orders_menu", "sale_order_menu_plug4market_to_handle")
    day.tab.page.reload()
    day.tab.settle()
    day.select_all()
    day.tab.button("action_plug4market_send_delivered", ".o_control_panel").click()
    day.tab.picture("day-delivered")
    day.wait_for(day.straight(*GONE), "COMPLETED")


def both_sides_agree(day):
    hub = day.hub.orders()
    for place, order in enumerate(day.in_odoo("amount_total", "invoice_ids")):
        known = hub[day.uid(place)]
        assert order["plug4market_status"] == known["status"]
        assert order["name"] == known["orderIdStore"]
        assert abs(order["amount_total"] - known["totalAmount"]) < 0.005
    cancelled_orders_are_undone(day)
    left = (
        "SELECT kind, message FROM plug4market_order_event "
        "WHERE state NOT IN ('done', 'ignored')"
    )
    wait_until(lambda: day.shop.sql(left) == [], "an empty queue")
    day.tab.menu("plug4market_orders_menu", "sale_order_menu_plug4market_completed")
    day.tab.picture("day-completed")
    day.tab.assert_calm()
    day.shop.assert_clean_logs()


def cancelled_orders_are_undone(day):
    """Nothing is left to leave; what has a note waits for a person, prepared."""
    rows = day.in_odoo("picking_ids", "invoice_ids")
    for place in (*CANCELLED_BY_BUYER, *CANCELLED_BY_SELLER):
        assert rows[place]["state"] == "cancel"
        assert moves_of(day, rows[place]) == {("out_invoice", "cancel")}
    for place in CANCELLED_AFTER_INVOICE:
        assert moves_of(day, rows[place]) == {
            ("out_invoice", "posted"),
            ("out_refund", "draft"),
        }
    for place in (place for group in GONE for place in group):
        pickings = rows[place]["picking_ids"]
        states = day.call("stock.picking", "read", pickings, ["state"])
        assert {picking["state"] for picking in states} == {"cancel"}


def moves_of(day, order):
    invoices = day.call(
        "account.move", "read", order["invoice_ids"], ["move_type", "state"]
    )
    return {(move["move_type"], move["state"]) for move in invoices}
