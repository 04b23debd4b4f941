"""A container engine of the test's own: its socket, folders and process are nobody else's, and
what it did to the host's packet filter is undone at its end.

    with Engine(folder) as engine:            # raises NotRun where none can be started
        engine.docker("ps")

    engine.restart_with_resolver("127.0.53.1")    # as on a host that has a resolver of its own

Images and build layers stay in `folder` for the next time.
"""

import fcntl
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

BASE = "debian:trixie-slim"
START_SECONDS = 60
STOP_SECONDS = 60
FORWARDING = Path("/proc/sys/net/ipv4/ip_forward")
FILTERS = ("iptables", "ip6tables")


class NotRun(Exception):
    """Why no engine can be had here."""


def last_line(text):
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"


def mirror():
    """Where this machine's apt takes Debian from; None leaves debootstrap its own."""
    codename = ""
    for line in Path("/etc/os-release").read_text(encoding="utf-8").splitlines():
        if line.startswith("VERSION_CODENAME="):
            codename = line.partition("=")[2].strip('"')
    done = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE)", "Created-By: Packages",
         "Origin: Debian"], capture_output=True, text=True, check=False)
    for line in done.stdout.splitlines():
        uri, _, release = line.rpartition(" ")
        if release == codename and uri.startswith("http"):
            return uri
    return None


def programs(name):
    """Debian's own before any other: client and engine of one version."""
    debians = Path("/usr/bin") / name
    return str(debians) if debians.exists() else name


class PacketFilter:
    """What an engine changes of the host's network, put back where no other engine is there."""

    def __init__(self):
        self._rules = {}
        for name in FILTERS:
            saved = subprocess.run([f"{name}-save"], capture_output=True, text=True, check=False)
            if saved.returncode == 0:
                self._rules[name] = saved.stdout
        self._forwarding = FORWARDING.read_text(encoding="ascii")
        self._alone = not any("DOCKER" in rules for rules in self._rules.values())

    def restore(self):
        if not self._alone:
            return
        for name, rules in self._rules.items():
            for table in ("filter", "nat"):
                if f"*{table}" not in rules:  # a table that was not there was empty
                    subprocess.run([name, "-t", table, "-F"], capture_output=True, check=False)
                    subprocess.run([name, "-t", table, "-X"], capture_output=True, check=False)
                    for chain in ("INPUT", "FORWARD", "OUTPUT"):
                        subprocess.run([name, "-t", table, "-P", chain, "ACCEPT"],
                                       capture_output=True, check=False)
            subprocess.run([f"{name}-restore"], input=rules, text=True, capture_output=True,
                           check=False)
        FORWARDING.write_text(self._forwarding, encoding="ascii")


class Engine:
    def __init__(self, folder):
        self.folder = folder
        self._process = None

    def __enter__(self):
        if os.geteuid() != 0:
            raise NotRun("only root can start an engine")
        for name in ("dockerd", "iptables", "debootstrap", "openssl"):
            if not shutil.which(name):
                raise NotRun(f"there is no {name}")
        self.folder.mkdir(parents=True, exist_ok=True)
        self._lock = open(self.folder / "lock", "w", encoding="ascii")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise NotRun(f"another run uses {self.folder}") from None
        self._filter = PacketFilter()
        # Paths of sockets are short: not below the tree, however deep that is.
        self.run = Path(tempfile.mkdtemp(prefix="cork-engine-"))
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("DOCKER_", "COMPOSE_"))},
            "DOCKER_HOST": f"unix://{self.run}/socket", "DOCKER_CONFIG": str(self.run / "client"),
            "DOCKER_BUILDKIT": "0"}
        try:
            self._start()
            self._try()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self._process:
            self._stop()
        self._filter.restore()
        for line in Path("/proc/mounts").read_text(encoding="utf-8").splitlines():
            if line.split()[1].startswith(f"{self.run}/"):  # of a network that outlived the engine
                subprocess.run(["umount", "-l", line.split()[1]], check=False)
        shutil.rmtree(self.run, ignore_errors=True)
        self._lock.close()

    def docker(self, *arguments, check=True, **options):
        """The client; its CompletedProcess, with text."""
        options = {"capture_output": True, "text": True, "timeout": 120, **options}
        done = subprocess.run([programs("docker"), *map(str, arguments)], check=False,
                              env=self.environment, **options)
        if check and done.returncode:
            raise RuntimeError(f"docker {' '.join(map(str, arguments))} ended with "
                               f"{done.returncode}:\n{done.stdout or ''}{done.stderr or ''}")
        return done

    def has_image(self, name):
        return self.docker("image", "inspect", name, check=False).returncode == 0

    def make_base(self):
        """A minimal Debian 13 under the name that Dockerfile.sidecars begins with."""
        if self.has_image(BASE):
            return
        root = self.folder / "root"
        shutil.rmtree(root, ignore_errors=True)
        where = [mirror()] if mirror() else []
        with open(self.folder / "debootstrap.log", "wb") as log:
            subprocess.run(["debootstrap", "--variant=minbase", "trixie", root, *where], stdout=log,
                           stderr=log, check=True)
        with subprocess.Popen(["tar", "-C", root, "-c", "."], stdout=subprocess.PIPE) as tar:
            self.docker("import", "-", BASE, stdin=tar.stdout, timeout=300)
        shutil.rmtree(root)

    def build(self, name, dockerfile, context):
        """With the host's network: what a container of this engine reaches is not said yet."""
        log = self.folder / f"{name}.log"
        with open(log, "wb") as output:
            done = self.docker("build", "--network", "host", "-t", name, "-f", dockerfile, context,
                               check=False, capture_output=False, stdout=output,
                               stderr=subprocess.STDOUT, timeout=3600)
        if done.returncode:
            tail = log.read_text(encoding="utf-8", errors="replace").splitlines()[-40:]
            raise RuntimeError(f"{dockerfile} does not build ({log}):\n" + "\n".join(tail))

    def restart_with_resolver(self, address):
        """The engine takes this for the host's resolver, and asks it from the host's network where
        it is loopback. Building images needs the real one."""
        resolver = self.run / "resolv.conf"
        resolver.write_text(f"nameserver {address}\n", encoding="ascii")
        self._stop()
        self._start("unshare", "--mount", "sh", "-ec",
                    'mount --bind "$0" /etc/resolv.conf; exec "$@"', resolver)

    def _start(self, *wrapper):
        log = self.folder / "dockerd.log"
        with open(log, "wb") as output:
            self._process = subprocess.Popen(
                [*wrapper, "dockerd", "--data-root", self.folder / "data",
                 "--exec-root", self.run / "exec", "--pidfile", self.run / "pid",
                 "--host", f"unix://{self.run}/socket", "--bridge", "none"],
                stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        deadline = time.monotonic() + START_SECONDS
        while self.docker("version", check=False).returncode:
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise NotRun("no engine can be started: "
                             + last_line(log.read_text(encoding="utf-8", errors="replace")))
            time.sleep(0.2)

    def _stop(self):
        if self._process.poll() is None:
            self._remove_containers()
            self._process.terminate()
        try:
            self._process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _try(self):
        """An engine that starts may still be one that can do nothing."""
        self._remove_containers()  # of a run that was killed
        self.docker("network", "prune", "-f", check=False)
        made = self.docker("network", "create", "--internal", "cork-trial", check=False)
        self.docker("network", "rm", "cork-trial", check=False)
        if made.returncode:
            raise NotRun(f"the engine can make no network: {last_line(made.stderr)}")
        # An empty image: that runc gets as far as missing the program is enough.
        with tempfile.TemporaryFile() as empty:
            empty.write(bytes(10240))
            empty.seek(0)
            held = self.docker("import", "-", "cork-trial", stdin=empty, check=False)
        if held.returncode:
            raise NotRun(f"the engine can keep no image: {last_line(held.stderr)}")
        ran = self.docker("run", "--rm", "--network", "none", "cork-trial", "/none", check=False)
        self.docker("image", "rm", "-f", "cork-trial", check=False)
        if "no such file or directory" not in ran.stderr:
            raise NotRun(f"the engine can run no container: {last_line(ran.stderr)}")

    def _remove_containers(self):
        names = self.docker("ps", "-aq", check=False).stdout.split()
        if names:
            self.docker("rm", "-f", "-v", *names, check=False)
