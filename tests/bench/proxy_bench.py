#!/usr/bin/env python3
"""What an intercepted exchange costs: cork beside HAProxy, Squid and mitmdump, in the same run.

    proxy_bench.py --cork BINARY --load-client BINARY [--rounds N] [--quick] [--only PEER]
                   [--json FILE]

For JSON POSTs of 2 KB, 64 KB and 1 MB, on kept connections and with a new one each: CPU
microseconds of the proxy's processes per exchange, latencies, and peak memory. Rounds are
interleaved and medians printed, so that a busy moment of the machine does not hit one proxy alone.
Before them, the memory of an idle intercepted connection.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import peers  # noqa: E402

KIB, MIB = 1 << 10, 1 << 20
# Body, new connection each, exchanges in a round: enough for the CPU clock, and a bounded run.
SCENARIOS = [(2 * KIB, False, 3000), (64 * KIB, False, 1000), (MIB, False, 150),
             (2 * KIB, True, 500), (64 * KIB, True, 300), (MIB, True, 80)]
SLOW_SHARE = 5  # Squid and mitmdump get a fifth of the exchanges
IDLE = 200
# What cork sets itself: (scenario, peer, at most this many times the peer's CPU).
MARKS = [((2 * KIB, False), "HAProxy", 2.5), ((MIB, False), "HAProxy", 4.0),
         ((2 * KIB, False), "Squid", 0.1), ((2 * KIB, False), "mitmdump", 0.1)]
IDLE_MARK_KIB = 80


def family(pid):
    """The process and its descendants."""
    pids = [pid]
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text(encoding="ascii").split():
            pids += family(int(child))
    return pids


def cpu_us(pid):
    """CPU time of all threads of a process's family, in microseconds."""
    total = 0.0
    for one in family(pid):
        try:
            for task in Path(f"/proc/{one}/task").iterdir():
                total += int((task / "schedstat").read_text(encoding="ascii").split()[0]) / 1e3
        except OSError:
            stat = Path(f"/proc/{one}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
            total += (int(stat[11]) + int(stat[12])) * 1e6 / os.sysconf("SC_CLK_TCK")
    return total


def memory_kib(pid, which):
    total = 0
    for one in family(pid):
        status = Path(f"/proc/{one}/status").read_text(encoding="ascii")
        total += int(re.search(rf"^{which}:\s+(\d+)", status, re.M).group(1))
    return total


class Measurement:
    def __init__(self, options, proxies, origin):
        self.options = options
        self.proxies = proxies
        self.origin = origin
        self.results = {}

    def client(self, proxy, *arguments):
        where = ["--direct" if proxy.direct else "--proxy", str(proxy.port)]
        return [self.options.load_client, *where, "--origin", str(self.origin.port), "--ca",
                str(proxy.client_ca()), *map(str, arguments)]

    def load(self, proxy, body, fresh, exchanges):
        more = ["--fresh"] if fresh else []
        done = subprocess.run(
            self.client(proxy, "--body", body, "--exchanges", exchanges, *more),
            capture_output=True, text=True, timeout=600, check=False)
        if done.returncode:
            raise RuntimeError(f"{proxy.name}: {done.stderr or done.stdout}")
        return json.loads(done.stdout)

    def one(self, proxy, scenario):
        body, fresh, exchanges = scenario
        if proxy.name in ("Squid", "mitmdump"):
            exchanges = max(20, exchanges // SLOW_SHARE)
        if self.options.quick:
            exchanges = max(20, exchanges // 10)
        before = cpu_us(proxy.process.pid)
        said = self.load(proxy, body, fresh, exchanges)
        said["cpu_us"] = (cpu_us(proxy.process.pid) - before) / said["exchanges"]
        said["peak_kib"] = memory_kib(proxy.process.pid, "VmHWM")
        self.results.setdefault((body, fresh), {}).setdefault(proxy.name, []).append(said)

    def warm_up(self):
        """Caches, certificates, lazy start-up."""
        for proxy in self.proxies:
            self.load(proxy, 2 * KIB, False, 50)

    def run(self):
        for number in range(self.options.rounds):
            print(f"round {number + 1} of {self.options.rounds}", file=sys.stderr)
            for scenario in SCENARIOS:
                for proxy in self.proxies:
                    self.one(proxy, scenario)

    def median(self, scenario, name, key):
        return statistics.median(said[key] for said in self.results[scenario][name])

    def idle_kib(self, proxy):
        """Memory of one idle intercepted connection that has carried one exchange."""
        before = memory_kib(proxy.process.pid, "VmRSS")
        with subprocess.Popen(self.client(proxy, "--idle", IDLE), stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True) as client:
            if client.stdout.readline() != "ready\n":
                raise RuntimeError(f"{proxy.name}: the idle connections were not opened")
            after = memory_kib(proxy.process.pid, "VmRSS")
            client.stdin.close()
        return (after - before) / IDLE


def label(scenario):
    body, fresh = scenario
    size = f"{body // MIB} MB" if body >= MIB else f"{body // KIB} KB"
    return f"{size}, {'new connection' if fresh else 'keep-alive'}"


def print_tables(measurement, idle):
    names = [proxy.name for proxy in measurement.proxies]
    print("\nCPU microseconds per exchange (in brackets: times cork's)")
    print("".join(["| body |", *(f" {name} |" for name in names)]))
    print("|---|" + "---|" * len(names))
    for scenario in measurement.results:
        own = measurement.median(scenario, "cork", "cpu_us")
        cells = [measurement.median(scenario, name, "cpu_us") for name in names]
        print(f"| {label(scenario)} |" + "".join(f" {c:.0f} ({c / own:.2f}) |" for c in cells))
    print("\nLatency p50 / p99 in microseconds, four connections at a time")
    print("".join(["| body |", *(f" {name} |" for name in names)]))
    print("|---|" + "---|" * len(names))
    for scenario in measurement.results:
        pairs = [(measurement.median(scenario, name, "p50_us"),
                  measurement.median(scenario, name, "p99_us")) for name in names]
        print(f"| {label(scenario)} |" + "".join(f" {a:.0f} / {b:.0f} |" for a, b in pairs))
    print("\nMemory")
    print("| | peak MB | KB for an idle intercepted connection |\n|---|---|---|")
    for name in names:
        peak = max(said["peak_kib"] for by_name in measurement.results.values()
                   for said in by_name[name])
        print(f"| {name} | {peak / 1024:.0f} | {idle[name]:.0f} |")


def print_marks(measurement, idle):
    print("\nWhat cork sets itself")
    names = {proxy.name for proxy in measurement.proxies}
    for scenario, peer, limit in MARKS:
        if peer not in names:
            print(f"  not measured: {label(scenario)} beside {peer}, which did not run")
            continue
        ratio = (measurement.median(scenario, "cork", "cpu_us")
                 / measurement.median(scenario, peer, "cpu_us"))
        print(f"  {'met' if ratio <= limit else 'MISSED'}: {label(scenario)}, {ratio:.2f} times "
              f"{peer}'s CPU, at most {limit}")
    met = idle["cork"] <= IDLE_MARK_KIB
    print(f"  {'met' if met else 'MISSED'}: {idle['cork']:.0f} KB for an idle connection, at most "
          f"{IDLE_MARK_KIB}")


def write_json(path, measurement, idle):
    rows = [{"body": body, "fresh": fresh, "proxy": name, "rounds": rounds}
            for (body, fresh), by_name in measurement.results.items()
            for name, rounds in by_name.items()]
    Path(path).write_text(json.dumps({"exchanges": rows, "idle_kib": idle}, indent=1) + "\n",
                          encoding="ascii")


def measure(options, folder):
    folder.chmod(0o755)  # Squid runs as another user
    certificates = peers.Certificates(folder)
    started = []
    try:
        origin = peers.Nginx(folder, certificates).start()
        started.append(origin)
        for kind in peers.PROXIES:
            if kind.absent():
                print(f"NOT RUN: {kind.program} is not installed", file=sys.stderr)
                continue
            started.append(kind(folder, certificates, origin.port).start())
        measurement = Measurement(options, started[1:], origin)
        measurement.warm_up()
        # Before the load, whose freed memory would hide what a connection takes.
        idle = {proxy.name: measurement.idle_kib(proxy) for proxy in measurement.proxies}
        measurement.run()
    finally:
        for program in started:
            program.stop()
    print_tables(measurement, idle)
    print_marks(measurement, idle)
    if options.json:
        write_json(options.json, measurement, idle)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--cork", required=True)
    parser.add_argument("--load-client", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="a tenth of the exchanges")
    parser.add_argument("--only", action="append", help="only these proxies beside cork")
    parser.add_argument("--json", help="every figure of every round")
    options = parser.parse_args()
    peers.Cork.binary = str(Path(options.cork).resolve(strict=True))
    options.load_client = str(Path(options.load_client).resolve(strict=True))
    if options.only is not None:
        peers.PROXIES = [k for k in peers.PROXIES if k.name in ("cork", *options.only)]
    with tempfile.TemporaryDirectory(prefix="cork-bench-") as folder:
        measure(options, Path(folder))


if __name__ == "__main__":
    main()
