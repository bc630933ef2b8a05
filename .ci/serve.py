"""Serves the application and its PDF worker until told to stop, and leaves nothing behind.

Started by `make run`. PORT chooses the port (8000). While it serves, the file `served` of the instance holds the
address, for the commands that print links. Exit: 0 when told to stop, 1 when it cannot go on.
With `demo`, started by `make demo`: fictional data, made anew in its own folder, whatever is set for the real site.
"""

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

PORT = os.environ.get("PORT") or "8000"
FLASK = [sys.executable, "-m", "flask", "--app", "wsgi"]


def server(application, port):
    """The command that serves it, as it is deployed; `make bench` measures this one."""
    # fmt: off
    return [
        sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}",
        "--worker-class", "gthread", "--workers", "2", "--threads", "4",
        "--graceful-timeout", "5", "--no-control-socket", "--preload",  # definitions read, and faults told, once
    ]
    # fmt: on


WORKER = [*FLASK, "worker"]
DEMO = sys.argv[1:] == ["demo"]
DEMO_FOLDER = "instance-demo"
OF_THE_REAL_SITE = ("DATABASE_URL", "SECRET_KEY", "SMTP_URL", "MAIL_FROM", "PUBLIC_URL", "BEHIND_HTTPS")
GRACE = 10  # seconds left to a process told to stop
STEADY = 60  # seconds after which a worker is no longer one that dies at once


def stop(message):
    print(message, file=sys.stderr)
    sys.exit(1)


def check_port():
    """Stop with a message if PORT is no port, or a busy one."""
    if not PORT.isdigit() or not 0 < int(PORT) < 65536:
        stop(f"PORT={PORT} is not a port number.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(PORT)))
        except OSError as error:
            other = int(PORT) % 65535 + 1
            stop(f"Port {PORT} cannot be used ({error.strerror}). Choose another one: make run PORT={other}")


def told_address():
    """What people type: PUBLIC_URL, or this machine."""
    return os.environ.get("PUBLIC_URL") or f"http://127.0.0.1:{PORT}"


def served():
    """The file that says it, until the end."""
    return Path(os.environ.get("INSTANCE") or Path(__file__).resolve().parents[1] / "instance") / "served"


def prepare():
    """The database brought up to date, or for the demonstration an empty one filled. Stop if it cannot be."""
    if DEMO:
        for name in OF_THE_REAL_SITE:
            os.environ.pop(name, None)
        os.environ.update(INSTANCE=DEMO_FOLDER, READ_MAILS="1", PREVIEW="1")  # nothing here is anybody's
        shutil.rmtree(DEMO_FOLDER, ignore_errors=True)
        print("Preparing fictional data…", flush=True)
    served().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    served().touch(0o600)
    served().write_text(told_address(), "utf-8")
    if subprocess.run([*FLASK, "demo"] if DEMO else [*FLASK, "db", "upgrade"]).returncode:
        stop("The database could not be made ready: see the message above.")


def die_with_parent():
    """Even if this very process is killed outright (Linux only: PR_SET_PDEATHSIG is 1)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def start(command):
    # A session of its own: Ctrl-C reaches this process alone, which stops the others in good order.
    return subprocess.Popen(command, start_new_session=True, preexec_fn=die_with_parent)


def signal_group(process, number):
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def end(processes):
    """Tell every process and its children to stop; kill what is left after GRACE seconds."""
    for process in processes:
        signal_group(process, signal.SIGTERM)
    deadline = time.monotonic() + GRACE
    for process in processes:
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0.1, deadline - time.monotonic()))
        signal_group(process, signal.SIGKILL)  # also what a dead parent may have left
        process.wait()


class Stopped(Exception):  # noqa: N818  not an error: what was asked for
    pass


def on_signal(number, frame):
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)  # once is enough, and `end` must not be cut short
    raise Stopped


def watch(processes):
    """Until the server ends or this process loses its parent; a worker that dies is started again."""
    parent, delay, next_start = os.getppid(), 1, 0.0
    started = time.monotonic()
    while os.getppid() == parent:
        server, worker = processes
        if server.poll() is not None:
            return f"The server stopped by itself (exit {server.returncode}): see its messages above."
        now = time.monotonic()
        if worker.poll() is not None:
            if not next_start:
                signal_group(worker, signal.SIGKILL)
                delay = 1 if now - started > STEADY else min(delay * 2, 60)
                next_start = now + delay
                print(
                    f"The PDF worker stopped (exit {worker.returncode}); next start in {delay} s.",
                    file=sys.stderr,
                )
            elif now >= next_start:
                processes[1], started, next_start = start(WORKER), now, 0.0
        time.sleep(0.5)
    return "The process that started this one is gone."


def main():
    check_port()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, on_signal)
    processes = []
    try:
        prepare()
        here = f"http://127.0.0.1:{PORT}"
        told = here if told_address() == here else f"{here}, for {told_address()}"
        print(f"Boussole PAT–International: {told}   (Ctrl-C stops it)", flush=True)
        processes.append(start(server("wsgi:app", PORT)))
        processes.append(start(WORKER))
        stop(watch(processes))
    except Stopped:
        print("Stopping…", flush=True)
    finally:
        end(processes)
        served().unlink(missing_ok=True)


if __name__ == "__main__":
    main()
