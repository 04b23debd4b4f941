"""cargo: fetch and build from a sparse registry, and publish to it."""

import os
import shutil
from pathlib import Path

import made_secrets
from environment import EnvironmentTest
from registries import NAME, CargoRegistry

MAIN = f'fn main() {{ println!("{{}}", {NAME}::greet()); }}\n'


class CargoTest(EnvironmentTest):
    programs = ("cargo", "rustc")
    handlers = {"/cargo/": CargoRegistry("/cargo")}

    def cargo(self, folder, *arguments, check=True):
        # A toolchain that rustup keeps stands in the user's home, which these tests do not have.
        rustup = os.environ.get("RUSTUP_HOME", Path.home() / ".rustup")
        return self.run_client("cargo", *arguments, cwd=folder, check=check,
                               RUSTUP_HOME=str(rustup), CARGO_TERM_COLOR="never",
                               CARGO_REGISTRIES_LAB_TOKEN="a-word", CARGO_NET_RETRY="0")

    def project(self, name, registry, source=MAIN, dependency=f'{NAME} = "1"'):
        folder = self.lab.folder / name
        (folder / "src").mkdir(parents=True)
        (folder / ".cargo").mkdir()
        (folder / "src" / "main.rs").write_text(source, encoding="utf-8")
        (folder / "Cargo.toml").write_text(
            f'[package]\nname = "{name}"\nversion = "0.1.0"\nedition = "2021"\nlicense = "MIT"\n'
            f'description = "a test"\n[dependencies]\n{dependency}\n', encoding="utf-8")
        (folder / ".cargo" / "config.toml").write_text(
            '[source.crates-io]\nreplace-with = "lab"\n[source.lab]\n'
            f'registry = "sparse+{registry}"\n[registries.lab]\nindex = "sparse+{registry}"\n',
            encoding="utf-8")
        return folder

    def test_a_crate_is_built_with_what_cork_env_prints_alone(self):
        done = self.cargo(self.project("app", self.lab.url("/cargo/")), "run", "--quiet")
        self.assertEqual(done.stdout, b"hello from a crate\n")

    def test_a_registry_that_no_route_names_is_refused_in_the_error(self):
        since = self.seen()
        folder = self.project("lost", self.forbidden("/cargo/"))
        done = self.cargo(folder, "fetch", check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assert_explained(done.said, "host_not_allowed", since)

    def publish(self, name, readme, check=True):
        folder = self.project(name, self.lab.url("/cargo/"), dependency="", source="fn main() {}\n")
        (folder / "README.md").write_text(readme, encoding="utf-8")
        done = self.cargo(folder, "publish", "--registry", "lab", "--no-verify", "--allow-dirty",
                          check=check)
        shutil.rmtree(folder)
        return done

    def test_a_clean_crate_is_published(self):
        mark = self.mark()
        self.publish("clean", "Install with care\n")
        [put] = [e for e in self.lab.origin.exchanges[mark:] if e.method == "PUT"]
        self.assertTrue(put.complete)

    def test_a_leak_in_a_published_crate_is_refused_in_the_error(self):
        secret, mark, since = made_secrets.github_token(), self.mark(), self.seen()
        done = self.publish("leaky", f"Install with {secret}\n", check=False)
        self.assertEqual([e.target for e in self.lab.origin.exchanges[mark:]
                          if e.method == "PUT" and e.complete], [], done.said)
        self.assertNotEqual(done.returncode, 0)
        self.assert_explained(done.said, "leak", since)
