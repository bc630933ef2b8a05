"""The site served as `deploy/` says: instances started and stopped as their units are, behind a proxy that is real."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.bench.servers import free_port
from tests.definitions import ROOT
from tests.fixtures.waiting import PATIENCE, until

DEPLOY = ROOT / "deploy"
NAME = "pat.example.fr"
DEBIAN = Path("/etc/nginx")  # as its package is laid out, where our file is put beside
SERVER = "    server 127.0.0.1:8000 fail_timeout=2s;"


# As systemd does: the socket is the fourth file that the program has open, and the environment says it.
GIVEN = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.execve(sys.argv[2], sys.argv[2:], {**os.environ, "LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1"})
"""


class Service:
    """One service of the site, which its unit starts and stops; its output in `log`."""

    def __init__(self, command: str, log: Path, **told: str) -> None:
        self.command = [sys.executable, "-m", "flask", "--app", "wsgi", command]
        self.told, self.log = told, log
        self.begun: list[subprocess.Popen[bytes]] = []

    def begin(self, **told: str) -> None:
        self._begin(self.command, told)

    def _begin(self, command: list[str], told: dict[str, str], doors: tuple[int, ...] = ()) -> None:
        with self.log.open("ab") as log:
            made = subprocess.Popen(
                command, cwd=ROOT, env={**os.environ, **self.told, **told}, stdout=log, stderr=log, pass_fds=doors,
                start_new_session=True,
            )  # fmt: skip  # where it runs, then how
        self.begun.append(made)

    def stop(self) -> None:
        self.begun[-1].send_signal(signal.SIGTERM)
        assert self.begun[-1].wait(PATIENCE) == 0, self.log.read_text()

    def kill(self) -> None:
        """With its children, as on a machine that goes away."""
        os.killpg(self.begun[-1].pid, signal.SIGKILL)
        self.begun[-1].wait(PATIENCE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for one in self.begun:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(one.pid, signal.SIGKILL)
            one.wait(PATIENCE)


class Web(Service):
    """The pages; `door`: the socket that they share, else they listen where LISTEN says."""

    def __init__(self, log: Path, door: socket.socket | None = None, **told: str) -> None:
        super().__init__("serve", log, **told)
        self.door = door

    def start(self) -> None:
        """Its unit is of Type=notify: it is started once it listens."""
        name = f"boussole {id(self)}"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ready:
            ready.bind(f"\0{name}")
            ready.settimeout(PATIENCE)
            told = {"NOTIFY_SOCKET": f"@{name}"}
            if self.door is None:
                self._begin(self.command, told)
            else:
                number = self.door.fileno()
                self._begin([sys.executable, "-c", GIVEN, str(number), *self.command], told, (number,))
            while b"READY=1" not in ready.recv(1000):
                pass

    def restart(self) -> None:
        self.stop()
        self.start()


def settings(folder: Path) -> dict[str, str]:
    """Those of the example, with the data in that folder."""
    return {"SETTINGS_FILE": str(DEPLOY / "settings.env"), "INSTANCE": str(folder)}


@dataclass(frozen=True)
class Deployed:
    """Where the site listens by itself, a port of each machine; the certificate of the proxy, its key beside."""

    folder: Path
    ports: tuple[int, ...]
    certificate: Path

    @classmethod
    def at(cls, folder: Path, *ports: int) -> Deployed:
        made = folder / "certificate.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
             "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", folder / "key.pem",
             "-out", made],
            check=True, capture_output=True,
        )  # fmt: skip  # as one would type it
        return cls(folder, ports, made)

    @property
    def trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.certificate)

    @property
    def direct(self) -> str:
        return f"http://127.0.0.1:{self.ports[0]}"

    @property
    def secret(self) -> str:
        return (self.folder / "secret_key").read_text()


def nginx(site: Deployed, port: int, folder: Path) -> list[str]:
    """Its command, and its configuration written in that folder."""
    told = (DEPLOY / "nginx.conf").read_text("utf-8")
    told = re.sub(r"^.*listen \[::\].*\n", "", told, flags=re.MULTILINE)  # some machines have no IPv6
    for old, new in {
        "listen 80 ": f"listen 127.0.0.1:{free_port()} ",
        "listen 443 ": f"listen 127.0.0.1:{port} ",
        SERVER: "\n".join(SERVER.replace("8000", str(one)) for one in site.ports),
        "/etc/letsencrypt/live/pat.example.fr/fullchain.pem": str(site.certificate),
        "/etc/letsencrypt/live/pat.example.fr/privkey.pem": str(site.folder / "key.pem"),
        "/var/log/nginx": str(folder),
        "X-Forwarded-Host $server_name": f"X-Forwarded-Host localhost:{port}",
        NAME: "localhost",
    }.items():
        assert old in told, old
        told = told.replace(old, new)
    shutil.copytree(DEBIAN, folder / "nginx", ignore=shutil.ignore_patterns("default"))  # which the README removes
    (folder / "nginx/conf.d/boussole.conf").write_text(told, "utf-8")
    temporary = "".join(
        f"{one}_temp_path {folder}/{one};" for one in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main = (DEBIAN / "nginx.conf").read_text("utf-8")
    for old, new in {
        "user www-data;": "daemon off; master_process off;",
        str(DEBIAN): f"{folder}/nginx",
        "/run/nginx.pid": f"{folder}/pid",
        "/var/log/nginx": str(folder),
        "http {": f"http {{ {temporary}",
    }.items():
        assert old in main, old
        main = main.replace(old, new)
    (folder / "nginx/nginx.conf").write_text(main, "utf-8")
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    return [program, "-c", str(folder / "nginx/nginx.conf"), "-e", str(folder / "start.log")]


def caddy(site: Deployed, port: int, folder: Path) -> list[str]:
    told = (DEPLOY / "Caddyfile").read_text("utf-8")
    for old, new in {
        "{\n\tservers {": "{\n\tadmin off\n\tauto_https disable_redirects\n\tservers {",
        f"\n{NAME} {{": f"\nhttps://localhost:{port} {{\n\ttls {site.certificate} {site.folder}/key.pem",
        "127.0.0.1:8000": " ".join(f"127.0.0.1:{one}" for one in site.ports),
        "/var/log/caddy": str(folder),
    }.items():
        assert old in told, old
        told = told.replace(old, new)
    (folder / "Caddyfile").write_text(told, "utf-8")
    return ["caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]


PROXIES = {"nginx": nginx, "caddy": caddy}


@dataclass(frozen=True)
class Proxy:
    """One that serves the site at `address`, and writes in `folder`."""

    name: str
    address: str
    folder: Path

    @property
    def logged(self) -> str:
        return "\n".join(path.read_text("utf-8") for path in self.folder.glob("*log"))


@contextmanager
def running(name: str, site: Deployed, folder: Path) -> Iterator[Proxy]:
    port = free_port()
    command = PROXIES[name](site, port, folder)
    environment = {**os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with (folder / "output.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            until(lambda: listens(port) or process.poll() is not None)
            assert process.poll() is None, (folder / "output.log").read_text()
            yield Proxy(name, f"https://localhost:{port}", folder)
        finally:
            process.terminate()
            process.wait(20)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
