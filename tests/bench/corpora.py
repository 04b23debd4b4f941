"""The corpora of tests/detection/corpora.toml on disk: fetched, unpacked, sorted, and added to.

Works as an ordinary user: apt's lists and cache are kept in the folder of the corpora, nothing is
installed and no maintainer script runs. What is there already is not made again.
"""

import fnmatch
import hashlib
import json
import os
import shutil
import subprocess
import tomllib
from pathlib import Path

import derived

ROOT = Path(__file__).resolve().parents[2]
DEFINITION = ROOT / "tests/detection/corpora.toml"
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
DERIVED_FROM_BINARY = "images and fonts"


class Archive:
    """apt with lists and cache of its own."""

    def __init__(self, folder, definition, url):
        self.folder = folder
        self.environment = os.environ | {"APT_CONFIG": str(folder / "apt.conf"), "LC_ALL": "C"}
        for part in ("lists/partial", "cache/archives/partial", "state"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        (folder / "status").touch()
        where = f"[signed-by={KEYRING} check-valid-until=no] {url}"
        suite = f"{definition['suite']} {definition['component']}"
        (folder / "sources.list").write_text(
            f"deb {where} {suite}\ndeb-src {where} {suite}\n", encoding="utf-8")
        (folder / "apt.conf").write_text(f"""\
Dir::Etc::SourceList "{folder}/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::Parts "/dev/null";
Dir::State "{folder}/state";
Dir::State::Lists "{folder}/lists";
Dir::State::Status "{folder}/status";
Dir::Cache "{folder}/cache";
APT::Sandbox::User "";
APT::Architecture "amd64";
Acquire::Languages "none";
Acquire::GzipIndexes "false";
""", encoding="utf-8")

    def run(self, *command, cwd=None):
        return subprocess.run(command, cwd=cwd, env=self.environment, text=True,
                              capture_output=True)

    def update(self):
        done = self.run("apt-get", "update", "-qq")
        if done.returncode:
            raise SystemExit(f"corpora: apt-get update failed:\n{done.stderr}")

    def lists(self):
        return sorted(p for p in (self.folder / "lists").iterdir()
                      if p.name.endswith(("_Packages", "_Sources")))

    def fetch(self, kind, name, version, folder):
        """True where the archive has that version."""
        folder.mkdir(parents=True, exist_ok=True)
        verb = ["source", "--download-only"] if kind == "source" else ["download"]
        only = ["--only-source"] if kind == "source" else []
        return self.run("apt-get", "-qq", *verb, *only, f"{name}={version}",
                        cwd=folder).returncode == 0


def unpack(kind, downloads, target):
    """Into `target`, which appears only when it is complete."""
    partial = target.with_name(target.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    if kind == "source":
        description = next(downloads.glob("*.dsc"))
        command = ["dpkg-source", "--no-check", "--no-copy", "-q", "-x", str(description),
                   str(partial)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    else:
        package = next(downloads.glob("*.deb"))
        subprocess.run(["dpkg-deb", "-x", str(package), str(partial)], check=True)
        subprocess.run(["dpkg-deb", "-e", str(package), str(partial / "CONTROL")], check=True)
    partial.rename(target)


class Corpora:
    def __init__(self, folder):
        self.folder = Path(folder).resolve()
        self.definition = tomllib.loads(DEFINITION.read_text(encoding="utf-8"))

    def packages(self):
        for kind in ("source", "binary"):
            for name, version in self.definition[kind].items():
                yield kind, name, version, f"{name}_{version.replace(':', '%')}"

    def fetch(self, say=print):
        """Whatever is not unpacked yet."""
        unpacked = self.folder / "unpacked"
        unpacked.mkdir(parents=True, exist_ok=True)
        archives = {}
        for kind, name, version, label in self.packages():
            if (unpacked / label).exists():
                continue
            downloads = self.folder / "downloads" / label
            for url in (self.definition["archive"], self.definition["snapshot"]):
                if url not in archives:
                    which = self.folder / "apt" / ("archive" if len(archives) == 0 else "snapshot")
                    archives[url] = Archive(which, self.definition, url)
                    archives[url].update()
                if archives[url].fetch(kind, name, version, downloads):
                    break
            else:
                raise SystemExit(f"corpora: neither archive nor snapshot has {name} {version}")
            say(f"  {name} {version}")
            unpack(kind, downloads, unpacked / label)

    def corpus_of(self, path):
        """The entry of [[corpus]] that a file is part of, or None."""
        for corpus in self.definition["corpus"]:
            if not any(fnmatch.fnmatchcase(path.name, name) for name in corpus["names"]):
                continue
            if "where" in corpus and not any(fnmatch.fnmatchcase(str(path), where)
                                             for where in corpus["where"]):
                continue
            return corpus
        return None

    def sort(self):
        """Corpus -> its files, in an order that does not depend on the file system."""
        files = {}
        for path in sorted((self.folder / "unpacked").rglob("*")):
            if path.is_symlink() or not path.is_file() or path.stat().st_size == 0:
                continue
            corpus = self.corpus_of(path)
            if corpus is None:
                continue
            if not corpus.get("binary"):
                with path.open("rb") as file:
                    if b"\0" in file.read(8192):
                        continue
            files.setdefault(corpus["name"], []).append(path)
        return files

    def build(self, say=print):
        """Corpus -> its files, the derived ones among them. Said once, then remembered."""
        remembered = self.folder / "files.json"
        digest = hashlib.sha256(DEFINITION.read_bytes()).hexdigest()
        if remembered.exists():
            known, files = json.loads(remembered.read_text(encoding="utf-8"))
            if known == digest:
                return {name: [self.folder / path for path in paths]
                        for name, paths in files.items()}
        files = self.make(say)
        relative = {name: [str(path.relative_to(self.folder)) for path in paths]
                    for name, paths in files.items()}
        remembered.write_text(json.dumps([digest, relative]), encoding="utf-8")
        return files

    def made_by(self):
        """What the derived corpora depend on, besides the others."""
        sizes = json.dumps(self.definition["derived"], sort_keys=True).encode()
        return hashlib.sha256(sizes + Path(derived.__file__).read_bytes()).hexdigest()

    def make(self, say):
        self.fetch(say)
        files = self.sort()
        folder = self.folder / "derived"
        complete, made_by = folder / "complete", self.made_by()
        if not complete.exists() or complete.read_text(encoding="utf-8") != made_by:
            shutil.rmtree(folder, ignore_errors=True)
            lists = Archive(self.folder / "apt" / "archive", self.definition,
                            self.definition["archive"]).lists()
            binary = {c["name"] for c in self.definition["corpus"] if c.get("binary")}
            derived.make(folder, self.definition["derived"],
                         images=files.get(DERIVED_FROM_BINARY, []), lists=lists,
                         sums=sorted((self.folder / "unpacked").glob("*/CONTROL/md5sums")),
                         texts={n: f for n, f in files.items() if n not in binary}, say=say)
            complete.write_text(made_by, encoding="utf-8")
        for path in sorted(folder.glob("*/*")):
            files.setdefault(path.parent.name, []).append(path)
        return files
