"""Real servers that speak HTTP/2 over TLS, in front of another server."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import trustme

from real_servers import free_port, program, running

_NGINX = """
daemon off; master_process off; worker_processes 1;
pid {root}/nginx.pid; error_log {root}/error.log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {root}/body; proxy_temp_path {root}/proxy;
    fastcgi_temp_path {root}/fastcgi; uwsgi_temp_path {root}/uwsgi; scgi_temp_path {root}/scgi;
    client_max_body_size 0;
    keepalive_requests 50;
    server {{
        listen 127.0.0.1:{port} ssl http2;
        ssl_certificate {pem}; ssl_certificate_key {pem};
        location / {{
            proxy_pass http://127.0.0.1:{upstream};
            proxy_http_version 1.1; proxy_set_header Connection "";
            proxy_buffering off; proxy_request_buffering off;
        }}
    }}
}}
"""

_H2O = """
{user}
listen:
  host: 127.0.0.1
  port: {port}
  ssl: {{certificate-file: {pem}, key-file: {pem}, ocsp-update-interval: 0}}
hosts:
  default:
    paths:
      /:
        proxy.reverse.url: http://127.0.0.1:{upstream}/
        proxy.preserve-host: ON
num-threads: 1
error-log: {root}/error.log
"""

_CADDY = """
{{
    admin off
    auto_https off
    storage file_system {root}/caddy
}}
https://localhost:{port} {{
    bind 127.0.0.1
    tls {pem} {pem}
    reverse_proxy 127.0.0.1:{upstream} {{
        flush_interval -1
    }}
}}
"""

SERVERS = ("nghttpx", "nginx", "h2o", "caddy")


@dataclass
class H2Server:
    name: str
    url: str
    ca_file: str


def _command(name: str, root: Path, port: int, upstream: int, pem: str, alpn: str) -> list[str]:
    found = program(name)
    assert found is not None
    user = "user: root" if os.geteuid() == 0 else ""
    values = {"user": user, "root": root, "port": port, "upstream": upstream, "pem": pem}
    if name == "nghttpx":
        return [
            *(
                found,
                f"--frontend=127.0.0.1,{port}{'' if alpn else ';no-tls'}",
                f"--backend=127.0.0.1,{upstream}",
            ),
            *(
                "--conf=/dev/null",
                "--workers=1",
                f"--pid-file={root}/nghttpx.pid",
                f"--errorlog-file={root}/error.log",
            ),
            *([pem, pem, f"--npn-list={alpn}"] if alpn else []),
            *("--no-via", "--no-add-x-forwarded-proto"),
        ]
    if name == "nginx":
        (root / "nginx.conf").write_text(_NGINX.format(**values))
        return [found, "-p", str(root), "-c", str(root / "nginx.conf")]
    if name == "h2o":
        (root / "h2o.conf").write_text(_H2O.format(**values))
        return [found, "-c", str(root / "h2o.conf")]
    (root / "Caddyfile").write_text(_CADDY.format(**values))
    return [found, "run", "--config", str(root / "Caddyfile"), "--adapter", "caddyfile"]


@contextlib.contextmanager
def in_front_of(
    upstream: int, name: str, root: Path, alpn: str = "h2,http/1.1"
) -> Iterator[H2Server]:
    """`name` before the server on port `upstream`; nghttpx without `alpn`: without TLS."""
    root.chmod(0o755)
    authority = trustme.CA()
    pem = str(root / "server.pem")
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(pem)
    authority.cert_pem.write_to_path(str(root / "ca.pem"))
    port = free_port()
    command = _command(name, root, port, upstream, pem, alpn)
    with running(*command, port=port, env={"HOME": str(root), "PATH": "/usr/bin:/bin"}):
        scheme = "https" if alpn else "http"
        yield H2Server(name, f"{scheme}://localhost:{port}/v1", str(root / "ca.pem"))
