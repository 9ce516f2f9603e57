"""What the sockets of native connections are set to."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator

import pytest

from openai_native import AsyncOpenAI
from openai_native.mock import MockServer

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="finds sockets by /proc")


def connected_to(port: int) -> Iterator[socket.socket]:
    for name in os.listdir("/proc/self/fd"):
        try:
            found = socket.socket(fileno=os.dup(int(name)))
        except OSError:  # no socket, or gone
            continue
        with found:
            try:
                if found.getpeername()[1] == port:
                    yield found
            except (OSError, IndexError):
                continue


async def test_dead_paths_are_noticed(client: AsyncOpenAI, server: MockServer) -> None:
    await client.models.list()
    port = int(server.base_url.rpartition(":")[2].partition("/")[0])
    found = list(
        tuple(
            connection.getsockopt(level, option)
            for level, option in (
                (socket.SOL_SOCKET, socket.SO_KEEPALIVE),
                (socket.IPPROTO_TCP, socket.TCP_NODELAY),
                (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE),
                (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL),
                (socket.IPPROTO_TCP, socket.TCP_KEEPCNT),
                (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT),
            )
        )
        for connection in connected_to(port)
    )
    assert (1, 1, 60, 60, 5, 120_000) in found
