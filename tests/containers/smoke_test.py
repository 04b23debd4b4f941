"""What docs/compose.md promises, tried from inside the agent's container."""

import json
import re
import secrets
import shutil
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

import made_secrets
from setting import Setting
from sidecars import DOCKER, ORIGIN, PROJECT, ROUTE, Sidecars, make_certificates
from sink import Sink

MAX_IMAGE_BYTES = 45_000_000
USER = 10001
PATIENCE = 120  # seconds, for what takes one on a machine that does nothing else
REFUSAL_KEYS = {"type", "status", "title", "detail", "reason", "id", "agent_can", "operator_can"}
NOWHERE = re.compile(r"^(OSError|ConnectionRefusedError|TimeoutError|gaierror|PermissionError|"
                     r"BlockingIOError)\b|^no answer in it")


def token():
    return "t" + secrets.token_hex(12)


def host_addresses():
    """Every address this machine has, those of the engine's bridges included."""
    listed = json.loads(subprocess.run(["ip", "-j", "address"], capture_output=True, check=True,
                                       text=True).stdout)
    for interface in listed:
        for one in interface["addr_info"]:
            if interface["ifname"] != "lo":
                local = one["scope"] == "link" and one["family"] == "inet6"
                yield one["local"] + ("%eth0" if local else "")


class ImageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        shown = Setting.engine.docker("image", "inspect", Setting.image).stdout
        cls.image = json.loads(shown)[0]

    def test_it_is_small(self):
        print(f"\n    image: {self.image['Size'] / 1e6:.1f} MB", end=" ")
        self.assertLess(self.image["Size"], MAX_IMAGE_BYTES)

    def test_cork_is_its_entrypoint_and_its_health_check_and_no_root(self):
        config = self.image["Config"]
        self.assertEqual(config["Entrypoint"], ["/usr/bin/cork"])
        self.assertEqual(config["Healthcheck"]["Test"], ["CMD", "/usr/bin/cork", "health"])
        self.assertEqual(config["User"], f"{USER}:{USER}")

    def test_there_is_nothing_in_it_but_cork_and_what_it_is_linked_with(self):
        name = Setting.engine.docker("create", Setting.image).stdout.strip()
        with tempfile.NamedTemporaryFile() as archive:
            try:
                Setting.engine.docker("export", "-o", archive.name, name)
            finally:
                Setting.engine.docker("rm", "-v", name)
            listed = subprocess.run(["tar", "-tvf", archive.name], capture_output=True, text=True,
                                    check=True).stdout.splitlines()
            libcrypto = next(line.split()[-1] for line in listed if "libcrypto.so.3" in line)
            crypto = subprocess.run(["tar", "-xOf", archive.name, libcrypto], capture_output=True,
                                    check=True).stdout
        files = [line.split()[5] for line in listed if line.startswith("-")]
        made_by_engine = {".dockerenv", "etc/hosts", "etc/hostname", "etc/resolv.conf",
                          "dev/console"}
        others = [path for path in files if path not in made_by_engine
                  and not re.fullmatch(r"(usr/)?lib(64)?/([\w-]+/)?(lib|ld-)[\w.+-]+", path)]
        self.assertEqual(sorted(others), [
            "etc/group", "etc/nsswitch.conf", "etc/passwd", "etc/ssl/certs/ca-certificates.crt",
            "usr/bin/cork"])
        special = [line for line in listed if re.match(r".{3}s|.{6}s", line)]
        self.assertEqual(special, [], "setuid")
        versions = set(re.findall(rb"OpenSSL (\d+\.\d+)\.\d+", crypto))
        self.assertEqual(versions, {b"3.5"})

    def test_the_configurations_that_ship_are_without_error(self):
        root = tempfile.mkdtemp(prefix="cork-smoke-")
        self.addCleanup(subprocess.run, ["rm", "-r", root], check=True)
        Path(root).chmod(0o755)
        make_certificates(Path(root) / "tls")
        # What private-registry.yaml has beside it.
        shutil.copy(Path(root) / "tls" / "ca.pem", Path(root) / "company-root.pem")
        for path in [DOCKER / "config" / "cork.yaml", *(DOCKER / "examples").glob("*.yaml")]:
            with self.subTest(path.name):
                (Path(root) / "cork.yaml").write_bytes(path.read_bytes())
                done = Setting.engine.docker(
                    "run", "--rm", "--network", "none", "-v", f"{root}:/etc/cork:ro",
                    Setting.image, "check", "https://never-allowed.example.net/", check=False)
                self.assertIn("host_not_allowed", done.stdout, done.stderr)


class SidecarsTest(unittest.TestCase):
    """A pair of cork and agent that stays up for all of these."""

    @classmethod
    def setUpClass(cls):
        cls.sidecars = Sidecars().__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.sidecars.__exit__()

    def refusal(self, status, body, reason):
        self.assertEqual(status, 403, body)
        refusal = json.loads(body)
        self.assertLessEqual(REFUSAL_KEYS, set(refusal))
        self.assertEqual(refusal["reason"], reason, refusal)
        shown = self.sidecars.cork("audit", "show", refusal["id"])
        self.assertEqual(shown.returncode, 0, shown.stderr)
        self.assertIn(reason, shown.stdout)
        return refusal

    def test_an_allowed_origin_is_reached_and_its_certificate_is_corks(self):
        status, body = self.sidecars.curl(f"{ORIGIN}/sink", "-d", "hello")
        self.assertEqual((status, json.loads(body)["method"]), (200, "POST"))
        shown = self.sidecars.agent("curl", "-sSv", f"{ORIGIN}/sink").stderr
        self.assertRegex(shown, r"issuer:.*cork")

    def test_the_names_that_people_already_dial_lead_to_cork(self):
        for alias in ("cork", "pipelock", "egress", "mitmproxy"):
            with self.subTest(alias):
                status, _ = self.sidecars.curl("--proxy", f"http://{alias}:8888", f"{ORIGIN}/sink")
                self.assertEqual(status, 200)

    def test_the_agent_has_every_variable(self):
        seen = self.sidecars.agent("env").stdout.splitlines()
        for line in self.sidecars.environment_file():
            self.assertIn(line, seen)

    def test_another_host_is_refused_with_the_reason(self):
        for url in ("https://files.example.net/", "https://sink.test:9999/"):
            with self.subTest(url):
                refusal = self.refusal(*self.sidecars.curl(url), "host_not_allowed")
                self.assertIn("bottles.agent.allow", refusal["operator_can"])

    def test_corks_own_listeners_are_out_of_reach_through_cork(self):
        for url in ("http://127.0.0.1:9090/metrics", "http://cork:9090/metrics"):
            status, body = self.sidecars.curl("--noproxy", "", url)
            self.assertEqual((status, "cork_exchanges" in body), (403, False), url)
        address = self.sidecars.address("cork", "inside")
        self.assertRegex(self.sidecars.probe([["tcp", address, 9090, "x"]])[0], NOWHERE)

    def test_a_leak_is_stopped_before_any_of_it_arrives(self):
        secret = made_secrets.github_token()
        for arguments in (("-d", f"token={secret}"), ("-H", f"X-Note: {secret}"),
                          ("-H", "Expect:", "-d", json.dumps({"a": "b" * 100_000, "c": secret}))):
            refusal = self.refusal(*self.sidecars.curl(f"{ORIGIN}/sink", *arguments), "leak")
            self.assertNotIn(secret, json.dumps(refusal))
        self.assertFalse(self.sidecars.arrived(secret, secret[:20], secret[-20:]))
        written = self.sidecars.logs() + self.sidecars.cork("audit", "tail", "-n", "1000").stdout
        self.assertNotIn(secret, written)

    def test_tcp_and_udp_go_nowhere_but_to_cork(self):
        with_host = Sink("0.0.0.0")
        sink, origin = self.sidecars.address("sink"), self.sidecars.address("origin")
        here = self.gateway("inside")
        reachable = [["tcp", sink, 9999], ["tcp", origin, 8443], ["udp", sink, 9999]]
        hosts = sorted(set(host_addresses()))
        of_host = [[kind, host, with_host.port] for host in hosts for kind in ("tcp", "udp")]
        of_host += [[kind, here, with_host.port] for kind in ("tcp", "udp")]
        beyond = [["tcp", "198.51.100.1", 443], ["udp", "198.51.100.1", 443]]
        tokens = {}

        def marked(attempts):
            for one in attempts:
                tokens[token()] = one
                yield [*one, list(tokens)[-1]]

        # What is tried is there to be reached: from the other network all of it is.
        v4 = [one for one in of_host if ":" not in one[1] and one[1] != here]
        control = list(marked(reachable + v4))
        self.assertEqual({"connected", "sent"}, set(self.sidecars.probe_outside(control)))
        for one in control:
            if one[1] != origin:
                self.assertTrue(self.arrives(one[3], with_host), one)
        tokens.clear()
        attempts = list(marked(reachable + of_host + beyond))
        for one, outcome in zip(attempts, self.sidecars.probe(attempts)):
            with self.subTest(one[:3]):
                if one[0] == "tcp":
                    self.assertRegex(outcome, NOWHERE)
                self.assertFalse(with_host.received(one[3]) or self.sidecars.arrived(one[3]))

    def gateway(self, network):
        shown = Setting.engine.docker("network", "inspect", f"{PROJECT}_{network}").stdout
        return json.loads(shown)[0]["IPAM"]["Config"][0]["Gateway"]

    def arrives(self, needle, host_sink):
        """Whether it does within a while: the other end reads in its own time."""
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            if host_sink.received(needle) or self.sidecars.arrived(needle):
                return True
            time.sleep(0.05)
        return False

    def test_dns_goes_nowhere(self):
        """CVE-2024-29018: the engine's own resolver must not carry a name out either."""
        try:
            hosts = Sink(Setting.resolver, 53)
        except OSError as error:
            self.skipTest(f"port 53 of {Setting.resolver} is taken: {error}")
        sink = self.sidecars.address("sink")
        carried, controlled, *names = [token() for _ in range(7)]
        lookups = [["lookup", f"{name}.example.test"] for name in names[:4]]
        self.sidecars.probe_outside([["lookup", f"{controlled}.example.test"]], "--dns", sink)
        self.assertTrue(self.arrives(controlled, hosts), "the sink sees what is asked outside")
        Setting.engine.docker("run", "--rm", "--network", f"{PROJECT}_inside", "cork-peers",
                              "getent", "hosts", f"{carried}.example.test", check=False)
        print(f"\n    without `dns:` this engine carries names out: {hosts.received(carried)}",
              end=" ")
        servers = ("127.0.0.11", sink, self.gateway("inside"), self.gateway("outside"),
                   "127.0.0.1", Setting.resolver,
                   *(one for one in host_addresses() if ":" not in one))
        attempts = lookups + [["dns", server, 53, f"{names[4]}.example.test"] for server in servers]
        attempts += [["dns", "127.0.0.11", 53, "sink.test"], ["lookup", "sink.test"]]
        for one, outcome in zip(attempts, self.sidecars.probe(attempts)):
            with self.subTest(one):
                self.assertRegex(outcome, NOWHERE)
        for name in names:
            self.assertFalse(self.sidecars.arrived(name) or hosts.received(name))

    def test_the_host_has_no_address_on_the_agents_network(self):
        identifier = json.loads(Setting.engine.docker(
            "network", "inspect", f"{PROJECT}_inside").stdout)[0]["Id"]
        shown = subprocess.run(["ip", "-4", "address", "show", f"br-{identifier[:12]}"],
                               capture_output=True, text=True, check=True).stdout
        self.assertEqual(shown, "")

    def test_no_ipv6_leads_out(self):
        shown = self.sidecars.agent("sh", "-c", "cat /proc/net/if_inet6").stdout
        self.assertNotIn("eth0", shown)

    def test_cork_runs_with_nothing_it_does_not_need(self):
        container = self.sidecars.inspect("cork")
        self.assertTrue(container["HostConfig"]["ReadonlyRootfs"])
        self.assertEqual(container["State"]["Health"]["Status"], "healthy")
        for service in ("cork", "agent"):
            pid = self.sidecars.inspect(service)["State"]["Pid"]
            status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
            for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
                self.assertRegex(status, rf"(?m)^{name}:\s+0{{16}}$")
            self.assertRegex(status, r"(?m)^NoNewPrivs:\s+1$")
            if service == "cork":
                self.assertRegex(status, rf"(?m)^Uid:\s+{USER}\s+{USER}\s+{USER}\s+{USER}$")

    def test_the_agent_sees_of_cork_only_what_it_is_to_trust(self):
        listed = self.sidecars.agent("find", "/ca", "/etc/cork", "/var/lib/cork", check=False)
        self.assertEqual(sorted(listed.stdout.split()),
                         ["/ca", "/ca/bundle.pem", "/ca/truststore.jks"])
        mounts = self.sidecars.agent("cat", "/proc/self/mounts").stdout
        self.assertRegex(mounts, r"(?m)^\S+ /ca \S+ ro,")
        bundle = self.sidecars.agent("cat", "/ca/bundle.pem").stdout
        self.assertNotIn("PRIVATE", bundle)
        self.assertGreater(bundle.count("BEGIN CERTIFICATE"), 100)  # the system's roots too

    def test_the_log_is_read_with_cork_itself(self):
        mark = token()
        self.sidecars.curl(f"https://{mark}.example.net/")
        tail = self.sidecars.cork("audit", "tail", "-n", "100")
        self.assertIn(f"{mark}.example.net", tail.stdout + tail.stderr)


class LifeTest(unittest.TestCase):
    """What happens when cork goes away, comes back, and everything ends."""

    def assert_nothing_is_left(self):
        for kind in ("container", "network", "volume"):
            listed = Setting.engine.docker(kind, "ls", *(["-a"] if kind == "container" else []),
                                           "--filter", f"name={PROJECT}", "-q").stdout
            self.assertEqual(listed, "", kind)

    def test_without_cork_there_is_no_way_out(self):
        with Sidecars() as sidecars:
            self.assertEqual(sidecars.curl(f"{ORIGIN}/sink")[0], 200)
            before = sidecars.agent("cat", "/ca/bundle.pem").stdout
            cork = sidecars.container("cork")
            sidecars.compose("kill", "cork")
            # The origin's address outlives its name: both ways are tried.
            origin = sidecars.address("origin")
            for arguments in ((f"{ORIGIN}/sink",), ("--noproxy", "*", f"{ORIGIN}/sink"),
                              ("--noproxy", "*", "-k", f"https://{origin}:8443/")):
                self.assertEqual(sidecars.curl(*arguments, check=False)[0], 0, arguments)
            ways = [["tcp", origin, 8443, "x"], ["dns", "127.0.0.11", 53, "origin.test"]]
            for outcome in sidecars.probe(ways):
                self.assertRegex(outcome, NOWHERE)
            self.assertEqual(Setting.engine.docker(
                "inspect", "-f", "{{.State.Running}}", cork).stdout.strip(), "false")
            # It comes back with the same CA, and with the configuration as it is by then.
            sidecars.configure(ROUTE.replace("test:8443'", "test:8443', methods: [POST]"))
            sidecars.compose("up", "-d", "--no-build")
            self.assertEqual(sidecars.agent("cat", "/ca/bundle.pem").stdout, before)
            self.assertEqual(sidecars.curl(f"{ORIGIN}/sink", "-d", "x")[0], 200)
            status, body = sidecars.curl(f"{ORIGIN}/sink")
            self.assertEqual((status, json.loads(body)["reason"]), (403, "method_not_allowed"))
        self.assert_nothing_is_left()

    def answer_becomes(self, sidecars, expected):
        """Asks until the answer is that, for a while; the last answer."""
        deadline = time.monotonic() + PATIENCE
        while True:
            answer = sidecars.curl(f"{ORIGIN}/sink", check=False)
            if answer[0] == expected or time.monotonic() > deadline:
                return answer
            time.sleep(0.2)

    def test_a_changed_allowlist_is_taken_while_cork_runs(self):
        with Sidecars() as sidecars:
            self.assertEqual(sidecars.curl(f"{ORIGIN}/sink")[0], 200)
            sidecars.configure("")
            status, body = self.answer_becomes(sidecars, 403)
            self.assertEqual(status, 403, sidecars.logs())
            self.assertEqual(json.loads(body)["reason"], "host_not_allowed")
            # Errors leave the one before in force, and the log says where they are.
            sidecars.configure(ROUTE + "      - not a host\n")
            deadline = time.monotonic() + PATIENCE
            while "/etc/cork/cork.yaml:" not in sidecars.logs() and time.monotonic() < deadline:
                time.sleep(0.2)
            self.assertRegex(sidecars.logs(), r"/etc/cork/cork\.yaml:\d+:\d+: error: ")
            self.assertEqual(sidecars.curl(f"{ORIGIN}/sink")[0], 403)
            sidecars.configure(ROUTE)
            self.assertEqual(self.answer_becomes(sidecars, 200)[0], 200)

    def test_down_twice_is_down(self):
        sidecars = Sidecars()
        with sidecars:
            for _ in range(2):
                self.assertEqual(sidecars.compose("down", "-v", "-t", "1").returncode, 0)
                self.assert_nothing_is_left()

    def test_compose_two_brings_up_the_same(self):
        with Sidecars(Setting.compose_two) as sidecars:
            version = sidecars.compose("version").stdout
            self.assertRegex(version, r"\bv?[2-9]\.\d+\.\d+")
            self.assertEqual(sidecars.curl(f"{ORIGIN}/sink")[0], 200)
            self.assertEqual(sidecars.curl("https://files.example.net/")[0], 403)
            sink = sidecars.address("sink")
            for outcome in sidecars.probe([["tcp", sink, 9999, "x"], ["lookup", "a.example"]]):
                self.assertRegex(outcome, NOWHERE)
        self.assert_nothing_is_left()
