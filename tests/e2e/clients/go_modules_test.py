"""The go command: modules from a proxy."""

from environment import EnvironmentTest, build_folder
from registries import GoProxy

MAIN = f"""package main

import "{GoProxy.module}"

func main() {{ println(corktest.Greet()) }}
"""


class GoModulesTest(EnvironmentTest):
    programs = ("go",)
    handlers = {"/go/": GoProxy("/go")}

    def go(self, folder, proxy, *arguments, check=True):
        # GOSUMDB: there is no checksum database for a module made a moment ago.
        return self.run_client("go", *arguments, cwd=folder, check=check, GOPROXY=proxy,
                               GOSUMDB="off", GOFLAGS="-modcacherw", GOTOOLCHAIN="local",
                               GOCACHE=str(build_folder() / "go" / "cache"))

    def project(self, name):
        folder = self.lab.folder / name
        folder.mkdir()
        (folder / "go.mod").write_text("module app\n\ngo 1.18\n", encoding="ascii")
        (folder / "main.go").write_text(MAIN, encoding="ascii")
        return folder

    def test_a_module_is_built_with_what_cork_env_prints_alone(self):
        folder, proxy = self.project("app"), self.lab.url("/go")
        self.go(folder, proxy, "get", f"{GoProxy.module}@latest")
        done = self.go(folder, proxy, "run", ".")
        self.assertEqual(done.stderr, b"hello from a module\n")

    def test_a_proxy_that_no_route_names_is_refused_in_the_error(self):
        since = self.seen()
        done = self.go(self.project("lost"), self.forbidden("/go"), "get",
                       f"{GoProxy.module}@latest", check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assert_explained(done.said, "host_not_allowed", since)
