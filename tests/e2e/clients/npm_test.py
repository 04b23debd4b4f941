"""npm: install from a registry, and publish to it."""

import json
import tempfile

import made_secrets
from environment import EnvironmentTest
from registries import NAME, NpmRegistry


class NpmTest(EnvironmentTest):
    programs = ("npm", "node")
    handlers = {"/npm/": NpmRegistry("/npm")}

    def npm(self, *arguments, registry=None, cwd=None, check=True):
        cache = tempfile.mkdtemp(dir=self.lab.folder)
        return self.run_client(
            "npm", f"--cache={cache}", "--no-audit", "--no-fund", "--no-update-notifier", "--fetch-retries=0",
            f"--registry={registry or self.lab.url('/npm/')}", *arguments, cwd=cwd, check=check)

    def project(self, name, files):
        folder = self.lab.folder / name
        folder.mkdir()
        for file, text in files.items():
            (folder / file).write_text(text, encoding="utf-8")
        return folder

    def test_a_package_is_installed_with_what_cork_env_prints_alone(self):
        folder = self.project("app", {"package.json": "{}"})
        self.npm("install", NAME, cwd=folder)
        done = self.run_client("node", "-p", f"require({NAME!r})", cwd=folder)
        self.assertEqual(done.stdout, b"hello from a tarball\n")

    def test_a_registry_that_no_route_names_is_refused_in_the_error(self):
        since = self.seen()
        done = self.npm("view", NAME, registry=self.forbidden("/npm/"), check=False)
        self.assertIn("E403", done.said)
        self.assert_explained(done.said, "host_not_allowed", since)

    def test_a_tarball_on_a_host_that_no_route_names_is_refused_in_the_error(self):
        since = self.seen()
        done = self.npm("install", "elsewhere", check=False,
                        cwd=self.project("app2", {"package.json": "{}"}))
        self.assertNotEqual(done.returncode, 0)
        self.assert_explained(done.said, "host_not_allowed", since)

    def publish(self, folder, check=True):
        authority = self.lab.url("/npm/").removeprefix("https:")
        (folder / ".npmrc").write_text(f"{authority}:_authToken=a-word\n", encoding="utf-8")
        return self.npm("publish", cwd=folder, check=check)

    def test_a_clean_package_is_published(self):
        mark = self.mark()
        self.publish(self.project("clean", {
            "package.json": json.dumps({"name": "corkclean", "version": "1.0.0"}),
            "index.js": "module.exports = 1;\n"}))
        [put] = [e for e in self.lab.origin.exchanges[mark:] if e.method == "PUT"]
        self.assertTrue(put.complete)

    def test_a_leak_in_a_published_package_is_refused_in_the_error(self):
        secret, mark, since = made_secrets.github_token(), self.mark(), self.seen()
        done = self.publish(self.project("leaky", {
            "package.json": json.dumps({"name": "corkleaky", "version": "1.0.0"}),
            "README.md": f"Install with {secret}\n"}), check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assert_explained(done.said, "leak", since)
        self.assertEqual([e.target for e in self.lab.origin.exchanges[mark:]
                          if e.method == "PUT" and e.complete], [])
