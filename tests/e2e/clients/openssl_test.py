"""openssl s_client: what cork's TLS looks like, and what it does with a wrong name."""

import re

from harness import ClientTest


class OpensslTest(ClientTest):
    def s_client(self, *arguments, port=None, check=True):
        request = f"GET /sink HTTP/1.1\r\nHost: localhost:{port or self.lab.origin.port}\r\n"
        done = self.run_program(
            "openssl", "s_client", "-proxy", f"127.0.0.1:{self.lab.proxy_port}",
            "-connect", f"localhost:{port or self.lab.origin.port}",
            "-CAfile", str(self.lab.ca), "-verify_return_error", "-ign_eof", *arguments,
            stdin=f"{request}Connection: close\r\n\r\n".encode(), check=check)
        return done.stdout.decode(errors="replace")

    def test_the_leaf_is_for_the_host_and_signed_by_corks_ca(self):
        shown = self.s_client("-servername", "localhost", "-verify_hostname", "localhost")
        self.assertIn("Verify return code: 0 (ok)", shown)
        self.assertRegex(shown, r"HTTP/1\.1 200")
        self.assertNotIn("Test origin CA", shown)

    def test_tls_1_2_and_1_3_are_spoken_and_nothing_older(self):
        for version in ("1_2", "1_3"):
            shown = self.s_client("-servername", "localhost", f"-tls{version}")
            self.assertIn(f"TLSv{version.replace('_', '.')}", shown)
        shown = self.s_client("-servername", "localhost", "-tls1_1", "-cipher",
                              "DEFAULT@SECLEVEL=0", check=False)
        self.assertNotIn("HTTP/1.1 200", shown)

    def test_only_http_1_1_is_agreed_on(self):
        shown = self.s_client("-servername", "localhost", "-alpn", "h2,http/1.1")
        self.assertIn("ALPN protocol: http/1.1", shown)

    def test_a_session_is_resumed(self):
        session = str(self.lab.folder / "session")
        self.s_client("-servername", "localhost", "-tls1_2", "-sess_out", session)
        shown = self.s_client("-servername", "localhost", "-tls1_2", "-sess_in", session)
        self.assertIn("Reused, TLSv1.2", shown)

    def test_another_server_name_than_the_connects_is_refused(self):
        before = len(self.lab.origin.exchanges)
        shown = self.s_client("-servername", "elsewhere.example.com", check=False)
        self.assertNotRegex(shown, r"HTTP/1\.1 200")
        self.assertEqual(self.lab.last_refused()["reason"], "sni_mismatch")
        self.assertEqual(len(self.lab.origin.exchanges), before)

    def test_no_server_name_is_refused_where_the_connect_named_a_host(self):
        shown = self.s_client("-noservername", check=False)
        self.assertNotRegex(shown, r"HTTP/1\.1 200")

    def test_the_refusal_stands_inside_tls(self):
        shown = self.s_client("-servername", "localhost", port=1, check=False)
        body = re.search(r"^\{.*\"reason\".*\}$", shown, re.M)
        self.assertTrue(body, shown[-2000:])
        self.assertEqual(self.assert_refused(body.group(0), "host_not_allowed")["status"], 403)
