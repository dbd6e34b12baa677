"""The hub's error answer."""

from http import HTTPStatus
from typing import Any

from starlette.responses import JSONResponse

EXISTS = "Produto não atualizado"
EXISTS_IN_OTHER_GROUP = "Esse produto já existe e está relacionado com outro ID Produto"


class HubError(Exception):
    """Stops a request; `message` is a text, a list of texts or a list of objects."""

    def __init__(
        self, status: int, message: Any, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = headers


def error_body(status: int, message: Any) -> dict[str, Any]:
    """Wrap a message: snake_case outside, camelCase inside (section 9.1)."""
    return {
        "error_status": status,
        "error_messages": [
            {
                "statusCode": status,
                "message": message,
                "error": HTTPStatus(status).phrase,
            }
        ],
    }


def error_response(
    status: int, message: Any, headers: dict[str, str] | None = None
) -> JSONResponse:
    return JSONResponse(error_body(status, message), status, headers)


def product_error(*messages: str) -> HubError:
    """Refuse a product; its messages come as objects (section 9.1)."""
    return HubError(400, [{"message": message} for message in messages])
