"""Style sheets and pictures, which hold nothing about anybody."""

from __future__ import annotations

from aiohttp import web

from admin.door import Asked


async def file(asked: Asked) -> web.StreamResponse:
    """Give a file."""
    return asked.door.pages.assets.response(asked.part("name"))
