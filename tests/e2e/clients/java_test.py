"""Java's two clients, which read no variable; the JVM takes JAVA_TOOL_OPTIONS."""

from environment import EnvironmentTest
from matrix import PROGRAMS, Matrix


class HttpClientTest(Matrix, EnvironmentTest):
    programs = ("java", "javac")
    client = "HttpClient"

    def command(self):
        return ["java", PROGRAMS / "Client.java", self.client]


class UrlConnectionTest(HttpClientTest):
    client = "HttpURLConnection"
