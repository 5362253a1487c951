"""`python -m tests.bench.inspecting`: what the inspector adds to a request, beside bare mitmproxy and no proxy at all.

Origin, client and proxies are on this machine and take turns within each round; first quartiles are compared. Bare mitmproxy is `mitmdump` of the same
environment, streaming, with nothing of Telltale; Telltale also searches every request and keeps what it found.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

from core import paths
from core.watch import inspector_setup
from core.watch.inspector_run import Inspection, Subject
from tests.bench.measure import table
from tests.fakes.capture import searcher

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROUNDS = 15
LIMIT = 1.15
EVENT = b"3fe\r\ndata: " + b"x" * 1014 + b"\n\n\r\n"
ORIGIN = f"""
import asyncio
EVENT = {EVENT!r}
async def serve(reader, writer):
    try:
        while True:
            head = await reader.readuntil(b"\\r\\n\\r\\n")
            length = head.lower().partition(b"content-length: ")[2].partition(b"\\r\\n")[0]
            if length:
                await reader.readexactly(int(length))
            if head.startswith(b"GET /events"):
                writer.write(b"HTTP/1.1 200 OK\\r\\nContent-Type: text/event-stream\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n")
                for _ in range(1000):
                    writer.write(EVENT)
                    await writer.drain()
                writer.write(b"0\\r\\n\\r\\n")
            else:
                writer.write(b"HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok")
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()
async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=1 << 21)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
asyncio.run(main())
"""


class Client:
    """One kept connection to a place that speaks HTTP."""

    def __init__(self, port: int, base: str) -> None:
        """Connect; `base` stands before every path (the origin's address, where a proxy is asked)."""
        self._connection = socket.create_connection(("127.0.0.1", port))
        self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._base = base

    def ask(self, path: str, body: bytes = b"") -> int:
        """Send one request and return how many bytes the answer has."""
        kind = (
            f"POST {self._base}{path} HTTP/1.1\r\nHost: h\r\nContent-Length: {len(body)}"
            if body
            else f"GET {self._base}{path} HTTP/1.1\r\nHost: h"
        )
        self._connection.sendall(f"{kind}\r\n\r\n".encode() + body)
        end = b"0\r\n\r\n" if path == "/events" else b"ok"
        count, tail = 0, b""
        while not tail.endswith(end):
            data = self._connection.recv(1 << 18)
            if not data:
                raise ConnectionError(path)
            count += len(data)
            tail = (tail + data)[-16:]
        return count

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def prompt(size: int) -> bytes:
    """Return a body as tools send them: messages with text, a few facts among it."""
    line = "Read the file src/main.py, then say what the function does and where it is called from. "
    messages = [{"role": "user", "content": line * 40} for _ in range(max(1, size // (len(line) * 40)))]
    return json.dumps({"model": "m", "messages": messages, "user": "canaryuser"}).encode()


def main() -> int:
    """Measure and print; ends with 1 if the inspector costs more than its limit."""
    if not inspector_setup.is_installed():
        sys.stderr.write(inspector_setup.missing() + "\n")
        return 2
    with tempfile.TemporaryDirectory() as folder:
        origin, port = server([sys.executable, "-c", ORIGIN])
        own, own_port = server([sys.executable, "-m", "tests.bench.inspecting", folder])
        bare, bare_port = bare_proxy(folder)
        base = f"http://127.0.0.1:{port}"
        places = {"direct": (port, ""), "bare mitmproxy": (bare_port, base), "Telltale": (own_port, base)}
        try:
            return measured(places)
        finally:
            for process in (own, bare, origin):
                process.terminate()
                process.wait()


def server(command: list[str]) -> tuple[subprocess.Popen[str], int]:
    """Start a server that says its port."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True)
    assert process.stdout
    return process, int(process.stdout.readline())


def inspect(folder: str) -> None:
    """Run the inspector as `telltale run --inspect` does, in a process of its own beside the tool."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with patch.object(paths, "state_dir", lambda: Path(folder)), Inspection(Subject(None, "bench", "1", {}), searcher) as inspection:
        sys.stdout.write(f"{inspection.port}\n")
        sys.stdout.flush()
        sys.stdin.read()


def bare_proxy(folder: str) -> tuple[subprocess.Popen[bytes], int]:
    """Start mitmdump on a free port and wait until it listens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    options = [f"confdir={folder}/bare", f"listen_port={port}", "listen_host=127.0.0.1", "stream_large_bodies=1", "flow_detail=0"]
    words = [str(inspector_setup.interpreter()), "-I", "-c", "from mitmproxy.tools.main import mitmdump; mitmdump()", "-q"]
    process = subprocess.Popen(
        [*words, *(part for option in options for part in ("--set", option))], env={"PATH": os.defpath, "HOME": folder}
    )
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return process, port
        except ConnectionRefusedError:
            time.sleep(0.05)


def measured(places: dict[str, tuple[int, str]]) -> int:
    """Race the ways on each load and print the table."""
    body, large = prompt(200_000), prompt(1_000_000)
    loads: dict[str, Callable[[Client], object]] = {
        "GET": lambda client: [client.ask("/x") for _ in range(100)],
        "POST 200 kB": lambda client: [client.ask("/x", body) for _ in range(30)],
        "POST 1 MB": lambda client: [client.ask("/x", large) for _ in range(10)],
        "1,000 events (1 MB)": lambda client: [client.ask("/events") for _ in range(3)],
    }
    counts = {"GET": 100, "POST 200 kB": 30, "POST 1 MB": 10, "1,000 events (1 MB)": 3}
    rows, worst = [], 0.0
    for name, load in loads.items():
        times = race(places, load)
        per = {way: 1000 * undisturbed(values) / counts[name] for way, values in times.items()}
        ratio = undisturbed(times["Telltale"]) / undisturbed(times["bare mitmproxy"])
        worst = max(worst, ratio)
        rows.append([name, *(f"{per[way]:.2f}" for way in places), f"{ratio:.2f}"])
    many = [(way, rate(*place)) for _ in range(5) for way, place in places.items()]
    rates = {way: 1 / undisturbed([1 / value for name, value in many if name == way]) for way in places}
    rows.append(["GET/s, 16 at once", *(f"{rates[way]:,.0f}" for way in places), f"{rates['bare mitmproxy'] / rates['Telltale']:.2f}"])
    worst = max(worst, rates["bare mitmproxy"] / rates["Telltale"])
    sys.stdout.write("\n".join(table(["load (ms each)", *places, "Telltale / bare"], rows)) + "\n")
    sys.stdout.write(f"\nWorst ratio {worst:.2f}, limit {LIMIT:.2f}.\n")
    return 0 if worst <= LIMIT else 1


def undisturbed(times: list[float]) -> float:
    """Return the first quartile: what a busy machine disturbs least, of ways that are measured in turns."""
    return statistics.quantiles(times, n=4)[0]


def race(places: dict[str, tuple[int, str]], load: Callable[[Client], object]) -> dict[str, list[float]]:
    """Return the seconds of each round for each way, all ways once per round."""
    times: dict[str, list[float]] = {way: [] for way in places}
    for number in range(ROUNDS + 1):
        for way, (port, base) in places.items():
            client = Client(port, base)
            begun = time.perf_counter()
            load(client)
            if number:  # the first round warms up
                times[way].append(time.perf_counter() - begun)
            client.close()
    return times


def rate(port: int, base: str, threads: int = 16, each: int = 60) -> float:
    """Return requests a second over some connections at once."""
    barrier = threading.Barrier(threads + 1)

    def work(_: int) -> None:
        client = Client(port, base)
        client.ask("/x")
        barrier.wait()
        for _number in range(each):
            client.ask("/x")
        client.close()

    with ThreadPoolExecutor(threads) as pool:
        done: Iterator[None] = pool.map(work, range(threads))
        barrier.wait()
        begun = time.perf_counter()
        list(done)
        return threads * each / (time.perf_counter() - begun)


if __name__ == "__main__":
    sys.exit(inspect(sys.argv[1]) if sys.argv[1:] else main())
