#!/usr/bin/env python3
"""What ./dev does to the machine it runs on: it asks, it rehearses, and it never removes a package.

The programs it would call are replaced by a script that writes down how it was called.
"""

import os
import subprocess
import tempfile
import unittest
from pathlib import Path

DEV = Path(__file__).resolve().parents[2] / "dev"

# $WORLD is what apt has to say: `fine`, or `conflict`. Only $MISSING is not installed.
STAND_IN = r"""#!/bin/bash
echo "$(basename "$0") $*" >>"$CALLS"
case "$(basename "$0") $*" in
  "dpkg --print-architecture") echo amd64 ;;
  dpkg-query*) [[ " $MISSING " == *" ${!#} "* ]] && exit 1; echo -n installed ;;
  "apt-get -s "*)
    [[ $WORLD == fine ]] && exit 0
    echo "The following packages will be REMOVED:"
    echo "  libboost-dev libboost1.74-dev"
    echo "The following NEW packages will be installed:"
    echo "E: Packages need to be removed but remove is disabled." >&2
    exit 100 ;;
  "sudo "*) exec "$@" ;;
esac
"""


class DevTest(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name)
        stand_in = self.folder / "stand-in"
        stand_in.write_text(STAND_IN, encoding="ascii")
        stand_in.chmod(0o755)
        for name in ("apt-get", "dpkg", "dpkg-query", "sudo", "cmake", "ctest"):
            (self.folder / name).symlink_to(stand_in)

    def dev(self, *arguments, world="fine", missing="ninja-build", stdin=subprocess.DEVNULL):
        calls = self.folder / "calls"
        calls.write_text("", encoding="ascii")
        done = subprocess.run(
            [DEV, *arguments], stdin=stdin, capture_output=True, text=True, timeout=60, check=False,
            env={**os.environ, "PATH": f"{self.folder}:{os.environ['PATH']}", "CALLS": str(calls),
                 "WORLD": world, "MISSING": missing})
        self.calls = calls.read_text(encoding="ascii").splitlines()
        return done

    def called(self, words):
        return [call for call in self.calls if words in call]

    def test_with_nothing_missing_it_builds_and_touches_no_package(self):
        done = self.dev("build", missing="")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.called("apt-get"), [])
        self.assertTrue(self.called("cmake --build --preset release"))

    def test_with_nobody_to_ask_it_says_what_to_run(self):
        done = self.dev("build")
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("apt-get install --no-install-recommends ninja-build", done.stderr)
        self.assertEqual(self.called("apt-get"), [])
        self.assertEqual(self.called("cmake --"), [])

    def test_yes_installs_after_a_rehearsal(self):
        done = self.dev("build", "--yes")
        self.assertEqual(done.returncode, 0, done.stderr)
        verbs = [call for call in self.called("apt-get") if not call.startswith("sudo")]
        self.assertRegex(verbs[0], "update")
        self.assertRegex(verbs[1], "-s --no-remove .*install ninja-build")
        self.assertRegex(verbs[2], "install -y .*--no-remove .*ninja-build")
        self.assertTrue(self.called("cmake --build"))

    def test_a_conflict_is_named_and_nothing_is_installed(self):
        done = self.dev("build", "--yes", world="conflict")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("conflict with what cork needs: libboost-dev libboost1.74-dev", done.stderr)
        self.assertEqual(self.called("install -y"), [])
        self.assertEqual(self.called("cmake --"), [])

    def test_no_package_is_ever_removed(self):
        for line in DEV.read_text(encoding="utf-8").splitlines():
            if "apt-get" in line and "install" in line and "-y" in line:
                self.assertIn("--no-remove", line)
        self.assertNotRegex(DEV.read_text(encoding="utf-8"), r"autoremove|purge|dist-upgrade")

    def test_an_unknown_command_is_an_error_and_help_is_not(self):
        self.assertEqual(self.dev("nothing").returncode, 2)
        self.assertEqual(self.dev("help").returncode, 0)
        self.assertEqual(self.dev().returncode, 0)


if __name__ == "__main__":
    unittest.main()
