"""A browser small enough for the panel: it reads pages and posts forms."""

import re
from html.parser import HTMLParser

from simulator_support import new_client


class Page(HTMLParser):
    """What a page holds: its text, its ids, its forms."""

    def __init__(self, answer):
        super().__init__()
        self.answer, self.ids, self.remote, self.fields = answer, set(), [], {}
        self.text = ""
        self.field = None
        self.feed(answer.text)

    def handle_starttag(self, tag, attributes):
        known = dict(attributes)
        self.ids |= {known[key] for key in ("id", "data-testid") if known.get(key)}
        for key in ("src", "href"):
            if re.match(r"(https?:)?//", known.get(key) or ""):
                self.remote.append(known[key])
        self.field = known.get("id") if tag == "textarea" else None

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.field = None

    def handle_data(self, data):
        self.text += data
        if self.field:
            self.fields[self.field] = data.strip()


class Panel:
    def __init__(self, url):
        self.http = new_client(url, follow_redirects=True)

    def get(self, path, expect=200):
        return self._page(self.http.get(path), expect)

    def post(self, path, expect=200, /, **form):
        return self._page(self.http.post(path, data=form), expect)

    @staticmethod
    def _page(answer, expect):
        assert answer.status_code == expect, answer.text
        return Page(answer)
