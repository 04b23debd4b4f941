"""What `cork scan` leaves out in a git working tree, beside what `git check-ignore` says of it."""

import json
import os
import random
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from harness import Setting

RULES = "[[rules]]\nid = 'x'\ndescription = 'x'\nregex = 'xsecretx'\nkeywords = ['xsecretx']\n"

NAMES = ["a", "b", "ab", "abc", "a.o", "b.o", "A", "7", "x7", "-", "]", "[a", "a]b", "a b", "a ",
         "#a", "!a", "a\\", "a\\ ", "\\", "^", "é", "a*b", "a?b", "[:digit:]", "x:]", "_", "\t", "foo",
         "foobar", "**"]
FOLDERS = ["", "d", "d/e", "d/e/f", "foo", "foo/bar", "ab", "build", "foox/y"]

WRITTEN = [
    "*.o", "/a", "d/a", "d/", "d/e/", "build", "**/foo", "foo/**", "d/**/a", "*\n!a", "*\n!d/\n!*/a",
    "*\n!*/", "[a-c]", "[!a-c]", "[^a]", "[]]", "[]-a]", "[a", "[a\n!b", "[[:digit:]]", "[[:alpha:]]*",
    "[![:alnum:]]", "[[:nosuch:]]", "[[:digit:]", "[[:]", "[[:]*", "[:digit:]", "x[[:digit:]a]",
    "[\\]]", "[a\\-z]", "[a-\\c]", "[--a]", "[a-]", "\\#a", "\\!a", "!a", "a\\", "a\\\\", "a\\\\ ",
    "a\\ ", "a ", "a  \\", "a\r", "a\t", "\ufeffa", "\ufeff#a", "\ufeff!a", "*\n\ufeff!a", "a//b",
    "//a", "d//", "/", "//", "!", "!/", "**", "***", "***/a", "d/***", "d/**", "d/*", "d/*/a", "*/a",
    "*a", "a*", "a**b", "*b*", "?", "??", "d?a", "d[/]a", "d\\/a", "foo[/x]bar", "a/b", "foo*/bar",
    "\\a", "\\*", "a\\*b", "a\\?b", "*\0", "a\0b", "# a\n a", "a\n\n!a\n\nb", "foo**/bar", "*\n!foo**/bar", "*.o\n!foo**/a.o", "foo/",
    "/foo/", "é", "?", "[é]", "[!é]",
]


class ScanIgnoreTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not shutil.which("git"):
            raise unittest.SkipTest("no git here")

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="cork-e2e-ignore-")
        self.addCleanup(folder.cleanup)
        self.home = Path(folder.name)
        self.rules = self.home / "rules.toml"
        self.rules.write_text(RULES, encoding="utf-8")
        self.tree = self.home / "tree"
        self.files = []
        self.environment = {"HOME": str(self.home), "PATH": os.environ["PATH"],
                            "GIT_CONFIG_NOSYSTEM": "1"}

    def make(self):
        self.tree.mkdir()
        subprocess.run(["git", "init", "-q", self.tree], check=True, env=self.environment)
        for folder in FOLDERS:
            (self.tree / folder).mkdir(parents=True, exist_ok=True)
        for folder in FOLDERS:
            for name in NAMES:
                path = self.tree / folder / name
                if not path.is_dir():
                    path.write_text("xsecretx\n", encoding="utf-8")
                    self.files.append(str(path.relative_to(self.tree)))

    def scanned(self):
        done = subprocess.run(
            [Setting.cork, "scan", "--config", self.rules, "--format", "json", "."], text=True,
            capture_output=True, cwd=self.tree, timeout=120, check=False, env=self.environment)
        self.assertIn(done.returncode, (0, 3), done.stderr)
        self.said = done.stderr
        return {one["File"] for one in json.loads(done.stdout)}

    def ignored(self):
        done = subprocess.run(
            ["git", "check-ignore", "-z", "--stdin", "--no-index"],
            input="\0".join(self.files).encode(), capture_output=True, cwd=self.tree, timeout=120,
            check=False, env=self.environment)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        return {one.decode() for one in done.stdout.split(b"\0") if one}

    def compare(self, lists):
        """lists: what .gitignore says, by folder. Returns what differs: scanned, not scanned."""
        for folder in FOLDERS:
            (self.tree / folder / ".gitignore").unlink(missing_ok=True)
        for folder, text in lists.items():
            (self.tree / folder / ".gitignore").write_bytes(text.encode())
        wanted = set(self.files) - self.ignored()
        scanned = self.scanned()
        return sorted(scanned - wanted), sorted(wanted - scanned)

    def test_each_pattern_ignores_what_git_ignores(self):
        self.make()
        for text in WRITTEN:
            # After a literal beginning git takes "**" for any number of folders. Here it is '*',
            # and more is looked into.
            if text in ("foo**/bar", "*\n!foo**/bar", "*.o\n!foo**/a.o"):
                self.assertEqual(self.compare({"": text})[1], [])
                continue
            with self.subTest(text=text):
                self.assertEqual(self.compare({"": text}), ([], []))

    def test_made_lists_in_several_folders_ignore_what_git_ignores(self):
        self.make()
        chance = random.Random(int(os.environ.get("CORK_IGNORE_SEED", "1")))
        pieces = ["a", "b", "*", "**", "/", "?", "[a-b]", "[!a]", "d", "foo", "bar", "\\", " ", ".o",
                  "[[:alpha:]]", "[", "]", "e", "-"]
        for _ in range(int(os.environ.get("CORK_IGNORE_ROUNDS", "60"))):
            lists = {}
            for folder in chance.sample(FOLDERS, 2):
                lines = []
                for _ in range(chance.randint(1, 4)):
                    line = "".join(chance.choices(pieces, k=chance.randint(1, 5)))
                    lines.append(chance.choice(["", "", "!", "/", "**/"]) + line +
                                 chance.choice(["", "", "/", "/**"]))
                lists[folder] = "\n".join(lines) + "\n"
            with self.subTest(lists=lists):
                more, less = self.compare(lists)
                self.assertEqual(less, [], "git does not ignore these")
                # See above.
                if not any(re.search(r"[^/*]\*\*", text) for text in lists.values()):
                    self.assertEqual(more, [])

    def git(self, *arguments):
        subprocess.run(["git", "-c", "user.name=x", "-c", "user.email=x@example.org", *arguments],
                       check=True, cwd=self.tree, env=self.environment, capture_output=True)

    def test_what_git_holds_is_looked_into_in_every_kind_of_tree(self):
        for form in ("sha1", "sha256"):
            with self.subTest(form=form):
                shutil.rmtree(self.tree, ignore_errors=True)
                self.tree.mkdir()
                self.git("init", "-q", "--object-format", form)
                for name in ("kept", "held", "other"):
                    (self.tree / name).write_text("xsecretx\n", encoding="utf-8")
                self.git("add", "held", "kept")
                (self.tree / ".git/info/exclude").write_text("held\nother\n", encoding="utf-8")
                self.assertEqual(self.scanned(), {"held", "kept"})
                self.git("commit", "-qm", "x")
                self.git("worktree", "add", "-q", "second")
                (self.tree / "second/other").write_text("xsecretx\n", encoding="utf-8")
                self.assertEqual(self.scanned(),
                                 {"held", "kept", "second/held", "second/kept"})
                # The index in two halves: everything.
                self.git("update-index", "--split-index")
                self.git("update-index", "--force-remove", "kept")
                self.assertEqual(self.scanned(), {"held", "kept", "other", "second/held",
                                                  "second/kept", "second/other"})
                self.assertIn("the index is split", self.said)


if __name__ == "__main__":
    unittest.main()
