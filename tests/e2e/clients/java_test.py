"""Java's two clients, which read no variable; the JVM takes JAVA_TOOL_OPTIONS."""

import subprocess

from environment import EnvironmentTest, build_folder
from matrix import PROGRAMS, Matrix


class HttpClientTest(Matrix, EnvironmentTest):
    programs = ("java", "javac")
    client = "HttpClient"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.classes = build_folder() / "java"
        subprocess.run(["javac", "-d", cls.classes, PROGRAMS / "Client.java"], check=True,
                       capture_output=True)

    def command(self):
        return ["java", "-cp", self.classes, "Client", self.client]


class UrlConnectionTest(HttpClientTest):
    client = "HttpURLConnection"
