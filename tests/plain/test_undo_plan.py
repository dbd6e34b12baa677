"""What a cancellation undoes, planned from stand-ins of an order and its documents.

That Odoo does each step is tested in tests/addon/cancellation, with real records.
"""

from collections import defaultdict
from datetime import date, datetime, timedelta
from operator import attrgetter
from types import SimpleNamespace

import pytest
from addon.models.cancellation import undo_plan
from addon.models.cancellation.undo_plan import AUTOMATIC, Step, UndoPlan, listed

NOW = datetime(2026, 3, 10, 15, 0)


class Records(tuple):
    """What a plan needs of a recordset."""

    def sorted(self, name):
        return Records(sorted(self, key=attrgetter(name)))

    def filtered(self, wanted):
        keep = attrgetter(wanted) if isinstance(wanted, str) else wanted
        return Records(filter(keep, self))

    def mapped(self, name):
        return list(map(attrgetter(name), self))

    def grouped(self, name):
        groups = defaultdict(list)
        for record in self:
            groups[getattr(record, name)].append(record)
        return {value: Records(group) for value, group in groups.items()}

    def __sub__(self, others):
        return Records(record for record in self if record not in others)


class Record(SimpleNamespace):
    """One record: itself and no other, whatever its values."""

    __eq__ = object.__eq__
    __hash__ = object.__hash__

    def _get_html_link(self, title):
        return f"<a>{title}</a>"


class Facts(SimpleNamespace):
    """What is known of an NF-e; by itself nothing."""

    in_force = None
    number = key = ""
    until = None


class Reais:
    def compare_amounts(self, one, other):
        cents = round(100 * one) - round(100 * other)
        return (cents > 0) - (cents < 0)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr(undo_plan, "_now", lambda: NOW)
    monkeypatch.setattr(
        undo_plan,
        "format_datetime",
        lambda _env, moment, tz, dt_format: f"{moment:%d/%m %H:%M} {tz} {dt_format}",
    )


@pytest.fixture
def order(env):
    """An order that nothing was done of yet."""
    person = SimpleNamespace(tz="America/Manaus")
    return Record(
        env=env,
        ensure_one=lambda: None,
        _fields={},
        name="S7",
        display_name="S7",
        client_order_ref="",
        state="sale",
        picking_ids=Records(),
        invoice_ids=Records(),
        currency_id=Reais(),
        company_id=SimpleNamespace(_plug4market_person=lambda: person),
        plug4market_channel_id=SimpleNamespace(name="Shop & Co"),
        plug4market_hub_nfe_key="",
        plug4market_status="APPROVED",
        _plug4market_why_blocked=lambda _kind: "",
        _plug4market_nfe_facts=Facts,
    )


def transfer(code="outgoing", state="done", *, back=False, unreturned=True, after=()):
    """A transfer; ``back``: it is a return; ``after``: the states of what follows."""
    next_moves = Records(SimpleNamespace(state=state) for state in after)
    return Record(
        id=1,
        display_name=f"WH/{code}",
        state=state,
        picking_type_code=code,
        move_ids=SimpleNamespace(move_dest_ids=next_moves),
        _plug4market_is_return=lambda: back,
        _plug4market_is_unreturned=lambda: state == "done" and unreturned,
    )


def invoice(state="posted", total=100.0, *, paid=False, hashed="", **facts):
    """An invoice of the order; ``facts``: of its NF-e."""
    return Record(
        id=1,
        display_name="INV/1",
        move_type="out_invoice",
        state=state,
        amount_total=total,
        inalterable_hash=hashed,
        browse=Records,
        _plug4market_is_paid=lambda: paid,
        _plug4market_nfe_facts=lambda: Facts(**facts),
    )


NOTHING = Records()


def credit_note(of=NOTHING, state="posted", total=100.0):
    return Record(
        display_name="RINV/1",
        move_type="out_refund",
        state=state,
        amount_total=total,
        reversed_entry_id=of,
    )


def planned(order):
    """The kinds of the steps, in their order; all of them can be told."""
    plan = UndoPlan(order)
    steps = plan.steps()
    for step in steps:
        assert step.record.display_name in plan.sentence(step) or step.kind == "order"
        if step.is_automatic:
            assert plan.sentence(step, done=True) != plan.sentence(step)
    return [step.kind for step in steps]


# -- goods --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("picking", "kinds"),
    [
        (transfer(state="cancel"), ["order"]),
        (transfer(state="assigned"), ["transfer", "order"]),
        (transfer(), ["return"]),
        (transfer(unreturned=False), ["order"]),
        (transfer("internal"), ["put_back"]),
        (transfer("internal", after=["assigned"]), ["put_back"]),
        (transfer("internal", after=["assigned", "done"]), ["order"]),
        (transfer("internal", unreturned=False), ["order"]),
        (transfer("internal", "assigned"), ["transfer", "order"]),
        (transfer("dropship", "assigned"), ["dropship"]),
        (transfer("dropship"), ["dropship"]),
        (transfer("dropship", unreturned=False), ["order"]),
        (transfer("dropship", "cancel"), ["order"]),
        (transfer("incoming", "assigned", back=True), ["validate_return"]),
        (transfer("incoming", back=True), ["order"]),
        (transfer("incoming", "cancel", back=True), ["order"]),
    ],
)
def test_a_transfer_asks_for_what_its_goods_need(order, picking, kinds):
    order.picking_ids = Records([picking])
    assert planned(order) == kinds


@pytest.mark.parametrize(
    ("state", "kinds"),
    [
        ("confirmed", ["order", "production"]),
        ("done", ["order"]),
        ("cancel", ["order"]),
    ],
)
def test_an_open_manufacturing_order_is_left_to_a_person(order, state, kinds):
    order._fields = {"mrp_production_ids": None}
    order.mrp_production_ids = Records([Record(state=state, display_name="MO/1")])
    assert planned(order) == kinds


# -- invoices -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("move", "kinds"),
    [
        (invoice("draft"), ["draft_invoice", "order"]),
        (invoice("cancel"), ["order"]),
        (invoice("cancel", in_force=True), ["order", "nfe"]),
        (invoice(), ["invoice", "order", "maybe_nfe"]),
        (invoice(in_force=False), ["invoice", "order"]),
        (invoice(in_force=True), ["credit_note", "nfe"]),
        (invoice(paid=True), ["credit_note", "maybe_nfe", "payment"]),
        (invoice(paid=True, in_force=False), ["credit_note", "payment"]),
        (invoice(hashed="$4$abc", in_force=False), ["credit_note"]),
    ],
)
def test_an_invoice_is_cancelled_only_when_nothing_depends_on_it(order, move, kinds):
    order.invoice_ids = Records([move])
    assert planned(order) == kinds


@pytest.mark.parametrize("code", ["outgoing", "dropship"])
def test_an_invoice_of_goods_that_left_gets_a_credit_note(order, code):
    order.picking_ids = Records([transfer(code, unreturned=False)])
    order.invoice_ids = Records([invoice(in_force=False)])
    assert planned(order) == ["credit_note"]


def test_an_invoice_of_goods_that_have_not_left_is_cancelled(order):
    order.picking_ids = Records([transfer(state="assigned")])
    order.invoice_ids = Records([invoice(in_force=False)])
    assert planned(order) == ["transfer", "invoice", "order"]


def test_a_posted_credit_note_leaves_nothing_of_its_invoice(order):
    credited = invoice(in_force=True, paid=True)
    order.invoice_ids = Records([credited, credit_note(credited)])
    assert planned(order) == ["order"]


def test_each_of_several_invoices_is_credited_by_its_own(order):
    credited, other = invoice(in_force=True), invoice(total=50.0, in_force=True)
    order.invoice_ids = Records([credited, other, credit_note(credited)])
    assert UndoPlan(order).steps() == [Step("credit_note", other), Step("nfe", other)]


def test_a_credit_note_of_a_part_asks_for_the_rest(order):
    part = invoice(in_force=False)
    order.invoice_ids = Records([part, credit_note(part, total=60.0)])
    assert planned(order) == ["credit_rest"]


def test_a_credit_note_that_is_a_draft_is_to_be_posted(order):
    credited = invoice(in_force=False)
    draft = credit_note(credited, "draft")
    order.invoice_ids = Records([credited, draft])
    assert UndoPlan(order).steps() == [Step("post_credit", draft)]


def test_a_cancelled_credit_note_credits_nothing(order):
    move = invoice(in_force=True)
    order.invoice_ids = Records([move, credit_note(move, "cancel")])
    assert planned(order) == ["credit_note", "nfe"]


def test_a_draft_made_by_hand_for_several_invoices_is_one_step(order):
    draft = credit_note(state="draft")
    order.invoice_ids = Records([invoice(paid=True), invoice(paid=True), draft])
    assert planned(order).count("post_credit") == 1


def test_credit_notes_made_by_hand_take_back_what_they_are_worth(order):
    order.invoice_ids = Records([invoice(paid=True), credit_note()])
    assert planned(order) == ["order"]


def test_a_credit_note_made_by_hand_credits_none_of_several_invoices(order):
    moves = [invoice(in_force=False), invoice(in_force=False)]
    order.invoice_ids = Records([*moves, credit_note()])
    assert UndoPlan(order).steps() == [Step("credit_rest", move) for move in moves]


def test_an_nfe_that_only_the_hub_has_is_asked_for_on_the_order(order):
    order.plug4market_hub_nfe_key = "4124"
    order._plug4market_nfe_facts = lambda: Facts(in_force=True, key="4124")
    assert UndoPlan(order).steps() == [Step("order", order), Step("nfe", order)]


@pytest.mark.parametrize("moves", [[], [invoice("draft")]])
def test_an_nfe_that_was_cancelled_or_is_of_an_invoice_is_not(order, moves):
    order.plug4market_hub_nfe_key = "4124"
    order._plug4market_nfe_facts = lambda: Facts(in_force=bool(moves))
    order.invoice_ids = Records(moves)
    assert "nfe" not in planned(order)


# -- all of it ----------------------------------------------------------------


def test_what_odoo_does_by_itself_comes_first(order):
    order.invoice_ids = Records([invoice(in_force=True, paid=True)])
    order.picking_ids = Records([transfer()])
    kinds = planned(order)
    assert kinds == ["return", "credit_note", "nfe", "payment"]
    assert [kind in AUTOMATIC for kind in kinds] == [True, True, False, False]


def test_an_order_that_is_cancelled_has_nothing_left(order):
    order.state = "cancel"
    assert planned(order) == []


def test_a_plan_remembers_nothing(order):
    order.picking_ids = Records([transfer(state="assigned")])
    plan = UndoPlan(order)
    (cancel, _order) = plan.steps()
    cancel.record.state = "cancel"
    assert plan.steps() == [Step("order", order)]


# -- in words -----------------------------------------------------------------


def test_a_step_links_its_record_where_links_are_wanted(order):
    plan, step = UndoPlan(order), Step("transfer", transfer())
    assert plan.sentence(step) == "Cancel transfer <a>WH/outgoing</a>."
    assert plan.sentence(step, linked=False) == "Cancel transfer WH/outgoing."
    assert plan.sentence(step, done=True).endswith("was cancelled.")


def nfe_sentence(order, **facts):
    step = Step("nfe", invoice(in_force=True, **facts))
    return UndoPlan(order).sentence(step, linked=False)


def test_an_nfe_is_named_by_its_number_and_key(order):
    sentence = nfe_sentence(order, number="7", key="4124")
    assert sentence.startswith("Cancel NF-e 7 (key 4124) of INV/1 in your issuer")
    assert "NF-e - (key -) of INV/1" in nfe_sentence(order)


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (1, "authorisation (until 10/03 16:00 America/Manaus short),"),
        (-1, "authorisation (they ended on 10/03 14:00 America/Manaus short),"),
    ],
)
def test_an_nfe_says_until_when_it_can_be_cancelled(order, hours, words):
    assert words in nfe_sentence(order, until=NOW + timedelta(hours=hours))


def test_an_nfe_without_a_moment_names_none(order):
    assert "of its authorisation, or issue" in nfe_sentence(order)


def test_an_nfe_of_goods_that_left_needs_a_return_note(order):
    order.picking_ids = Records([transfer(unreturned=False)])
    assert nfe_sentence(order).startswith("Issue a return note")


@pytest.mark.parametrize(
    ("untils", "day"),
    [
        ([], date(2026, 3, 10)),
        ([None], date(2026, 3, 10)),
        ([NOW - timedelta(days=3)], date(2026, 3, 10)),
        # Four hours earlier, in Manaus, it is the day before.
        ([datetime(2026, 3, 12, 3, 30), None], date(2026, 3, 11)),
        ([datetime(2026, 3, 14), datetime(2026, 3, 12, 12)], date(2026, 3, 12)),
    ],
)
def test_the_deadline_is_the_first_day_on_which_an_nfe_ends(order, untils, day):
    steps = [Step("nfe", invoice(until=until)) for until in untils]
    steps.append(Step("maybe_nfe", invoice(until=NOW - timedelta(days=9))))
    assert UndoPlan(order).deadline(steps) == day


def test_without_a_zone_the_deadline_is_that_of_brasilia(order):
    order.company_id._plug4market_person = lambda: SimpleNamespace(tz=False)
    step = Step("nfe", invoice(until=datetime(2026, 3, 12, 3, 30)))
    assert UndoPlan(order).deadline([step]) == date(2026, 3, 12)


def test_a_preview_says_what_odoo_does_and_what_is_left(order):
    order.client_order_ref = "MLB-1"
    order.invoice_ids = Records([invoice(in_force=True)])
    preview = UndoPlan(order).preview()
    assert preview.startswith("<div><strong>S7</strong> Shop &amp; Co MLB-1</div>")
    _head, does, left = preview.split("<ul>")
    assert does.startswith("<li>Prepare a credit note for invoice INV/1,")
    assert left.startswith("<li>Cancel NF-e")
    assert "may refuse" not in preview


@pytest.mark.parametrize("status", ["SHIPPED", "COMPLETED"])
def test_a_preview_warns_of_what_the_marketplace_knows_as_sent(order, status):
    order.plug4market_status = status
    assert "may refuse to cancel it." in UndoPlan(order).preview()


def test_a_preview_says_why_an_order_cannot_be_cancelled(order):
    order._plug4market_why_blocked = {"cancel": "It is <late>."}.get
    assert "<li>It is &lt;late&gt;.</li>" in UndoPlan(order).preview()
    assert "Odoo will" not in UndoPlan(order).preview()


def test_a_list_without_sentences_has_no_heading():
    assert listed("Done:", []) == ""
