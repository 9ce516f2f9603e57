"""Real proxies for tests: squid, tinyproxy, microsocks, each on free ports, stopped at the end."""

from __future__ import annotations

import contextlib
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from real_servers import free_port, free_ports, needed, running

USER, PASSWORD = "me@home", "p:ss/w rd"
QUOTED = "me%40home:p%3Ass%2Fw%20rd"

SQUID = """
http_port 127.0.0.1:{open}
http_port 127.0.0.1:{closed}
https_port 127.0.0.1:{tls} tls-cert={root}/server.pem tls-key={root}/server.pem
auth_param basic program {python} {root}/auth.py
auth_param basic children 1 startup=1
acl anybody localport {open} {tls}
acl known proxy_auth REQUIRED
acl forbidden dstdomain forbidden.example
http_access deny forbidden
http_access allow anybody
http_access allow known
http_access deny all
cache deny all
access_log none
cache_log /dev/null
pid_filename none
shutdown_lifetime 0 seconds
visible_hostname proxy.test
"""
SQUID_AUTH = f"""
import sys, urllib.parse
for line in sys.stdin:
    given = [urllib.parse.unquote(word) for word in line.split()]
    print("OK" if given == [{USER!r}, {PASSWORD!r}] else "ERR", flush=True)
"""
TINYPROXY = """
Port {port}
Listen 127.0.0.1
Timeout 30
MaxClients 50
BasicAuth somebody secret
"""

NGINX = """
daemon off;
pid {root}/pid;
error_log {root}/error.log;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {root}/body;
    proxy_temp_path {root}/proxy;
    fastcgi_temp_path {root}/fastcgi;
    uwsgi_temp_path {root}/uwsgi;
    scgi_temp_path {root}/scgi;
    ssl_certificate {root}/server.pem;
    ssl_certificate_key {root}/server.pem;
    server {{
        listen unix:{root}/api.sock;
        listen 127.0.0.1:{port} ssl http2;
        location / {{
            proxy_buffering off;
            proxy_pass {upstream};
        }}
    }}
}}
"""


def nginx(root: Path, port: int, upstream: str) -> str:
    return NGINX.format(root=root, port=port, upstream=upstream)


@contextlib.contextmanager
def squid(certificate: bytes) -> Iterator[dict[str, str]]:
    """`open`, `closed` (for USER with PASSWORD) and `tls`: where each is."""
    found = needed("squid")
    # Its helpers run as another user.
    root = Path(tempfile.mkdtemp(prefix="openai-native-squid-"))
    root.chmod(0o755)
    ports = dict(zip(("open", "closed", "tls"), free_ports(3), strict=True))
    (root / "server.pem").write_bytes(certificate)
    (root / "auth.py").write_text(SQUID_AUTH)
    python = shutil.which("python3", path="/usr/bin") or sys.executable
    (root / "squid.conf").write_text(SQUID.format(root=root, python=python, **ports))
    command = (found, "-N", "-f", str(root / "squid.conf"))
    try:
        with running(*command, port=ports["tls"]):
            yield {
                "open": f"http://127.0.0.1:{ports['open']}",
                "closed": f"http://{QUOTED}@127.0.0.1:{ports['closed']}",
                "tls": f"https://localhost:{ports['tls']}",
            }
    finally:
        shutil.rmtree(root, ignore_errors=True)


@contextlib.contextmanager
def tinyproxy(root: Path) -> Iterator[str]:
    found = needed("tinyproxy")
    port = free_port()
    (root / "tinyproxy.conf").write_text(TINYPROXY.format(port=port))
    with running(found, "-d", "-c", str(root / "tinyproxy.conf"), port=port):
        yield f"http://somebody:secret@127.0.0.1:{port}"


@contextlib.contextmanager
def microsocks(user: str = "", password: str = "") -> Iterator[str]:
    """The part of its URL that follows the scheme."""
    found = needed("microsocks")
    port = free_port()
    login = ["-u", user, "-P", password] if user else []
    with running(found, "-i", "127.0.0.1", "-p", str(port), *login, port=port):
        yield f"{user}:{password}@127.0.0.1:{port}" if user else f"127.0.0.1:{port}"
