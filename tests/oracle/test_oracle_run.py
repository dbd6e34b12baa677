"""What is counted, and what of it is news."""

from types import SimpleNamespace

import pytest

from oracle import run
from oracle.kinds import KINDS

SOUND, BROKEN = "sound", "broken_channel"


def order(state="sale", waits=False):
    class Orders(SimpleNamespace):
        def __len__(self):
            return 1

    return Orders(state=state, plug4market_needs_attention=waits)


@pytest.fixture
def judged(monkeypatch):
    """One sale of two kinds: the sound one is right, the broken one is wrong."""
    monkeypatch.setattr(run, "KNOWN_WRONG", {})
    sound, broken = (
        next(sale for sale in run.sales_of_each_kind(1, 1) if sale.kind == name)
        for name in (SOUND, BROKEN)
    )
    judged = run.Judged()
    judged.add(sound, order(), [])
    judged.add(broken, order("draft", waits=True), ["total: 1, not 2"])
    return judged


def test_sales_of_each_kind_are_of_each_kind():
    made = [sale.kind for sale in run.sales_of_each_kind(1, 2)]
    assert sorted(made) == sorted([*KINDS, *KINDS])


def test_each_kind_is_counted(judged):
    rows = {line.split()[0]: line.split()[1:] for line in judged.lines() if line}
    assert rows[SOUND] == ["1", "1", "0", "0"]
    assert rows[BROKEN] == ["1", "0", "1", "1"]
    assert rows["all"] == ["2", "1", "1", "1"]


def test_a_wrong_one_is_told_with_its_json(judged):
    text = "\n".join(judged.lines())
    assert f"{BROKEN}, order" in text
    assert "total: 1, not 2" in text
    assert '"saleChannelOrderId"' in text


def test_a_wrong_kind_is_news(judged):
    assert judged.news == [BROKEN]
    assert judged.put_right == []


def test_a_kind_that_is_known_to_be_wrong_is_no_news(judged, monkeypatch):
    monkeypatch.setitem(run.KNOWN_WRONG, BROKEN, "not yet")
    assert judged.news == []
    assert judged.put_right == []


def test_a_kind_that_is_known_to_be_wrong_and_is_right_is_to_be_taken_out(
    judged, monkeypatch
):
    monkeypatch.setitem(run.KNOWN_WRONG, SOUND, "it was once")
    assert judged.put_right == [SOUND]


def test_sales_are_parted_by_the_companys_setting():
    parts = list(run.by_company(run.sales_of_each_kind(1, 1)))
    assert [len({sale.company for sale in part}) for part in parts] == [1, 1, 1]
    assert sum(map(len, parts)) == len(KINDS)
