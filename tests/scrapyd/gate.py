"""Holds a crawl midway: the site answers so many requests, and the others when the test says so."""

from __future__ import annotations

import asyncio

from tests.mocksite import Connection, Request, Response


class Gate:
    """Give ``deliver`` to a Server."""

    def __init__(self, after: int):
        self.left = after
        self.held: list[tuple[Connection, Request, Response]] = []
        self.is_open = False

    def deliver(self, connection: Connection, request: Request, response: Response) -> bool:
        self.loop = asyncio.get_running_loop()
        self.left -= 1
        if self.is_open or self.left >= 0:
            return False
        self.held.append((connection, request, response))
        return True

    def open(self) -> None:
        """Answer what is held, and from now on everything."""
        self.loop.call_soon_threadsafe(self._release)

    def _release(self) -> None:
        self.is_open = True
        for connection, request, response in self.held:
            if not connection.transport.is_closing():
                connection.send(request, response)
        self.held.clear()
