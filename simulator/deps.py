"""What the routes of the hub ask for."""

from typing import Annotated

from fastapi import Depends, Request

from .errors import HubError
from .state import Hub, Store


async def _hub(request: Request) -> Hub:
    return request.app.state.hub


async def _store(request: Request) -> Store:
    """Return the store of the access token; no path names it (section 2)."""
    caller = request.state.caller
    if caller.problem or caller.store is None:
        raise HubError(401, caller.problem or "Token de loja não informado")
    return caller.store


async def _user(request: Request) -> str:
    """Return the login of the software house's user token."""
    caller = request.state.caller
    if caller.problem or caller.user is None:
        raise HubError(401, caller.problem or "Token de usuário não informado")
    return caller.user


HubDep = Annotated[Hub, Depends(_hub)]
StoreDep = Annotated[Store, Depends(_store)]
UserDep = Annotated[str, Depends(_user)]
