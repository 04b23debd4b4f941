"""The one name that cork answers itself, as a program in the bottle asks it: with curl."""

import json
import unittest

import made_secrets
from harness import ClientTest, Setting


class CorkInternalTest(ClientTest):
    programs = ("curl",)

    def curl(self, *arguments):
        """(status, header, body) of a request through cork."""
        head = self.lab.folder / "head"
        done = self.run_program("curl", "-sS", "--proxy", self.lab.proxy, "--cacert",
                                str(self.lab.ca), "-D", str(head), "-w", "%{stderr}%{http_code}",
                                *arguments)
        fields = dict(line.split(": ", 1) for line in head.read_text().splitlines() if ": " in line)
        return int(done.stderr[-3:]), {k.lower(): v for k, v in fields.items()}, done.stdout

    def test_the_routes_are_those_of_the_bottle(self):
        status, fields, body = self.curl("http://cork.internal/routes")
        self.assertEqual((status, fields["content-type"]), (200, "application/json"))
        said = json.loads(body)
        self.assertEqual((said["bottle"], said["mode"]), ("dev", "enforce"))
        places = {(route["scheme"], route["host"], route["port"]) for route in said["routes"]}
        self.assertEqual(places, {("https", self.lab.host, self.lab.origin.port),
                                  ("https", self.lab.host, self.lab.other.port),
                                  ("http", self.lab.host, self.lab.plain.port)})
        self.assertNotIn(b"cork.yaml", body)
        self.assertNotIn(b"127.0.0.1", body)

    def test_the_name_and_the_variables_alone_are_enough(self):
        done = self.run_program("curl", "-sS", "http://cork.internal/", http_proxy=self.lab.proxy)
        self.assertIn(b"http://cork.internal/routes", done.stdout)

    def test_a_refusal_says_where_to_look_and_is_shown_again_there(self):
        status, fields, body = self.curl("https://files.example.net/")
        self.assertEqual(status, 403)
        refusal = self.assert_refused(body, "host_not_allowed", fields["cork-decision"])
        self.assertIn("GET http://cork.internal/routes", refusal["agent_can"])
        status, _, again = self.curl(f"http://cork.internal/why/{refusal['id']}")
        self.assertEqual((status, json.loads(again)), (200, refusal))
        self.assertEqual(self.curl("http://cork.internal/why/01ARYZ6S410000000000000000")[0], 404)

    def test_the_ca_is_what_makes_curl_trust_cork(self):
        fetched = self.lab.folder / "fetched.pem"
        self.curl("http://cork.internal/ca.pem", "-o", str(fetched))
        self.assertEqual(fetched.read_text(), self.lab.ca.read_text())
        done = self.run_program("curl", "-sS", "--proxy", self.lab.proxy, "--cacert", str(fetched),
                                self.lab.url("/sink"))
        self.assertEqual(json.loads(done.stdout)["method"], "GET")

    def test_it_is_for_reading_alone_and_over_tls_too(self):
        self.assertEqual(self.curl("-d", "x=1", "http://cork.internal/routes")[0], 405)
        status, _, body = self.curl("-I", "http://cork.internal/routes")
        self.assertEqual(status, 200)
        self.assertTrue(body.startswith(b"HTTP/1.1 200"))
        self.assertEqual(self.curl("https://cork.internal/routes")[0], 200)

    def test_each_question_is_a_record_and_no_secret_in_it_is_written_down(self):
        secret = made_secrets.github_token()
        self.assertEqual(self.curl(f"http://cork.internal/{secret}?a={secret}")[0], 404)
        answered = [r for r in self.lab.records() if r["event"] == "answered"][-1]
        self.assertEqual((answered["host"], answered["status"]), ("cork.internal", 404))
        shown = self.lab.command("audit", "show", answered["id"])
        self.assertIn("answered by cork itself", shown.stdout)

    def test_check_and_the_configuration_know_the_name(self):
        checked = self.lab.command("check", "http://cork.internal/routes")
        self.assertEqual(checked.returncode, 0, checked.stderr)
        self.assertIn("cork answers it itself", checked.stdout)
        wrong = self.lab.folder / "wrong.yaml"
        text = self.lab.cork.config.read_text(encoding="utf-8")
        wrong.write_text(text + "      - http://cork.internal\n", encoding="utf-8")
        planned = self.run_program(Setting.cork, "plan", "--config", str(wrong), check=False)
        self.assertEqual(planned.returncode, 2)
        self.assertIn(b"'cork.internal' is answered by cork itself", planned.stderr)


if __name__ == "__main__":
    unittest.main()
