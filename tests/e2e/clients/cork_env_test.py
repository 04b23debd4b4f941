"""What `cork env` prints, as the programs read it that every machine has; docs/clients.md says who
reads what."""

import json
import subprocess
import sys
from pathlib import Path

from environment import EnvironmentTest

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "clients.md"
URLLIB = "import sys, urllib.request as u; print(u.urlopen(sys.argv[1]).read().decode())"
REQUESTS = "import sys, requests; print(requests.get(sys.argv[1]).text)"


class CorkEnvTest(EnvironmentTest):
    programs = ("curl",)

    def allowed(self):
        """How many exchanges cork let pass until now."""
        return sum(r["event"] == "open" for r in self.lab.records())

    def assert_goes_through(self, *command):
        """The program reaches both origins, and cork knows of it."""
        for url in (self.lab.url("/sink"),
                    f"http://{self.lab.host}:{self.lab.plain.port}/sink"):
            before = self.allowed()
            said = json.loads(self.run_client(*command, url).stdout)
            self.assertEqual((said["method"], self.allowed()), ("GET", before + 1))

    def test_curl_needs_nothing_else(self):
        self.assert_goes_through("curl", "-sS")

    def test_urllib_needs_nothing_else(self):
        self.assert_goes_through(sys.executable, "-c", URLLIB)

    def test_requests_needs_nothing_else(self):
        if subprocess.run([sys.executable, "-c", "import requests"], check=False,
                          capture_output=True).returncode:
            self.skipTest("no Python module requests here")
        self.assert_goes_through(sys.executable, "-c", REQUESTS)

    def test_localhost_is_reached_without_cork_unless_a_client_is_told_otherwise(self):
        before = self.allowed()
        url = f"https://localhost:{self.lab.origin.port}/sink"
        # Straight to the origin, whose CA the bundle does not hold.
        done = self.run_client("curl", "-sS", url, check=False)
        self.assertEqual((done.returncode, self.allowed()), (60, before))
        done = self.run_client("curl", "-sS", "--noproxy", "", url)
        self.assert_refused(done.stdout, "host_not_allowed")

    def test_the_files_it_names_are_there(self):
        for name in ("SSL_CERT_FILE", "WGETRC"):
            self.assertTrue(Path(self.variables[name]).is_file(), name)
        folder = Path(self.variables["SSL_CERT_FILE"]).parent
        self.assertTrue((folder / "truststore.jks").is_file())
        self.assertIn(f"={folder}/truststore.jks", self.variables["JAVA_TOOL_OPTIONS"])

    def test_the_document_names_every_variable(self):
        text = DOCUMENT.read_text(encoding="utf-8")
        for shell in ("sh", "docker"):
            printed = self.lab.command("env", "--shell", shell).stdout
            for line in printed.splitlines():
                name = line.removeprefix("export ").split("=", 1)[0]
                with self.subTest(name):
                    self.assertIn(f"`{name}`", text)
