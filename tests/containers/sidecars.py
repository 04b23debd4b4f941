"""The services of docker/compose.yaml, up under a configuration of the test's own, and what there
is to reach outside.

    with Sidecars() as sidecars:
        sidecars.agent("curl", "-sS", "https://origin.test:8443/")
"""

import json
import re
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path

from engine import programs
from setting import Setting

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
DOCKER = ROOT / "docker"
PROJECT = "cork-smoke"
ORIGIN = "https://origin.test:8443"
# Where engines take the addresses of their networks from.
NETWORKS = "[172.16.0.0/12, 192.168.0.0/16, 10.0.0.0/8]"
ROUTE = f"      - {{ host: 'origin.test:8443', addresses: {NETWORKS} }}\n"


def make_certificates(folder):
    """A CA and a certificate for origin.test below it."""
    folder.mkdir()
    new = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
           "-nodes", "-days", "2"]
    calls = [
        ["-subj", "/CN=Smoke test CA", "-keyout", "ca.key", "-out", "ca.pem",
         "-addext", "keyUsage=critical,keyCertSign"],
        ["-subj", "/CN=origin.test", "-keyout", "origin.key", "-out", "origin.pem",
         "-CA", "ca.pem", "-CAkey", "ca.key", "-addext", "subjectAltName=DNS:origin.test",
         "-addext", "basicConstraints=critical,CA:FALSE",
         "-addext", "extendedKeyUsage=serverAuth"],
    ]
    for call in calls:
        subprocess.run(new + call, cwd=folder, check=True, capture_output=True)


class Sidecars:
    def __init__(self, compose=(programs("docker-compose"),)):
        self._compose = compose
        self.folder = Path(tempfile.mkdtemp(prefix="cork-smoke-"))
        self.folder.chmod(0o755)  # cork, another user, reads its configuration here
        self.config = self.folder / "config" / "cork.yaml"
        self.received = self.folder / "received"
        self.received.mkdir()
        make_certificates(self.folder / "tls")
        self.config.parent.mkdir()
        shutil.copy(self.folder / "tls" / "ca.pem", self.config.parent / "origin-ca.pem")
        self.configure(ROUTE)

    def configure(self, routes):
        """The configuration as it ships, with these routes and the origin's CA."""
        text = (DOCKER / "config" / "cork.yaml").read_text(encoding="utf-8")
        assert "    allow:\n" in text
        text = text.replace("    allow:\n", "    allow:\n" + routes)
        text += "upstream: { ca_file: origin-ca.pem }\n"
        self.config.write_text(text, encoding="utf-8")

    def __enter__(self):
        try:
            self.compose("up", "-d", "--no-build")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.compose("down", "-v", "-t", "1", check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def compose(self, *arguments, check=True):
        environment = {
            **Setting.engine.environment, "COMPOSE_PROJECT_NAME": PROJECT,
            "CORK_IMAGE": Setting.image, "AGENT_IMAGE": "cork-peers",
            "CORK_CONFIG_DIR": str(self.config.parent), "FOLDER": str(self.folder)}
        done = subprocess.run(
            [*self._compose, "-f", DOCKER / "compose.yaml", "-f", HERE / "compose.yaml",
             *arguments], capture_output=True, text=True, timeout=600, check=False,
            env=environment, stdin=subprocess.DEVNULL)
        if check and done.returncode:
            raise RuntimeError(f"compose {' '.join(arguments)} ended with {done.returncode}:\n"
                               f"{done.stdout}{done.stderr}" + self.logs())
        return done

    def logs(self):
        return self.compose("logs", "--no-color", "cork", check=False).stdout

    def container(self, service):
        identifier = self.compose("ps", "-q", service).stdout.strip()
        assert identifier, f"{service} has no container"
        return identifier

    def inspect(self, service):
        return json.loads(Setting.engine.docker("inspect", self.container(service)).stdout)[0]

    def address(self, service, network="outside"):
        networks = self.inspect(service)["NetworkSettings"]["Networks"]
        return networks[f"{PROJECT}_{network}"]["IPAddress"]

    def agent(self, *arguments, check=True):
        """A program in the agent's container, with the environment that compose gave it."""
        return Setting.engine.docker("exec", self.container("agent"), *arguments, check=check)

    def curl(self, *arguments, check=True):
        """Status and body as the agent's curl has them; 0 where curl got no answer."""
        done = self.agent("curl", "-sS", "-m", "20", "-w", r"\n%{http_code}", *arguments,
                          check=False)
        if check and done.returncode:
            raise RuntimeError(f"curl ended with {done.returncode}: {done.stderr}")
        body, _, status = done.stdout.rpartition("\n")
        return int(status), body

    def probe(self, attempts):
        """What each way out came to, from the agent."""
        return json.loads(self.agent("python3", "/probe.py", json.dumps(attempts)).stdout)

    def probe_outside(self, attempts, *options):
        """The same from a container on the network that reaches out: what nothing holds back."""
        return json.loads(Setting.engine.docker(
            "run", "--rm", "--network", f"{PROJECT}_outside", "-v",
            f"{HERE}/probe.py:/probe.py:ro", *options, "cork-peers", "python3", "/probe.py",
            json.dumps(attempts)).stdout)

    def cork(self, *arguments):
        """Another cork command, in cork's own container."""
        return Setting.engine.docker("exec", self.container("cork"), "/usr/bin/cork", *arguments,
                                     check=False)

    def arrived(self, *needles):
        """Whether any of these reached an origin or the sink, in whatever request."""
        return any(needle.encode() in path.read_bytes() for path in self.received.rglob("*")
                   if path.is_file() for needle in needles)

    def environment_file(self):
        """docker/agent.env as NAME=value."""
        text = (DOCKER / "agent.env").read_text(encoding="utf-8")
        return [line for line in text.splitlines() if line and not line.startswith("#")]


def compose_two():
    """`docker compose` 2, in a container where this machine has none; as arguments."""
    engine = Setting.engine
    if engine.docker("compose", "version", check=False).returncode == 0:
        return (programs("docker"), "compose")
    version = subprocess.run([programs("docker-compose"), "version"], capture_output=True,
                             text=True, check=False).stdout
    if re.search(r"\bv?2\.\d+\.\d+", version.splitlines()[0] if version else ""):
        return (programs("docker-compose"),)
    engine.build("cork-compose-two", HERE / "compose_two.dockerfile", HERE)
    # A shell fills in what Sidecars.compose() puts into the environment.
    socket = f"{engine.run}/socket"
    fixed = shlex.join([programs("docker"), "run", "--rm", "--network", "none",
                        "-v", f"{socket}:{socket}", "-v", f"{ROOT}:{ROOT}:ro"])
    named = " ".join(f"-e {name}" for name in (
        "DOCKER_HOST", "COMPOSE_PROJECT_NAME", "CORK_IMAGE", "AGENT_IMAGE", "CORK_CONFIG_DIR",
        "FOLDER"))
    return ("sh", "-c", f'exec {fixed} {named} -v "$FOLDER:$FOLDER" cork-compose-two '
                        'docker compose "$@"', "compose")
