"""`ScriptedServer` over TLS, with an authority of its own; it may demand a client certificate."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import threading
from pathlib import Path
from typing import Any

import trustme

from scripted import ScriptedServer


class Authority:
    """Certificates made on the spot, as files in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ca = trustme.CA()
        self.pem = self._ca.cert_pem.bytes()
        self.ca_file = str(folder / "ca.pem")
        self._ca.cert_pem.write_to_path(self.ca_file)

    def issue(self, name: str, **wish: Any) -> str:
        """The path of a file with chain and key."""
        path = self._folder / f"{name}.pem"
        issued = self._ca.issue_cert(name, **wish)
        issued.private_key_and_cert_chain_pem.write_to_path(str(path))
        return str(path)

    def server_context(self, *names: str, demand: bool = False, **wish: Any) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._ca.issue_cert(*(names or ("localhost", "127.0.0.1")), **wish).configure_cert(context)
        if demand:
            context.verify_mode = ssl.CERT_REQUIRED
            self._ca.configure_trust(context)
        return context

    def client_context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.ca_file)


class TlsServer(ScriptedServer):
    def __init__(self, context: ssl.SSLContext, host: str = "localhost") -> None:
        super().__init__(context)
        self._host = host
        self.subjects: list[str | None] = []  # whom the clients said they are, by connection
        self.resumed: list[bool] = []

    async def __aenter__(self) -> TlsServer:
        await super().__aenter__()
        self.url = self.url.replace("localhost", self._host)
        return self

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        found = writer.get_extra_info("ssl_object")
        certificate = found.getpeercert()
        names = (certificate or {}).get("subjectAltName", ())
        self.subjects.append(names[0][1] if names else None)
        self.resumed.append(found.session_reused)
        await super()._answer(reader, writer)


class HandshakeServer:
    """A blocking server: unlike asyncio's it tells the client why a handshake fails."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://localhost:{self._listening.getsockname()[1]}/v1"
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> HandshakeServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                met, _ = self._listening.accept()
            except OSError:
                return
            with met, contextlib.suppress(OSError):
                met.settimeout(10)
                self._refuse(met)

    def _refuse(self, met: socket.socket) -> None:
        """`met` stays open until the client has read what was wrong, and left."""
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        talk = self._context.wrap_bio(incoming, outgoing, server_side=True)
        while data := met.recv(65536):
            incoming.write(data)
            with contextlib.suppress(ssl.SSLError):
                talk.do_handshake()
            met.sendall(outgoing.read())
