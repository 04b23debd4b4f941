#!/usr/bin/env python3
"""What one bottle's flood of denied requests costs another bottle: its latencies beside a flood
through the same cork, and beside the same flood through a cork of its own, which costs the machine
as much and tells what is the machine's share.

    flood_bench.py --cork BINARY --load-client BINARY [--rounds N] [--rate N]
"""

import argparse
import json
import multiprocessing
import socket
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from peers import Certificates, Cork, Nginx, free_port

CONNECTIONS = 8
EXCHANGES = 4000


class TwoBottles(Cork):
    """The bench's bottle, and one that may reach nothing that it asks for."""

    def start(self):
        self.flood_port = free_port()
        return super().start()

    def write(self, name, text):
        flood = f"""  flood:
    listen: "127.0.0.1:{self.flood_port}"
    allow:
      - elsewhere.example
"""
        return super().write(name, text + flood)


def flood(port, rate, stop, denied):
    """So many denied requests a second, over a few connections that are kept."""
    request = b"GET http://denied.example/ HTTP/1.1\r\nHost: denied.example\r\n\r\n"
    connections = [socket.create_connection(("127.0.0.1", port)) for _ in range(CONNECTIONS)]
    begin, sent = time.monotonic(), 0
    while not stop.is_set():
        for i, connection in enumerate(connections):
            try:
                connection.sendall(request)
                answer = connection.recv(65536)
                if b"Connection: close" in answer or not answer:
                    raise OSError
            except OSError:
                connection.close()
                connections[i] = socket.create_connection(("127.0.0.1", port))
            sent += 1
        ahead = sent / rate - (time.monotonic() - begin)
        if ahead > 0:
            time.sleep(ahead)
    denied.value = sent


def latencies(options, cork, origin):
    done = subprocess.run(
        [options.load_client, "--proxy", str(cork.port), "--origin", str(origin.port), "--ca",
         str(cork.client_ca()), "--body", "2048", "--exchanges", str(EXCHANGES), "--threads", "2"],
        capture_output=True, text=True, timeout=600, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr or done.stdout)
    return json.loads(done.stdout)


def beside_flood(options, port, work):
    stop, denied = multiprocessing.Event(), multiprocessing.Value("l", 0)
    process = multiprocessing.Process(target=flood, args=[port, options.rate, stop, denied])
    process.start()
    time.sleep(0.5)
    begin = time.monotonic()
    found = work()
    stop.set()
    process.join(20)
    return found, denied.value / (time.monotonic() - begin + 0.5)


def measure(options, folder):
    folder.chmod(0o755)  # nginx works as another user
    certificates = Certificates(folder)
    origin = Nginx(folder, certificates).start()
    corks = []
    try:
        for name in ("one", "other"):
            (folder / name).mkdir()
            corks.append(TwoBottles(folder / name, certificates, origin.port).start())
        one, other = corks

        def work():
            return latencies(options, one, origin)

        work()
        rows = {"alone": [], "beside a flood through another cork": [],
                "beside a flood through the same": []}
        rates = []
        for number in range(options.rounds):
            print(f"round {number + 1} of {options.rounds}", flush=True)
            rows["alone"].append(work())
            for label, port in (("beside a flood through another cork", other.flood_port),
                                ("beside a flood through the same", one.flood_port)):
                found, rate = beside_flood(options, port, work)
                rows[label].append(found)
                rates.append(rate)
        report(rows, rates)
    finally:
        for program in (*corks, origin):
            program.stop()


def report(rows, rates):
    print(f"\nMicroseconds of a 2 KB exchange, beside {statistics.median(rates):.0f} denials a second")
    print("| | p50 | p99 |\n|---|---|---|")
    for label, found in rows.items():
        p50, p99 = (statistics.median(one[key] for one in found) for key in ("p50_us", "p99_us"))
        print(f"| {label} | {p50:.0f} | {p99:.0f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--cork", required=True, type=Path)
    parser.add_argument("--load-client", required=True, type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rate", type=int, default=2000, help="denied requests a second")
    options = parser.parse_args()
    Cork.binary = options.cork.resolve(strict=True)
    with tempfile.TemporaryDirectory(prefix="cork-bench-") as folder:
        measure(options, Path(folder))


if __name__ == "__main__":
    main()
