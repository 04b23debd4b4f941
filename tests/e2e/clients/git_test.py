"""git over smart HTTP: clone and fetch through cork, from `git http-backend` behind an origin."""

import os
import subprocess
import tempfile
from pathlib import Path

import made_secrets
from harness import ClientTest


class Backend:
    """`git http-backend` as a handler of the origin: a CGI program run for each request."""

    def __init__(self, root):
        self.root = Path(root)

    def __call__(self, conversation, exchange, ask_password=False):
        if ask_password and not exchange.value("Authorization"):
            conversation.respond(exchange, 401, b"who?\n",
                                 [("WWW-Authenticate", 'Basic realm="git"')])
            return
        _, _, query = exchange.target.partition("?")
        environment = {
            **os.environ, "GIT_PROJECT_ROOT": str(self.root), "GIT_HTTP_EXPORT_ALL": "1",
            "REQUEST_METHOD": exchange.method, "QUERY_STRING": query,
            "PATH_INFO": exchange.path.removeprefix("/private").removeprefix("/git"),
            "CONTENT_TYPE": exchange.value("Content-Type"),
            "HTTP_CONTENT_ENCODING": exchange.value("Content-Encoding"),
            "GIT_PROTOCOL": exchange.value("Git-Protocol"), "REMOTE_ADDR": "127.0.0.1",
        }
        with open(exchange.body_file, "rb") as body:
            done = subprocess.run(["git", "http-backend"], stdin=body, capture_output=True,
                                  env=environment, check=True)
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        fields = [tuple(line.split(": ", 1)) for line in head.decode().split("\r\n")]
        status = next((int(v.split()[0]) for n, v in fields if n == "Status"), 200)
        conversation.respond(exchange, status, content, [f for f in fields if f[0] != "Status"])

    def private(self, conversation, exchange):
        return self(conversation, exchange, ask_password=True)


class GitTest(ClientTest):
    programs = ("git",)

    @classmethod
    def setUpClass(cls):
        cls.root = tempfile.TemporaryDirectory(prefix="cork-e2e-git-")
        backend = Backend(cls.root.name)
        cls.handlers = {"/git/": backend, "/private/": backend.private}
        super().setUpClass()
        cls.work = Path(cls.root.name) / "work"
        cls.here("init", "-q", "-b", "main", str(cls.work))
        cls.commit("first")
        cls.here("clone", "-q", "--bare", str(cls.work), f"{cls.root.name}/repo.git")

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        cls.root.cleanup()

    @classmethod
    def here(cls, *arguments):
        """git without a network, for the repository that is served."""
        subprocess.run(["git", "-c", "user.name=Test", "-c", "user.email=test@example.com",
                        *arguments], check=True, capture_output=True)

    @classmethod
    def commit(cls, text):
        (cls.work / "file").write_text(text * 1000, encoding="utf-8")
        cls.here("-C", str(cls.work), "add", "file")
        cls.here("-C", str(cls.work), "commit", "-q", "-m", text)

    def git(self, *arguments, check=True):
        return self.run_program(
            "git", "-c", f"http.proxy={self.lab.proxy}", "-c", f"http.sslCAInfo={self.lab.ca}",
            *arguments, check=check, GIT_TERMINAL_PROMPT="0", GIT_CONFIG_NOSYSTEM="1")

    def test_clone_then_fetch(self):
        self.git("clone", "-q", self.lab.url("/git/repo.git"), "cloned")
        cloned = self.lab.folder / "cloned"
        self.assertEqual((cloned / "file").read_text(encoding="utf-8"), "first" * 1000)
        self.commit("second")
        self.here("-C", str(self.work), "push", "-q", f"{self.root.name}/repo.git", "main")
        self.git("-C", str(cloned), "fetch", "-q")
        log = self.run_program("git", "-C", str(cloned), "log", "-1", "--format=%s", "origin/main")
        self.assertEqual(log.stdout, b"second\n")

    def test_a_refused_host_is_explained_in_words_that_git_shows(self):
        done = self.git("clone", "https://code.example.net/a/b.git", "none", check=False)
        self.assertNotEqual(done.returncode, 0)
        self.lab.refusals.append(done.stderr)
        self.assertIn(b"remote: ", done.stderr)
        self.assertIn(b"code.example.net", done.stderr)
        refused = self.lab.last_refused()
        self.assertEqual(refused["reason"], "host_not_allowed")
        self.assertIn(refused["id"].encode(), done.stderr)

    def test_a_token_that_is_not_at_home_there_is_refused(self):
        secret = made_secrets.github_token()
        since = self.mark()
        url = self.lab.url("/private/repo.git").replace("//", f"//user:{secret}@")
        done = self.git("clone", "-q", url, "none", check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual([e.value("Authorization") for e in self.lab.origin.exchanges[since:]
                          if e.value("Authorization")], [])
        refused = [r for r in self.lab.records() if r.get("reason") == "leak"]
        self.assertTrue(refused)
