"""`cork scan` over a git working tree: what it finds, reports, leaves out and says with its exit code."""

import json
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path
from xml.etree import ElementTree

import made_secrets
from harness import Setting

SOURCES = Path(__file__).resolve().parents[3]

RULES = """
[[rules]]
id = "own-token"
description = "Own token"
regex = '''own_([0-9a-z]{24})'''
keywords = ["own_"]
"""


class ScanTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not shutil.which("git"):
            raise unittest.SkipTest("no git here")

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="cork-e2e-scan-")
        self.addCleanup(folder.cleanup)
        self.tree = Path(folder.name)
        subprocess.run(["git", "init", "-q", self.tree], check=True)
        self.secret = made_secrets.github_token()
        self.write("README.md", "nothing here\n")

    # What its allowlists name, and no more.
    def test_corks_own_tree_is_clean_and_would_not_be_with_a_credential(self):
        done = subprocess.run([Setting.cork, "scan", "."], cwd=SOURCES, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=120, check=False,
                              env={"HOME": str(self.tree), "PATH": os.environ["PATH"]})
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.write(".gitleaks.toml", (SOURCES / ".gitleaks.toml").read_text(encoding="utf-8"))
        for name in ("rules/data/code.toml", "tests/unit/some_test.cpp", "docs/rules.md"):
            path = self.write(name, f'  "{self.secret}",\n')
            self.scan(".", expect=3)
            path.unlink()
        self.scan(".", expect=0)

    def write(self, name, text):
        path = self.tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def scan(self, *arguments, stdin="", expect=None):
        environment = {"HOME": str(self.tree), "PATH": os.environ["PATH"]}
        done = subprocess.run([Setting.cork, "scan", *map(str, arguments)], input=stdin, text=True,
                              capture_output=True, cwd=self.tree, timeout=120, check=False,
                              env=environment)
        if expect is not None:
            self.assertEqual(done.returncode, expect, done.stdout + done.stderr)
        return done

    def test_a_clean_tree_is_clean(self):
        done = self.scan(".", expect=0)
        self.assertEqual(done.stdout, "")
        self.assertIn("0 findings in 1 file,", done.stderr)

    def test_a_secret_is_told_by_place_rule_and_reason_and_not_repeated(self):
        self.write("src/settings.py", f"import os\nTOKEN = '{self.secret}'\n")
        done = self.scan(".", expect=3)
        self.assertIn("src/settings.py:2:10: github-token", done.stdout)
        self.assertIn("https://docs.github.com/", done.stdout)
        self.assertNotIn(self.secret, done.stdout + done.stderr)
        self.assertIn(self.secret, self.scan("--show-secrets", "src", expect=3).stdout)

    def test_what_git_ignores_is_left_out_unless_asked_for(self):
        self.write(".gitignore", "*.local\n/build/\n")
        self.write("a.local", self.secret)
        self.write("build/deep/b.txt", self.secret)
        self.write(".git/c.txt", self.secret)
        self.scan(".", expect=0)
        found = self.scan(".", "--no-gitignore", "--format", "json", expect=3)
        files = {one["File"] for one in json.loads(found.stdout)}
        self.assertEqual(files, {"a.local", "build/deep/b.txt"})
        self.scan("a.local", expect=3)

    def test_standard_input_is_read(self):
        done = self.scan("-", stdin=f"x\ny = {self.secret}\n", expect=3)
        self.assertIn("standard input:2:5: github-token", done.stdout)

    def test_all_of_a_key_is_shown_and_counted(self):
        key = made_secrets.private_key()
        self.write("a.pem", key)
        lines = key.rstrip("\n")
        self.assertIn(f"({len(lines)} characters)", self.scan("a.pem", expect=3).stdout)
        found = json.loads(self.scan("a.pem", "--show-secrets", "--format=json", expect=3).stdout)
        self.assertEqual([one["Secret"] for one in found], [lines])

    def test_every_format_says_the_same(self):
        self.write("a.txt", f"x {self.secret}\n")
        in_json = json.loads(self.scan(".", "--format=json", expect=3).stdout)
        self.assertEqual((in_json[0]["RuleID"], in_json[0]["StartLine"]), ("github-token", 1))
        self.assertEqual(in_json[0]["Fingerprint"], "a.txt:github-token:1")
        self.scan(".", "--report-path", "r.sarif", expect=3)
        sarif = json.loads((self.tree / "r.sarif").read_text(encoding="utf-8"))
        self.assertEqual(sarif["runs"][0]["results"][0]["ruleId"], "github-token")
        junit = ElementTree.fromstring(self.scan(".", "--format=junit", expect=3).stdout)
        self.assertEqual(junit.find("testsuite").get("failures"), "1")
        csv = self.scan(".", "--format=csv", expect=3).stdout.splitlines()
        self.assertTrue(csv[1].startswith("github-token,,a.txt,"))
        for name in ("r.sarif",):
            self.assertNotIn(self.secret, (self.tree / name).read_text(encoding="utf-8"))

    def test_a_gitleaks_configuration_in_the_tree_is_used(self):
        self.write(".gitleaks.toml", RULES)
        own = "own_" + "ab0" * 8
        self.write("a.txt", f"{own}\n{self.secret}\n")
        found = json.loads(self.scan(".", "--format=json", "--show-secrets", expect=3).stdout)
        self.assertEqual([(one["RuleID"], one["Secret"]) for one in found],
                         [("own-token", own[4:])])
        # Of a file that is in it alone, gitleaks uses its default.
        self.assertIn("--config .gitleaks.toml takes the ones here",
                      self.scan("a.txt", expect=3).stderr)

    def test_known_findings_are_not_told_again(self):
        self.write("a.txt", f"{self.secret}\n")
        self.scan(".", "--report-path", "base.json", expect=3)
        self.scan(".", "--baseline-path", "base.json", expect=0)
        (self.tree / "base.json").unlink()
        self.write(".gitleaksignore", "# reviewed\na.txt:github-token:1\n")
        self.scan(".", expect=0)

    def test_what_is_encoded_is_found(self):
        encoded = subprocess.run(["base64", "-w0"], input=f"token: {self.secret}", text=True,
                                 capture_output=True, check=True).stdout
        self.write("a.txt", f"data: {encoded}\n")
        found = json.loads(self.scan(".", "--format=json", expect=3).stdout)
        self.assertEqual(found[0]["Tags"], ["decoded:base64", "decode-depth:1"])
        self.scan(".", "--max-decode-depth=0", expect=0)

    def test_a_mistake_is_told_with_its_place(self):
        self.write("bad.toml", RULES + "entropi = 3\n")
        done = self.scan("--config", "bad.toml", ".", expect=2)
        self.assertIn("bad.toml:7:1: error: unknown key 'entropi'", done.stderr)
        self.assertIn("did you mean 'entropy'?", done.stderr)
        self.assertIn("no such file", self.scan("nowhere", expect=2).stderr)


if __name__ == "__main__":
    unittest.main()
