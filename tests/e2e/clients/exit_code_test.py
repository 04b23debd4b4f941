"""What cork ends with does not depend on how much it prints, nor on whether anybody reads it."""

import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from harness import Setting

RULES = "[[rules]]\nid = 'x'\ndescription = 'x'\nregex = 'xsecret[0-9]+x'\nkeywords = ['xsecret']\n"


class ExitCodeTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="cork-e2e-exit-")
        self.addCleanup(folder.cleanup)
        self.home = Path(folder.name)
        (self.home / "rules.toml").write_text(RULES, encoding="utf-8")
        (self.home / "one").write_text("xsecret1x\n", encoding="utf-8")
        (self.home / "many").write_text("".join(f"xsecret{i}x\n" for i in range(3000)),
                                        encoding="utf-8")
        (self.home / "none").write_text("nothing\n", encoding="utf-8")

    def scan(self, name, out, err):
        # As under a parent that ignores SIGPIPE: a write then fails with EPIPE.
        return subprocess.run(
            [Setting.cork, "scan", "--config", "rules.toml", name], stdin=subprocess.DEVNULL,
            stdout=out, stderr=err, cwd=self.home, timeout=120, check=False, text=True,
            restore_signals=False, env={"HOME": str(self.home), "PATH": os.environ["PATH"]})

    def closed_pipe(self):
        reader, writer = os.pipe()
        os.close(reader)
        self.addCleanup(os.close, writer)
        return writer

    def full(self):
        if not os.path.exists("/dev/full"):
            self.skipTest("no /dev/full here")
        full = os.open("/dev/full", os.O_WRONLY)
        self.addCleanup(os.close, full)
        return full

    def test_a_reader_that_has_gone_changes_nothing(self):
        for name, code in (("none", 0), ("one", 3), ("many", 3)):
            done = self.scan(name, self.closed_pipe(), subprocess.PIPE)
            self.assertEqual(done.returncode, code, name)
            self.assertNotIn("written", done.stderr)
            self.assertIn("cork scan:", done.stderr)

    def test_output_that_is_lost_is_told_whatever_its_length(self):
        for name, code in (("none", 0), ("one", 1), ("many", 1)):
            done = self.scan(name, self.full(), subprocess.PIPE)
            self.assertEqual(done.returncode, code, name)
            self.assertEqual("the output cannot be written: No space" in done.stderr, code == 1)

    def test_an_error_stream_that_takes_nothing_changes_nothing(self):
        for stream in (self.closed_pipe, self.full):
            for name, code in (("none", 0), ("one", 3), ("many", 3)):
                done = self.scan(name, subprocess.PIPE, stream())
                self.assertEqual(done.returncode, code, name)
                self.assertEqual(done.stdout != "", code == 3)


if __name__ == "__main__":
    unittest.main()
