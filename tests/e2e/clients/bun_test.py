"""Bun's fetch. The binary comes from npm's package for this machine."""

import json
import platform
import tempfile
import unittest
from pathlib import Path

from environment import EnvironmentTest, node_modules
from matrix import PROGRAMS, FetchMatrix
from registries import NAME, NpmRegistry

PACKAGE = {"x86_64": "@oven/bun-linux-x64-baseline", "aarch64": "@oven/bun-linux-aarch64"}


class BunTest(FetchMatrix, EnvironmentTest):
    handlers = {"/npm/": NpmRegistry("/npm")}

    @classmethod
    def setUpClass(cls):
        package = PACKAGE.get(platform.machine())
        if package is None:
            raise unittest.SkipTest(f"no bun for {platform.machine()}")
        cls.bun = node_modules(f"{package}@1") / package / "bin" / "bun"
        super().setUpClass()

    def command(self):
        return [self.bun, "run", PROGRAMS / "fetch_client.mjs"]

    def install(self, registry, check=True):
        folder = Path(tempfile.mkdtemp(dir=self.lab.folder))
        (folder / "package.json").write_text(json.dumps({"dependencies": {NAME: "1.0.0"}}),
                                             encoding="utf-8")
        done = self.run_client(self.bun, "install", cwd=folder, check=check,
                               BUN_CONFIG_REGISTRY=registry,
                               BUN_INSTALL_CACHE_DIR=str(folder / "cache"))
        return done, folder / "node_modules" / NAME

    def test_a_package_is_installed_with_what_cork_env_prints_alone(self):
        done, package = self.install(self.lab.url("/npm/"))
        self.assertTrue((package / "ballast.bin").exists(), done.said)

    def test_a_registry_that_no_route_names_is_an_error_with_its_status(self):
        since = self.seen()
        done, _ = self.install(self.forbidden("/npm/"), check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(f"GET https://files.example.net/npm/{NAME} - 403", done.said)
        self.assert_recorded("host_not_allowed", since)
