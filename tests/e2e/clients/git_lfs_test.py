"""git-lfs itself: a clone brings its objects through cork where the route says `lfs`, and a push of
one is refused before any of it leaves."""

import hashlib
import json
import os
import shutil
import subprocess
import unittest
from pathlib import Path

from environment import EnvironmentTest
from git_test import GitLab

LFS = "application/vnd.git-lfs+json"


class Store:
    """An LFS server (its batch API with basic transfers) that keeps objects in a folder."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.mkdir(exist_ok=True)

    def __call__(self, conversation, exchange):
        if exchange.path.endswith("/objects/batch"):
            return self.batch(conversation, exchange)
        if "/locks" in exchange.path:
            return conversation.respond(exchange, 404, b"{}", [("Content-Type", LFS)])
        stored = self.folder / exchange.path.rsplit("/", 1)[1]
        if exchange.method == "PUT":
            shutil.copy(exchange.body_file, stored)
            return conversation.respond(exchange, 200, b"")
        return conversation.respond(exchange, 200, stored.read_bytes())

    def batch(self, conversation, exchange):
        asked = json.loads(Path(exchange.body_file).read_bytes())
        base = f"https://{exchange.value('Host')}{exchange.path.removesuffix('/batch')}"
        objects = [{"oid": one["oid"], "size": one["size"],
                    "actions": {asked["operation"]: {"href": f"{base}/{one['oid']}"}}}
                   for one in asked["objects"]]
        conversation.respond(exchange, 200, json.dumps({"objects": objects}).encode(),
                             [("Content-Type", LFS)])


class GitLfsTest(GitLab, EnvironmentTest):
    programs = ("git", "git-lfs", "curl")
    narrowed = "git: [fetch, push, lfs]"
    content = b"a large file\n" * 100_000

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        store = Store(Path(cls.root.name) / "lfs")
        # Before "/git/", which takes everything below it.
        cls.lab.origin.handlers = {"/git/repo.git/info/lfs/": store, **cls.lab.origin.handlers}
        cls.store = store
        cls.lfs("init", "-q", str(cls.work))
        cls.lfs("-C", str(cls.work), "lfs", "install", "--local", "--skip-smudge")
        cls.lfs("-C", str(cls.work), "lfs", "track", "*.bin")
        (cls.work / "large.bin").write_bytes(cls.content)
        cls.lfs("-C", str(cls.work), "add", ".")
        cls.lfs("-C", str(cls.work), "commit", "-q", "-m", "large")
        cls.lfs("-C", str(cls.work), "push", "-q", cls.repository, "main", GIT_LFS_SKIP_PUSH="1")
        (store.folder / hashlib.sha256(cls.content).hexdigest()).write_bytes(cls.content)

    @classmethod
    def lfs(cls, *arguments, **environment):
        """git for the repository that is served, with git-lfs set up and no network."""
        done = subprocess.run(
            ["git", "-c", "user.name=Test", "-c", "user.email=test@example.com", *arguments],
            capture_output=True, check=False,
            env={**os.environ, "HOME": str(cls.lab.folder / "home"), **environment})
        if done.returncode:
            raise unittest.SkipTest(f"git-lfs cannot be set up here: {done.stderr.decode()}")

    def git(self, *arguments, check=True):
        return self.run_client("git", *arguments, check=check, GIT_TERMINAL_PROMPT="0")

    def setUp(self):
        self.git("lfs", "install", "--skip-repo")

    def test_a_clone_brings_its_large_files(self):
        since = self.mark()
        self.git("clone", "-q", self.lab.url("/git/repo.git"), "with-lfs")
        self.assertEqual((self.lab.folder / "with-lfs" / "large.bin").read_bytes(), self.content)
        asked = [e.path.removeprefix("/git/repo.git") for e in self.lab.origin.exchanges[since:]]
        self.assertIn("/info/lfs/objects/batch", asked)
        self.assertIn("/info/lfs/objects/" + hashlib.sha256(self.content).hexdigest(), asked)

    def test_a_push_of_a_large_file_is_refused_with_its_reason(self):
        self.git("clone", "-q", self.lab.url("/git/repo.git"), "to-push")
        clone = self.lab.folder / "to-push"
        fresh = os.urandom(50_000).hex().encode()
        (clone / "fresh.bin").write_bytes(fresh)
        self.git("-C", str(clone), "add", ".")
        self.git("-C", str(clone), "-c", "user.name=Test", "-c", "user.email=test@example.com",
                 "commit", "-q", "-m", "fresh")
        self.git("-C", str(clone), "config", "lfs.locksverify", "false")
        done = self.git("-C", str(clone), "push", "-q", check=False)
        self.assertNotEqual(done.returncode, 0)
        self.lab.refusals.append(done.stderr)
        self.assertFalse((self.store.folder / hashlib.sha256(fresh).hexdigest()).exists())
        refused = self.lab.last_refused()
        self.assertEqual(refused["reason"], "git_not_allowed")
        self.assertIn("LFS", refused["detail"])
        # git-lfs says why, in cork's words.
        self.assertIn(refused["detail"], done.said)
        self.assertIn(refused["id"], done.said)


del GitLab
