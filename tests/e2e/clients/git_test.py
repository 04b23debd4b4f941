"""git over smart HTTP: clone, fetch and push through cork, to `git http-backend` behind an origin,
on a route for the whole host and on routes for git alone."""

import os
import re
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


class GitLab(ClientTest):
    """A repository with one commit behind the origin, and git before cork."""

    programs = ("git", "curl")

    @classmethod
    def setUpClass(cls):
        cls.root = tempfile.TemporaryDirectory(prefix="cork-e2e-git-")
        backend = Backend(cls.root.name)
        cls.handlers = {"/git/": backend, "/private/": backend.private}
        super().setUpClass()
        cls.work = Path(cls.root.name) / "work"
        cls.here("init", "-q", "-b", "main", str(cls.work))
        cls.commit("first")
        cls.repository = f"{cls.root.name}/repo.git"
        cls.here("clone", "-q", "--bare", str(cls.work), cls.repository)
        cls.here("-C", cls.repository, "config", "http.receivepack", "true")

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        cls.root.cleanup()

    @classmethod
    def here(cls, *arguments, **environment):
        """git without a network, for the repository that is served."""
        subprocess.run(["git", "-c", "user.name=Test", "-c", "user.email=test@example.com",
                        *arguments], check=True, capture_output=True,
                       env={**os.environ, **environment})

    @classmethod
    def commit(cls, text):
        (cls.work / "file").write_text(text * 1000, encoding="utf-8")
        cls.here("-C", str(cls.work), "add", "file")
        cls.here("-C", str(cls.work), "commit", "-q", "-m", text)

    def git(self, *arguments, check=True):
        return self.run_program(
            "git", "-c", f"http.proxy={self.lab.proxy}", "-c", f"http.sslCAInfo={self.lab.ca}",
            *arguments, check=check, GIT_TERMINAL_PROMPT="0", GIT_CONFIG_NOSYSTEM="1")

    def head_of(self, repository, name):
        done = self.run_program("git", "-C", str(repository), "log", "-1", "--format=%s", name)
        return done.stdout.decode().strip()

    def clone_of(self, name):
        """A clone that did not pass cork, with one commit more, whose origin is behind cork."""
        clone = self.lab.folder / name
        self.here("clone", "-q", self.repository, str(clone))
        self.here("-C", str(clone), "remote", "set-url", "origin", self.lab.url("/git/repo.git"))
        self.here("-C", str(clone), "commit", "-q", "--allow-empty", "-m", name)
        return clone

    def curl(self, path, *arguments):
        """The body of what came back."""
        return self.run_program("curl", "-sS", "-x", self.lab.proxy, "--cacert", self.lab.ca,
                                "--path-as-is", *arguments, self.lab.url(path)).stdout

    def assert_git_refuses(self, done, *words):
        """git failed, and showed its user why, as text."""
        self.assertNotEqual(done.returncode, 0)
        self.lab.refusals.append(done.stderr)
        shown = re.search(r"remote: reason: git_not_allowed, id: (\w+)", done.stderr.decode())
        self.assertTrue(shown, done.stderr)
        self.assert_in_audit(shown.group(1), "git_not_allowed")
        for word in words:
            self.assertIn(word.encode(), done.stderr)


class GitTest(GitLab):
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


class GitFetchOnly(GitLab):
    narrowed = "git: fetch"

    def test_clone_and_fetch_pass_on_git_fetch_in_every_version_of_the_protocol(self):
        for version in ("0", "1", "2"):
            with self.subTest(version=version):
                cloned = self.lab.folder / f"version-{version}"
                speak = ("-c", f"protocol.version={version}")
                self.git(*speak, "clone", "-q", self.lab.url("/git/repo.git"), str(cloned))
                self.commit(f"for version {version}")
                self.here("-C", str(self.work), "push", "-q", self.repository, "main")
                self.git(*speak, "-C", str(cloned), "fetch", "-q")
                self.assertEqual(self.head_of(cloned, "origin/main"), f"for version {version}")
                self.git(*speak, "clone", "-q", "--depth=1", self.lab.url("/git/repo.git"),
                         f"shallow-{version}")

    def test_a_fetch_so_long_that_git_compresses_it_passes(self):
        for version in ("0", "2"):
            with self.subTest(version=version):
                clone = self.clone_of(f"long-{version}")
                # Newer than what the origin has, and unknown to it: 64 times "have".
                for i in range(64):
                    self.here("-C", str(clone), "commit", "-q", "--allow-empty", "-m", f"{i}",
                              GIT_COMMITTER_DATE=f"@{2000000000 + i} +0000")
                self.commit(f"news {version}")
                self.here("-C", str(self.work), "push", "-q", self.repository, "main")
                since = self.mark()
                self.git("-c", f"protocol.version={version}", "-C", str(clone), "fetch", "-q")
                self.assertEqual(self.head_of(clone, "origin/main"), f"news {version}")
                codings = [e.value("Content-Encoding") for e in self.lab.origin.exchanges[since:]]
                self.assertIn("gzip", codings)

    def test_a_clone_from_elsewhere_is_told_the_narrowest_route(self):
        done = self.git("clone", "-q", "https://files.example.net/a.git", "elsewhere", check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(b"add '- {host: files.example.net, git: fetch}' under", done.stderr)
        self.lab.refusals.append(done.stderr)

    def test_push_is_refused_and_git_shows_why(self):
        clone = self.clone_of("pushes")
        since = self.mark()
        done = self.git("-C", str(clone), "push", "-q", "origin", "HEAD:main", check=False)
        self.assert_git_refuses(done, "it is a git push", "add `push` to `git`")
        self.assertEqual(self.lab.origin.exchanges[since:], [])

    def refuse(self, words, path, *arguments):
        with self.subTest(words=words, path=path):
            refusal = self.assert_refused(self.curl(path, *arguments), "git_not_allowed")
            self.assertIn(words, refusal["detail"])
            self.assertIn("cork.yaml", refusal["operator_can"])

    def test_everything_else_on_that_host_is_refused_each_with_its_reason(self):
        since = self.mark()
        refs = "/git/repo.git/info/refs"
        fetch = ("-H", "Content-Type: application/x-git-upload-pack-request")
        lfs = ("-H", "Content-Type: application/vnd.git-lfs+json")
        self.refuse("is a git push", "/git/repo.git/git-receive-pack", "-d", "0000", "-H",
                    "Content-Type: application/x-git-receive-pack-request")
        self.refuse("is an LFS batch", "/git/repo.git/info/lfs/objects/batch", *lfs,
                    "-d", '{"operation":"upload","objects":[]}')
        self.refuse("is an LFS upload", "/git/repo.git/info/lfs/objects/" + "a" * 64,
                    "-X", "PUT", "-d", "object")
        for method in ("PROPFIND", "MKCOL", "LOCK", "MOVE"):
            self.refuse("is one of WebDAV", "/git/repo.git/", "-X", method)
        self.refuse("is a web form", "/git/session", "-d", "user=a&password=b")
        self.refuse("is a web form", "/git/upload", "-F", "a=b")
        self.refuse("a service more than once",
                    refs + "?service=git-upload-pack&service=git-receive-pack")
        self.refuse("not one service", refs + "?service=git-upload-pack&x=y")
        self.refuse("the dumb protocol", refs)
        self.refuse("the dumb protocol", "/git/repo.git/HEAD")
        self.refuse("no request of git's", "/git/repo.git/info/%72efs/../x")
        self.refuse("no request of git's", "/settings/keys")
        self.refuse("no use for its method", "/git/repo.git", "-X", "DELETE")
        self.refuse("is not made of git's lines", "/git/repo.git/git-upload-pack", *fetch,
                    "-d", "title=a&body=b")
        self.refuse("does not begin as a git fetch does", "/git/repo.git/git-upload-pack", *fetch,
                    "-d", "000bhello!!0000")
        self.refuse("its content type", "/git/repo.git/git-upload-pack", "-d", "0000",
                    "-H", "Content-Type: text/plain")
        self.assertEqual(self.lab.origin.exchanges[since:], [])


class GitPushOnly(GitLab):
    narrowed = "git: push"

    def test_push_passes_on_git_push_small_large_and_to_delete(self):
        clone = self.clone_of("pushes")
        push = ("-C", str(clone), "push", "-q", "origin")
        self.git(*push, "HEAD:refs/heads/small")
        self.assertEqual(self.head_of(self.repository, "small"), "pushes")
        (clone / "large").write_bytes(os.urandom(3_000_000))
        self.here("-C", str(clone), "add", "large")
        self.here("-C", str(clone), "commit", "-q", "-m", "large")
        since = self.mark()
        self.git(*push, "HEAD:refs/heads/large")
        self.assertEqual(self.head_of(self.repository, "large"), "large")
        codings = [e.value("Transfer-Encoding") for e in self.lab.origin.exchanges[since:]]
        self.assertIn("chunked", codings)
        self.git(*push, "--delete", "small")
        branches = self.run_program("git", "-C", self.repository, "branch").stdout
        self.assertNotIn(b"small", branches)

    def test_a_secret_in_a_commit_is_refused(self):
        clone = self.clone_of("secrets")
        push = ("-C", str(clone), "push", "-q", "origin", "HEAD:refs/heads/secrets")
        for secret in (made_secrets.github_token(), made_secrets.gitlab_token()):
            with open(clone / "notes", "a") as notes:
                notes.write(f"{os.urandom(200).hex()}\nthe key is {secret}\n")
            self.here("-C", str(clone), "add", "notes")
            self.here("-C", str(clone), "commit", "-q", "-m", "notes")
            done = self.git(*push, check=False)
            self.assertNotEqual(done.returncode, 0)
            self.lab.refusals.append(done.stderr)
            refused = self.lab.last_refused()
            self.assertEqual(refused["reason"], "leak")
            self.assertEqual(refused["findings"][0]["encoding"], "git")
        branches = self.run_program("git", "-C", self.repository, "branch").stdout
        self.assertNotIn(b"secrets", branches)

    def test_a_clone_needs_the_other_word(self):
        done = self.git("clone", "-q", self.lab.url("/git/repo.git"), "none", check=False)
        self.assert_git_refuses(done, "it is a git fetch", "add `fetch` to `git`")

    def test_a_body_that_is_no_push_is_refused(self):
        answer = self.curl("/git/repo.git/git-receive-pack", "-d", "a=b&c=d", "-H",
                           "Content-Type: application/x-git-receive-pack-request")
        self.assertIn("not made of git's lines",
                      self.assert_refused(answer, "git_not_allowed")["detail"])


class GitLfsDownload(GitLab):
    narrowed = "git: [fetch, lfs]"
    batch = ("/lfs/repo.git/info/lfs/objects/batch", "-H",
             "Content-Type: application/vnd.git-lfs+json; charset=utf-8", "-d")

    def test_lfs_is_its_own_word_and_downloads_alone(self):
        answer = self.curl(*self.batch, '{"operation":"download","objects":[]}')
        self.assertIn(b'"method": "POST"', answer)
        answer = self.curl("/lfs/repo.git/info/lfs/objects/" + "a" * 64)
        self.assertIn(b'"method": "GET"', answer)
        refused = self.curl(*self.batch, '{"operation":"upload","objects":[]}')
        self.assertIn("not for a download",
                      self.assert_refused(refused, "git_not_allowed")["detail"])
        refused = self.curl(*self.batch, '{"operation":"download","Operation":"upload"}')
        self.assertIn("more than one operation",
                      self.assert_refused(refused, "git_not_allowed")["detail"])
