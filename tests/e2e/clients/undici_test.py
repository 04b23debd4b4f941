"""undici, which is Node's fetch, through its own ProxyAgent. It comes from npm's registry."""

import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

import node_test

INSTALL_SECONDS = 120


def setUpModule():  # pylint: disable=invalid-name
    if not shutil.which("npm"):
        raise unittest.SkipTest("no npm here")


class UndiciTest(node_test.NodeTest):
    programs = ("node", "npm")

    @classmethod
    def setUpClass(cls):
        cls.modules = tempfile.TemporaryDirectory(prefix="cork-e2e-undici-")
        cls.addClassCleanup(cls.modules.cleanup)
        try:
            done = subprocess.run(
                ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix",
                 cls.modules.name, "undici@6"],
                capture_output=True, timeout=INSTALL_SECONDS, check=False, text=True)
        except subprocess.TimeoutExpired:
            raise unittest.SkipTest("npm could not install undici in time") from None
        if done.returncode:
            raise unittest.SkipTest(f"npm cannot install undici: {done.stderr.strip()[-200:]}")
        cls.client = str(Path(cls.modules.name) / "node_modules" / "undici" / "index.js")
        super().setUpClass()


def load_tests(loader, _tests, _pattern):
    """Not the tests of the module this one builds on."""
    return loader.loadTestsFromTestCase(UndiciTest)
