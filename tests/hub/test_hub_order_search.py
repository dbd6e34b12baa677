"""Looking through the hub's lists within a number of calls."""

import hub
import pytest
from hub.order_search import OrderSearch


class Lists:
    """A client whose pages are given; an error in place of a page is raised."""

    def __init__(self, *pages):
        self.pages = pages
        self.calls = 0

    def list_orders(self, *, page, **filters):
        self.calls += 1
        answer = self.pages[page - 1]
        if isinstance(answer, Exception):
            raise answer
        return hub.OrderPage.from_json(
            {"data": answer, "meta": {"totalPages": len(self.pages)}}, page
        )


def headers(*numbers):
    return [
        {
            "id": f"id-{number}",
            "saleChannelOrderId": str(number),
            "createdAt": f"2026-03-{number:02d}T12:00:00Z",
        }
        for number in numbers
    ]


def numbered(number):
    return lambda header: header.channel_order_number == str(number)


def test_every_page_is_looked_through():
    client = Lists(headers(1, 2), headers(3, 4))
    search = OrderSearch(wanted=numbered(4)).run(client, calls=5)
    assert [header.uid for header in search.found] == ["id-4"]
    assert (search.looked_at, search.complete, search.reached.day) == (4, True, 4)


def test_the_first_find_ends_the_search():
    client = Lists(headers(1, 2), headers(3, 4))
    search = OrderSearch(wanted=numbered(1)).run(client, calls=5, only_first=True)
    assert [header.uid for header in search.found] == ["id-1"]
    assert client.calls == 1


def test_no_more_calls_are_made_than_allowed_and_it_says_how_far_it_came():
    client = Lists(headers(1), headers(2), headers(3))
    search = OrderSearch(wanted=numbered(3)).run(client, calls=2)
    assert (client.calls, search.found, search.complete) == (2, [], False)
    assert search.reached.day == 2


def test_what_was_found_before_the_hub_stopped_is_kept():
    client = Lists(headers(1), hub.RateLimited("later"))
    search = OrderSearch(wanted=numbered(1)).run(client, calls=5)
    assert len(search.found) == 1
    assert isinstance(search.error, hub.RateLimited)
    assert not search.complete


def test_a_hub_that_answers_nothing_is_no_empty_list():
    with pytest.raises(hub.RateLimited):
        OrderSearch(wanted=numbered(1)).run(Lists(hub.RateLimited("later")), calls=5)


def test_a_repeated_page_is_the_end():
    client = Lists(headers(1), headers(1), headers(1))
    search = OrderSearch(wanted=numbered(9)).run(client, calls=9)
    assert (client.calls, search.looked_at, search.complete) == (2, 1, True)
