import functools
import logging

_logger = logging.getLogger(__name__)


def traced(method):
    """Say in the server's log that this override was called.

    A log keeps what is rolled back, too, and may be written while records are read.
    """

    @functools.wraps(method)
    def override(self, *arguments, **named):
        _logger.info("called %s.%s", self._name, method.__name__)
        return method(self, *arguments, **named)

    return override
