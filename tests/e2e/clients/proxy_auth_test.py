"""Two bottles at one listener, told apart by proxy credentials: what real clients do with a proxy's
address that carries them, with a 407, and with a 403."""

import json
import os
import re
import subprocess
import time

import made_secrets
from git_test import GitLab
from harness import START_SECONDS, Lab, Setting

try:
    import requests
except ImportError:
    requests = None


class SharedLab(Lab):
    """The bottle `dev` may reach what a lab's bottle may, `docs` the origin `other` alone."""

    def _config(self, listen, metrics_port, narrowed):
        # A rule would stop it anywhere else, and no output may hold it.
        self.passwords = {"dev": made_secrets.github_token(),
                          "docs": "p@ss:w/rd%? " + os.urandom(8).hex()}
        auth = {}
        for name, password in self.passwords.items():
            file = self.folder / f"{name}.password"
            file.touch(mode=0o600)
            file.write_text(password + "\n", encoding="utf-8")
            auth[name] = f"    proxy_auth: {{ user: {name}, password: 'file:{file.name}' }}\n"
        text = super()._config(listen, metrics_port, narrowed)
        return text.replace("    allow:\n", auth["dev"] + "    allow:\n") + f"""  docs:
    listen: "127.0.0.1:{self.proxy_port}"
{auth["docs"]}    allow:
      - host: {self.host}:{self.other.port}
        addresses: [127.0.0.1/32, "::1/128"]
"""

    def variables(self, bottle):
        """What a shell has once it has evaluated what `cork env` prints for that bottle."""
        done = subprocess.run(
            ["sh", "-c", 'eval "$("$0" env --bottle "$2" --config "$1")" && env -0', Setting.cork,
             self.cork.config, bottle], capture_output=True, text=True, timeout=60, check=False,
            env={"HOME": str(self.folder / "home"), "PATH": os.environ["PATH"]})
        if done.returncode:
            raise RuntimeError(f"cork env: {done.stderr}")
        return dict(line.split("=", 1) for line in done.stdout.split("\0") if line)

    def proxy_of(self, bottle):
        return self.variables(bottle)["HTTPS_PROXY"]


class ProxyAuthTest(GitLab):
    programs = ("git", "curl")

    @classmethod
    def make_lab(cls):
        return SharedLab(cls.handlers)

    def curl(self, *arguments, check=True):
        said = "%{stderr}%{http_connect} %{http_code} %{num_connects}\\n"
        return self.run_program("curl", "-sS", "--cacert", str(self.lab.ca), "-w", said,
                                *arguments, check=check)

    def codes(self, *arguments, check=True):
        """What CONNECT and the request were answered, and over how many connections."""
        said = self.curl(*arguments, check=check).stderr.split()[-3:]
        return tuple(int(code) for code in said)

    def user(self, bottle):
        return f"{bottle}:{self.lab.passwords[bottle]}"

    # curl.

    def test_curl_says_with_proxy_user_which_bottle_it_is(self):
        to_origin, to_other = self.lab.url("/sink"), self.lab.url("/sink", self.lab.other)
        for bottle, url, code in (("dev", to_origin, 200), ("docs", to_other, 200),
                                  ("docs", to_origin, 403)):
            with self.subTest(bottle=bottle, url=url):
                self.assertEqual(self.codes("--proxy", self.lab.proxy, "--proxy-user",
                                            self.user(bottle), url)[:2], (200, code))
        self.assertEqual(self.lab.last_refused()["bottle"], "docs")

    def test_curl_takes_the_address_that_cork_env_prints(self):
        for bottle in ("dev", "docs"):
            proxy = self.lab.proxy_of(bottle)
            self.assertEqual(
                self.codes("--proxy", proxy, self.lab.url("/sink", self.lab.other))[:2], (200, 200))

    def test_curl_asked_for_credentials_gives_them_on_the_same_connection(self):
        codes = self.codes("--proxy", self.lab.proxy, "--proxy-user", self.user("dev"),
                           "--proxy-anyauth", self.lab.url("/sink"))
        self.assertEqual(codes, (200, 200, 1))

    def test_without_credentials_curl_is_told_407_and_with_wrong_ones_403(self):
        for arguments, status in (((), 407), (("--proxy-user", "dev:wrong"), 403),
                                  (("--proxy-user", "dev:wrong", "--proxy-anyauth"), 403)):
            with self.subTest(arguments=arguments):
                codes = self.codes("--proxy", self.lab.proxy, *arguments, self.lab.url("/sink"),
                                   check=False)
                self.assertEqual(codes[0], status)
                record = self.lab.last_refused()
                self.assertEqual((record["bottle"], record["status"], record["reason"]),
                                 ("", status, "unknown_client"))

    def test_in_clear_text_every_request_says_it(self):
        url = f"http://localhost:{self.lab.plain.port}/sink"
        self.assertEqual(self.codes("--proxy", self.lab.proxy, "--proxy-user", self.user("dev"),
                                    url, url), (0, 200, 0), "the second on the first's connection")
        done = self.curl("--proxy", self.lab.proxy, url)
        refusal = json.loads(done.stdout)
        self.lab.refusals.append(done.stdout)
        self.assertEqual((refusal["status"], refusal["reason"]), (407, "unknown_client"))
        for exchange in self.lab.plain.exchanges:
            self.assertEqual(exchange.value("Proxy-Authorization"), "")

    # git.

    def test_git_with_the_basic_method_says_which_bottle_it_is(self):
        for method in ("basic", "anyauth"):
            with self.subTest(method=method):
                done = self.git_through(self.lab.proxy_of("dev"), method, check=True)
                self.assertIn(b"refs/heads/main", done.stdout)

    def test_git_with_wrong_credentials_fails_and_the_log_says_why(self):
        proxy = self.lab.proxy.replace("//", "//dev:wrong@")
        done = self.git_through(proxy, "basic", check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(b"403", done.stderr)
        self.assertEqual(self.lab.last_refused()["reason"], "unknown_client")

    def git_through(self, proxy, method, check):
        return self.run_program(
            "git", "-c", f"http.proxy={proxy}", "-c", f"http.proxyAuthMethod={method}", "-c",
            f"http.sslCAInfo={self.lab.ca}", "ls-remote", self.lab.url("/git/repo.git"),
            check=check, GIT_TERMINAL_PROMPT="0", GIT_CONFIG_NOSYSTEM="1")

    # requests.

    def test_requests_takes_credentials_in_the_proxys_address(self):
        if requests is None:
            self.skipTest("no Python module requests here")
        for bottle, code in (("dev", 200), ("docs", 403)):
            session = requests.Session()
            session.trust_env = False
            session.proxies = dict.fromkeys(("http", "https"), self.lab.proxy_of(bottle))
            session.verify = str(self.lab.ca)
            with self.subTest(bottle=bottle), session:
                answer = session.get(self.lab.url("/sink"))
                self.assertEqual(answer.status_code, code, answer.text)
                plain = session.get(f"http://localhost:{self.lab.plain.port}/sink")
                self.assertEqual(plain.status_code, code, plain.text)

    def test_requests_without_credentials_is_told_what_is_missing(self):
        if requests is None:
            self.skipTest("no Python module requests here")
        with requests.Session() as session:
            session.trust_env = False
            session.proxies = {"http": self.lab.proxy}
            answer = session.get(f"http://localhost:{self.lab.plain.port}/sink")
        self.lab.refusals.append(answer.content)
        self.assertEqual(answer.status_code, 407)
        self.assertEqual(answer.headers["Proxy-Authenticate"], 'Basic realm="cork"')
        self.assertIn("cork env --bottle", answer.json()["operator_can"])

    # cork's own commands.

    def test_the_commands_know_whose_door_it_is_and_print_no_password(self):
        for arguments, expected in (
                (("plan",), "shared with docs"),
                (("plan", "--format", "json"), "password_from"),
                (("check", "--bottle", "docs", self.lab.url()), "bottle    docs (enforce)")):
            with self.subTest(arguments=arguments):
                done = self.lab.command(*arguments)
                self.lab.refusals.append((done.stdout + done.stderr).encode())
                self.assertIn(expected, done.stdout)
                for password in self.lab.passwords.values():
                    self.assertNotIn(password, done.stdout + done.stderr)
        asked = self.lab.command("env")
        self.assertEqual(asked.returncode, 2)
        self.assertIn("which bottle?", asked.stderr)

    def test_doctor_goes_through_the_door_with_the_bottles_credentials(self):
        for bottle in ("dev", "docs"):
            done = subprocess.run(
                [Setting.cork, "doctor", "--bottle", bottle, "--config", self.lab.cork.config],
                capture_output=True, text=True, timeout=120, check=False,
                env={"HOME": str(self.lab.folder / "home"), "PATH": os.environ["PATH"]})
            self.lab.refusals.append((done.stdout + done.stderr).encode())
            self.assertIn("answers, with a certificate of this CA", " ".join(done.stdout.split()))

    # While it runs.

    def test_a_changed_password_file_is_taken(self):
        url = self.lab.url("/sink", self.lab.other)

        def connect(password):
            return self.codes("--proxy", self.lab.proxy, "--proxy-user", f"docs:{password}", url,
                              check=False)[0]

        before = self.lab.passwords["docs"]
        self.write_password("another one")
        try:
            self.assertEqual((connect("another one"), connect(before)), (200, 403))
        finally:
            self.write_password(before)
        self.assertEqual((connect("another one"), connect(before)), (403, 200))

    def write_password(self, password):
        """Returns once cork has taken it."""
        taken = self.reloads()
        (self.lab.folder / "docs.password").write_text(password + "\n", encoding="utf-8")
        deadline = time.monotonic() + START_SECONDS
        while self.reloads() == taken and time.monotonic() < deadline:
            time.sleep(0.05)

    def reloads(self):
        found = re.search(r'cork_reloads_total{result="taken"} (\d+)', self.lab.cork.metrics())
        return int(found.group(1))
