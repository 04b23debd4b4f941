"""Deno's fetch and imports. The binary comes from PyPI's package deno."""

import tempfile

from environment import EnvironmentTest, python_tools
from matrix import PROGRAMS, FetchMatrix
from registries import NAME, NpmRegistry


class DenoTest(FetchMatrix, EnvironmentTest):
    handlers = {"/npm/": NpmRegistry("/npm")}

    @classmethod
    def setUpClass(cls):
        cls.deno = python_tools("deno>=2,<3") / "deno"
        super().setUpClass()

    def command(self):
        return [self.deno, "run", "--quiet", "--allow-all", PROGRAMS / "fetch_client.mjs"]

    def script(self, text, registry, check=True):
        file = self.lab.folder / "script.ts"
        file.write_text(text, encoding="utf-8")
        cache = tempfile.mkdtemp(dir=self.lab.folder)
        return self.run_client(self.deno, "run", "--allow-all", file, check=check,
                               NPM_CONFIG_REGISTRY=registry, DENO_DIR=cache)

    def test_a_package_is_imported_with_what_cork_env_prints_alone(self):
        done = self.script(f'import greeting from "npm:{NAME}"; console.log(greeting);\n',
                           self.lab.url("/npm/"))
        self.assertEqual(done.stdout, b"hello from a tarball\n")

    def test_a_registry_that_no_route_names_is_refused_in_the_error(self):
        since = self.seen()
        done = self.script(f'import "npm:{NAME}";\n', self.forbidden("/npm/"), check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assert_explained(done.said, "host_not_allowed", since)

    def test_an_import_that_no_route_names_is_an_error_with_its_status(self):
        since = self.seen()
        done = self.script(f'import "{self.forbidden("/a.ts")}";\n', self.lab.url("/npm/"),
                           check=False)
        self.assertIn("files.example.net/a.ts' failed: 403 Forbidden", done.said)
        self.assert_recorded("host_not_allowed", since)
