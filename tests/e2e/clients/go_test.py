"""Go's net/http, which reads the proxy variables and SSL_CERT_FILE."""

import os
import subprocess

from environment import EnvironmentTest, build_folder
from matrix import PROGRAMS, Matrix


class GoTest(Matrix, EnvironmentTest):
    programs = ("go",)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client = build_folder() / "go" / "client"
        cls.client.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["go", "build", "-o", cls.client, PROGRAMS / "client.go"], check=True,
                       capture_output=True, env={**os.environ, "GO111MODULE": "off"})

    def command(self):
        return [self.client]
