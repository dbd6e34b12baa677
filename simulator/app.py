"""The application: the hub's routes, the control API and the panel behind the gate."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from . import (
    accounts,
    announcements,
    categories,
    channels,
    control,
    order_actions,
    orders,
    panel,
    panel_actions,
    panel_faults,
    products,
)
from .errors import HubError, error_response
from .gate import NOT_THE_HUB, Gate
from .persistence import StateFile
from .state import DEFAULT_URL, Hub

STATIC = Path(__file__).parent / "static"


def create_app(
    *,
    state_file: Path | None = None,
    seed: int | None = None,
    public_url: str = DEFAULT_URL,
    clock: Callable[[], float] = time.time,
) -> Gate:
    """Build a simulator; `.hub` is its state."""
    hub = Hub(seed=seed, public_url=public_url, clock=clock)
    file = StateFile(hub, state_file) if state_file else None

    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        hub.webhooks.start()
        saver = asyncio.create_task(file.save_now_and_then()) if file else None
        try:
            yield
        finally:
            if saver:
                saver.cancel()
            await asyncio.to_thread(hub.webhooks.stop)
            if file:
                file.save()

    app = FastAPI(
        title="Plug4Market (simulador)",
        description="Um hub Plug4Market de mentira, para testar integrações.",
        version="1",
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.hub = hub
    for module in (
        accounts,
        channels,
        announcements,  # before products, whose paths take any SKU
        products,
        categories,
        orders,
        order_actions,
        control,
        panel,
        panel_actions,
        panel_faults,
    ):
        app.include_router(module.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_exception_handler(HubError, _refused)
    app.add_exception_handler(HTTPException, _not_routed)
    app.add_exception_handler(RequestValidationError, _invalid)
    return Gate(app, hub)


async def _refused(_request: Request, error: HubError) -> JSONResponse:
    return error_response(error.status, error.message, error.headers)


async def _not_routed(request: Request, error: HTTPException) -> JSONResponse:
    """Answer unknown paths and verbs in the hub's shape too."""
    if request.url.path.startswith(NOT_THE_HUB):
        return JSONResponse({"detail": error.detail}, error.status_code, error.headers)
    message = f"Cannot {request.method} {request.url.path}"
    return error_response(error.status_code, message, error.headers)


async def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
    """Answer 400 with a list of texts, as the stack the hub seems built on does."""
    # GUESS (section 11 #1): 400 rather than 422.
    messages = [
        f"{'.'.join(str(part) for part in problem['loc'][1:])}: {problem['msg']}"
        for problem in error.errors()
    ]
    if request.url.path.startswith(NOT_THE_HUB):
        return JSONResponse({"detail": messages}, 422)
    return error_response(400, messages)
