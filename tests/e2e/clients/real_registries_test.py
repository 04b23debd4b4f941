"""The package managers and the registries they were made for, as a user has them: a few small
packages each, through routes for reading. Not run where a registry cannot be reached without cork,
or only through a proxy, since cork does not go through another one."""

import ipaddress
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from urllib.parse import urlsplit

from environment import EnvironmentTest, NamedLab, build_folder, python_tools

# What a route list needs to name, which is what presets name as well.
HOSTS = {
    "pip": ["pypi.org", "files.pythonhosted.org"],
    "npm": ["registry.npmjs.org"],
    "cargo": ["index.crates.io", "static.crates.io"],
    "go": ["proxy.golang.org"],  # which hands on what the checksum database says
    "mvn": ["repo.maven.apache.org"],
}
REACH_SECONDS = 20
POM = """<project><modelVersion>4.0.0</modelVersion>
<parent><groupId>org.sonatype.oss</groupId><artifactId>oss-parent</artifactId><version>7</version>
<relativePath/></parent><groupId>test.cork</groupId><artifactId>app</artifactId>
<version>1</version><packaging>pom</packaging></project>
"""


def own_registries():
    """What this machine's settings name instead, by manager."""
    asked = {"pip": [sys.executable, "-m", "pip", "config", "get", "global.index-url"],
             "npm": ["npm", "config", "get", "registry"], "go": ["go", "env", "GOPROXY"]}
    for manager, command in asked.items():
        if not shutil.which(command[0]):
            continue
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        url = re.split("[,|]", done.stdout.strip())[0]
        if done.returncode == 0 and urlsplit(url).hostname:
            yield manager, url


def addresses_of(host):
    return sorted({entry[4][0] for entry in socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)})


def route_to(host):
    """Reading alone. A machine may lead a name to a gateway that has a private address."""
    special = [a for a in addresses_of(host) if not ipaddress.ip_address(a).is_global]
    addresses = f", addresses: {json.dumps(special)}" if special else ""
    return f"      - {{host: {host}, methods: [GET, HEAD]{addresses}}}\n"


class RegistriesLab(NamedLab):
    """Routes to registries beside those to the origins."""

    reached = ()

    def _config(self, listen, metrics_port, narrowed):
        return super()._config(listen, metrics_port, narrowed) + "".join(map(route_to, self.reached))


class RealRegistriesTest(EnvironmentTest):
    @classmethod
    def setUpClass(cls):
        proxy = next((name for name in os.environ if name.lower() in ("https_proxy", "all_proxy")),
                     None)
        if proxy:
            raise unittest.SkipTest(f"this machine reaches registries through its own {proxy}")
        cls.own = dict(own_registries())
        cls.hosts, cls.unreached = {}, {}
        for manager, usual in HOSTS.items():
            own = [urlsplit(cls.own[manager]).hostname] if manager in cls.own else []
            cls.hosts[manager] = list(dict.fromkeys(usual + own))
            try:
                for host in cls.hosts[manager]:
                    socket.create_connection((host, 443), REACH_SECONDS).close()
            except OSError as error:
                cls.unreached[manager] = f"{host}: {error}"
        super().setUpClass()

    @classmethod
    def make_lab(cls):
        RegistriesLab.reached = [host for manager, hosts in cls.hosts.items()
                                 if manager not in cls.unreached for host in hosts]
        return RegistriesLab()

    def folder_for(self, manager):
        """A new folder; not run where the manager is absent or its registry out of reach."""
        if not shutil.which(manager):
            self.skipTest(f"no {manager} here")
        if manager in self.unreached:
            self.skipTest(f"out of reach without cork: {self.unreached[manager]}")
        return Path(tempfile.mkdtemp(dir=self.lab.folder))

    def assert_went_through(self, manager):
        allowed = {r["host"] for r in self.lab.records()
                   if r["event"] == "close" and r["decision"] == "allow"}
        self.assertTrue(allowed & set(self.hosts[manager]), allowed)

    def test_pip_installs_a_package_and_what_it_needs(self):
        self.folder_for("pip")
        bin_folder = python_tools("pip")
        index = ["--index-url", self.own["pip"]] if "pip" in self.own else []
        self.run_client(bin_folder / "pip", "--isolated", "--no-cache-dir", "install", "--target",
                        "pip-target", *index, "requests")
        for name in ("requests", "urllib3", "idna"):
            self.assertTrue((self.lab.folder / "pip-target" / name / "__init__.py").exists(), name)
        self.assert_went_through("pip")

    def test_npm_installs_a_package_and_its_many_dependencies(self):
        folder = self.folder_for("npm")
        (folder / "package.json").write_text("{}", encoding="ascii")
        registry = ["--registry", self.own["npm"]] if "npm" in self.own else []
        self.run_client("npm", "install", "--no-update-notifier", f"--cache={folder}/cache",
                        *registry, "express@4", cwd=folder)
        done = self.run_client("node", "-p", "typeof require('express')", cwd=folder)
        self.assertEqual(done.stdout, b"function\n")
        self.assert_went_through("npm")

    def test_cargo_fetches_a_crate_and_what_it_needs(self):
        folder = self.folder_for("cargo")
        (folder / "src").mkdir()
        (folder / "src" / "lib.rs").touch()
        (folder / "Cargo.toml").write_text(
            '[package]\nname = "app"\nversion = "0.1.0"\nedition = "2021"\n[dependencies]\n'
            'itoa = "1"\nserde = { version = "1", features = ["derive"] }\n', encoding="ascii")
        rustup = os.environ.get("RUSTUP_HOME", Path.home() / ".rustup")
        self.run_client("cargo", "fetch", cwd=folder, RUSTUP_HOME=str(rustup),
                        CARGO_HOME=str(folder / "home"))
        crates = {path.name.rsplit("-", 1)[0] for path in folder.rglob("*.crate")}
        self.assertLessEqual({"itoa", "serde", "serde_derive", "syn"}, crates)
        self.assert_went_through("cargo")

    def test_go_gets_a_module_and_checks_its_sum(self):
        folder = self.folder_for("go")
        (folder / "go.mod").write_text("module app\n\ngo 1.18\n", encoding="ascii")
        proxy = {"GOPROXY": self.own["go"]} if "go" in self.own else {}
        self.run_client("go", "get", "github.com/google/uuid@v1.6.0", cwd=folder,
                        GOFLAGS="-modcacherw", GOTOOLCHAIN="local", GOPATH=str(folder / "path"),
                        GOCACHE=str(build_folder() / "go" / "cache"), **proxy)
        self.assertIn("h1:", (folder / "go.sum").read_text(encoding="ascii"))
        self.assert_went_through("go")

    def test_maven_resolves_a_parent(self):
        folder = self.folder_for("mvn")
        if (Path.home() / ".m2" / "settings.xml").exists():
            self.skipTest("this machine's Maven has a settings.xml of its own")
        (folder / "pom.xml").write_text(POM, encoding="ascii")
        self.run_client("mvn", "--batch-mode", f"-Dmaven.repo.local={folder}/repository",
                        "validate", cwd=folder)
        self.assertTrue(list((folder / "repository").rglob("oss-parent-7.pom")))
        self.assert_went_through("mvn")
