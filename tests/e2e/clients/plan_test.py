"""`cork plan`: its JSON fits its schema, and it makes nothing."""

import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from harness import Setting

try:
    import jsonschema
except ImportError:
    jsonschema = None

SCHEMA = Path(__file__).resolve().parents[3] / "docs" / "plan.schema.json"
CONFIG = """version: 1
ca: {{directory: {folder}/ca}}
audit: {{path: {folder}/log/audit.jsonl}}
metrics: {{listen: "127.0.0.1:19090"}}
bottles:
  dev:
    listen: 127.0.0.1:18888
    on_leak: redact
    rules: {{json-web-token: block}}
    exceptions:
      - {{rule: github-token, host: db.corp.example, reason: a fixture, owner: ops, expires: 2020-01-01}}
    use: [claude-code, npm@1, github]
    allow:
      - {{host: registry.npmjs.org, methods: [GET]}}
      - {{host: db.corp.example, addresses: [10.1.0.0/16], on_leak: warn}}
      - {{host: pinned.example.com, tls: passthrough, upload_limit: 2 GiB}}
      - http://mirror.example.com:8080
  ci:
    listen: unix:{folder}/ci.sock
    mode: observe
    allow: ["**.example.org"]
"""


class PlanTest(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        self.config = self.folder / "cork.yaml"
        self.config.write_text(CONFIG.format(folder=self.folder), encoding="utf-8")

    def cork(self, *arguments):
        return subprocess.run([Setting.cork, *arguments, "--config", self.config],
                              capture_output=True, text=True, timeout=120, check=False,
                              env={**os.environ, "HOME": str(self.folder)})

    def files(self):
        return {path: path.stat().st_mtime_ns for path in self.folder.rglob("*")}

    def plan(self):
        done = self.cork("plan", "--format", "json")
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    @unittest.skipUnless(jsonschema, "no python3-jsonschema here")
    def test_its_json_fits_the_published_schema(self):
        schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
        validator = jsonschema.validators.validator_for(schema)
        validator.check_schema(schema)
        checked = validator(schema)
        self.assertEqual(list(checked.iter_errors(self.plan())), [])
        self.assertEqual(self.cork("ca", "init").returncode, 0)
        with_ca = self.plan()
        self.assertEqual(list(checked.iter_errors(with_ca)), [])
        self.assertEqual(with_ca["ca"]["state"], "ready")
        # A schema that takes anything proves nothing.
        with_ca["bottles"][0]["routes"][0]["metods"] = []
        self.assertNotEqual(list(checked.iter_errors(with_ca)), [])

    def test_it_makes_no_file_and_its_json_and_its_text_name_the_same_routes(self):
        before = self.files()
        done = self.cork("plan")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("\x1b", done.stdout, "a colour is for a terminal alone")
        bottles = self.plan()["bottles"]
        self.assertEqual([bottle["name"] for bottle in bottles], ["dev", "ci"])
        for bottle in bottles:
            for route in bottle["routes"] + bottle["replaced"]:
                line = route["where"].removeprefix(f"{self.folder}/")
                line = ":".join(line.split(":")[:2])
                row = [row for row in done.stdout.splitlines() if row.rstrip().endswith(line)
                       or f"{line}, by" in row]
                self.assertTrue(any(route["host"] in one for one in row), (route, row))
        self.assertEqual(self.files(), before)


if __name__ == "__main__":
    unittest.main()
