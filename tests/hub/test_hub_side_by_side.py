"""Stores side by side: order, independence, and what stops a store."""

import importlib
import threading
from functools import partial

import hub
import pytest
from patience import PATIENCE


def call(log, name, answer=None, error=None):
    def made():
        log.append(name)
        if error:
            raise error
        return answer

    return made


def test_each_outcome_stands_where_its_call_stood():
    log = []
    done = hub.side_by_side(
        {
            "a": [call(log, "a1", 1), call(log, "a2", 2)],
            "b": [call(log, "b1", 3)],
        }
    )
    assert [outcome.answer for outcome in done["a"]] == [1, 2]
    assert [outcome.answer for outcome in done["b"]] == [3]
    assert [name for name in log if name.startswith("a")] == ["a1", "a2"]


def test_stores_are_spoken_to_at_the_same_time():
    # Each call waits for the other one: alone it would wait for ever.
    meeting = threading.Barrier(2, timeout=PATIENCE)
    done = hub.side_by_side({"a": [meeting.wait], "b": [meeting.wait]})
    assert all(outcome.error is None for row in done.values() for outcome in row)


def test_one_refused_call_stops_no_other():
    log = []
    refusal = hub.RejectedByHub("no")
    first, second = hub.side_by_side(
        {"a": [call(log, 1, error=refusal), call(log, 2, answer="yes")]}
    )["a"]
    assert first.error is refusal
    assert (second.made, second.answer) == (True, "yes")


@pytest.mark.parametrize(
    "error",
    [
        hub.RateLimited("429"),
        hub.HubUnreachable("down"),
        hub.HubUnavailable("502"),
        hub.CredentialsError("401"),
    ],
)
def test_what_the_next_call_would_meet_too_stops_its_store_alone(error):
    log = []
    done = hub.side_by_side(
        {
            "a": [call(log, "a1", error=error), call(log, "a2")],
            "b": [call(log, "b1"), call(log, "b2")],
        }
    )
    assert sorted(log) == ["a1", "b1", "b2"]
    assert [outcome.made for outcome in done["a"]] == [True, False]
    assert done["a"][1].error is error


def test_nothing_to_do_is_nothing_done():
    assert hub.side_by_side({}) == {}
    assert hub.side_by_side({"a": []}) == {"a": []}


def test_a_store_is_given_up_after_as_many_failures_in_a_row_as_patience_allows():
    log = []
    down = hub.HubUnavailable("500")
    failing = [call(log, n, error=down) for n in range(3)]
    done = hub.side_by_side(
        {
            "sick": [*failing, call(log, "too late")],
            "mixed": [*failing[:2], call(log, "ok", 1), *failing[:2], call(log, "end")],
        },
        patience=3,
    )
    assert [outcome.made for outcome in done["sick"]] == [True, True, True, False]
    assert all(outcome.made for outcome in done["mixed"])


def test_a_slow_store_begins_no_more_calls_after_a_while(monkeypatch):
    module = importlib.import_module("hub.side_by_side")
    monkeypatch.setattr(module, "SLOW_AFTER", -1)
    log = []
    slow = hub.side_by_side({"a": [call(log, "a1"), call(log, "a2")]})["a"]
    assert log == []
    assert [(outcome.made, outcome.error.retryable) for outcome in slow] == [
        (False, True)
    ] * 2


# -- several calls of a store ---------------------------------------------------------


def test_as_many_calls_of_a_store_as_are_allowed_are_under_way_at_once():
    under_way, most, lock = set(), [], threading.Lock()
    meeting = threading.Barrier(3, timeout=PATIENCE)

    def made(number):
        with lock:
            under_way.add(number)
            most.append(len(under_way))
        meeting.wait()
        with lock:
            under_way.discard(number)
        return number

    calls = [lambda n=n: made(n) for n in range(9)]
    done = hub.side_by_side({"a": calls}, at_once={"a": 3})["a"]
    assert [outcome.answer for outcome in done] == list(range(9))
    assert max(most) == 3


def test_a_call_that_hangs_holds_up_no_other_of_its_store():
    others_done = threading.Event()
    left = iter(range(5))

    def other():
        if next(left) == 4:
            others_done.set()

    hanging = partial(others_done.wait, PATIENCE)
    done = hub.side_by_side({"a": [hanging, *[other] * 5]}, at_once={"a": 2})["a"]
    assert done[0].answer is True


def test_a_store_that_is_stopped_begins_no_more_and_ends_what_it_began():
    failed = threading.Event()

    def fails():
        failed.set()
        raise hub.RateLimited("429")

    calls = [partial(failed.wait, PATIENCE), fails, *[lambda: "begun"] * 20]
    done = hub.side_by_side({"a": calls}, at_once={"a": 2})["a"]
    assert done[0].answer is True
    assert isinstance(done[1].error, hub.RateLimited)
    assert not done[-1].made


def test_what_goes_first_lets_no_more_calls_be_begun():
    asked = threading.Event()

    def goes_first(_news):
        asked.set()
        return True

    calls = [partial(asked.wait, PATIENCE), lambda: "too late"]
    first, second = hub.side_by_side({"a": calls}, meanwhile=goes_first)["a"]
    assert first.answer is True
    assert (second.made, type(second.error)) == (False, hub.HeldBack)


def test_nothing_is_held_back_where_nothing_goes_first():
    calls = [lambda: 1, lambda: 2]
    done = hub.side_by_side({"a": calls}, meanwhile=lambda _news: False)["a"]
    assert [outcome.answer for outcome in done] == [1, 2]


def test_the_moments_of_a_call_are_in_order():
    (done,) = hub.side_by_side({"a": [lambda: None]})["a"]
    assert 0 < done.began <= done.ended


def test_what_comes_is_handed_out_once_while_others_are_under_way():
    handed_out, all_came = [], threading.Event()

    def look(news):
        handed_out.extend(news["a"].items())
        if len(handed_out) == 2:
            all_came.set()
        return False

    calls = [partial(all_came.wait, PATIENCE), lambda: "one", lambda: "two"]
    done = hub.side_by_side({"a": calls}, at_once={"a": 2}, meanwhile=look)["a"]
    assert [(number, one.answer) for number, one in handed_out] == [
        (1, "one"),
        (2, "two"),
    ]
    assert [one.answer for one in done] == [True, "one", "two"]


def test_who_fails_meanwhile_begins_no_more_calls_and_waits_for_none_for_ever():
    looked, log = threading.Event(), []

    def look(_news):
        looked.set()
        raise ZeroDivisionError("odd data")

    calls = [partial(looked.wait, PATIENCE), call(log, "too late")]
    with pytest.raises(ZeroDivisionError):
        hub.side_by_side({"a": calls}, meanwhile=look)
    assert log == []
