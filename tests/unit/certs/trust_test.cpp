#include "certs/trust.h"

#include "tests/support/temporary_folder.h"
#include "tests/support/test_tls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace cork::certs {
namespace {

using std::chrono::hours;
using ::testing::AllOf;
using ::testing::HasSubstr;

class Trust : public testing::Test {
 protected:
  test::TemporaryFolder folder;
  test::TestCa root;
  std::filesystem::path roots = folder.write("roots.pem", root.certificate_pem());
  std::shared_ptr<SSL_CTX> client = make_upstream_context("", roots).value();

  // What a connection to `host` says of an origin with that certificate; "" where it is content.
  std::string judge(const std::string& host, const test::PemPair& origin) {
    return judge(host, origin, client);
  }
  static std::string judge(const std::string& host, const test::PemPair& origin,
                           const std::shared_ptr<SSL_CTX>& context) {
    test::TestTlsPair pair(context, test::server_context(origin));
    const auto expected = expect_peer(pair.client(), Host::parse(host).value());
    EXPECT_TRUE(expected.has_value());
    const bool shaken = pair.shake_hands();
    const std::string problem = verify_problem(pair.client());
    EXPECT_EQ(shaken, problem.empty()) << pair.problem();
    return problem;
  }
};

TEST_F(Trust, AcceptsOnlyTheExpectedPeer) {
  struct Case {
    std::string host;
    test::CertificateSpec spec;
    std::string problem;
  };
  const std::string name_mismatch = "hostname mismatch";
  const std::string ip_mismatch = "IP address mismatch";
  for (const Case& c : std::vector<Case>{
           {"example.com", {.dns = {"example.com"}}, ""},
           {"example.com", {.dns = {"other.example", "EXAMPLE.com"}}, ""},
           {"example.com", {.dns = {"other.example"}}, name_mismatch},
           {"www.example.com", {.dns = {"*.example.com"}}, ""},
           {"a.www.example.com", {.dns = {"*.example.com"}}, name_mismatch},
           {"example.com", {.dns = {"*.example.com"}}, name_mismatch},
           {"www.example.com", {.dns = {"w*.example.com"}}, name_mismatch},
           {"www.example.com", {.dns = {"*w.example.com"}}, name_mismatch},
           {"192.0.2.7", {.ips = {"192.0.2.7"}}, ""},
           {"192.0.2.7", {.ips = {"192.0.2.8"}}, ip_mismatch},
           {"192.0.2.7", {.dns = {"192.0.2.7"}, .common_name = "192.0.2.7"}, ip_mismatch},
           {"[2001:db8::1]", {.ips = {"2001:db8::1"}}, ""},
           {"[2001:db8::1]", {.ips = {"2001:db8::2"}}, ip_mismatch},
           {"example.com",
            {.dns = {"example.com"}, .valid_from = hours(-48), .valid_until = hours(-1)},
            "certificate has expired"},
           {"example.com",
            {.dns = {"example.com"}, .valid_from = hours(1), .valid_until = hours(2)},
            "certificate is not yet valid"},
       }) {
    EXPECT_THAT(judge(c.host, root.issue(c.spec)), testing::StrCaseEq(c.problem)) << c.host;
  }
}

TEST_F(Trust, RefusesWhatNoAnchorSigned) {
  const test::TestCa stranger("stranger");
  EXPECT_EQ(judge("example.com", stranger.issue({.dns = {"example.com"}})),
            "unable to get local issuer certificate");
  EXPECT_THAT(judge("example.com", test::self_signed({.dns = {"example.com"}})), HasSubstr("self"));
}

TEST_F(Trust, AddsTheExtraFileToTheRoots) {
  const test::TestCa company("company"), second("second");
  const auto extra =
      folder.write("extra.pem", "# ours\n" + company.certificate_pem() + second.certificate_pem());
  const auto context = make_upstream_context(extra, roots).value();
  for (const test::TestCa* ca : std::vector<const test::TestCa*>{&root, &company, &second}) {
    EXPECT_EQ(judge("example.com", ca->issue({.dns = {"example.com"}}), context), "");
  }
  const auto only_extra = make_upstream_context(extra, "").value();
  EXPECT_EQ(judge("example.com", company.issue({.dns = {"example.com"}}), only_extra), "");
  EXPECT_NE(judge("example.com", root.issue({.dns = {"example.com"}}), only_extra), "");
}

TEST_F(Trust, TakesOneServersOwnCertificateAsAnAnchor) {
  const auto appliance = root.issue({.dns = {"box.example"}});
  const auto extra = folder.write("box.pem", appliance.certificate);
  const auto context = make_upstream_context(extra, "").value();
  EXPECT_EQ(judge("box.example", appliance, context), "");
  EXPECT_NE(judge("other.example", appliance, context), "");
  EXPECT_NE(judge("box.example", root.issue({.dns = {"box.example"}}), context), "");
}

TEST_F(Trust, NamesTheFileThatCannotBeTrustedAndWhy) {
  const std::string pem = root.certificate_pem();
  std::string damaged = pem;
  damaged.replace(damaged.size() / 2, 8, "!!!!!!!!");
  struct Case {
    std::string content, reason;
  };
  for (const Case& c : std::vector<Case>{
           {"", "holds no PEM certificate"},
           {"not a certificate\n", "holds no PEM certificate"},
           {root.key_pem(), "holds no PEM certificate"},
           {pem + damaged, "certificate 2 is damaged"},
           {pem.substr(0, pem.size() / 2), "certificate 1 is damaged"},
       }) {
    const auto path = folder.write("extra.pem", c.content);
    const auto context = make_upstream_context(path, roots);
    ASSERT_FALSE(context.has_value()) << c.reason;
    EXPECT_THAT(context.error().what, AllOf(HasSubstr(path.string()), HasSubstr(c.reason)));
    EXPECT_EQ(context.error().file, path);
    const auto system = make_upstream_context(folder.write("fine.pem", pem), path);
    EXPECT_EQ(system.error().file, path) << "and not the other one";
  }
  EXPECT_THAT(make_upstream_context(folder / "none.pem", roots).error().what,
              AllOf(HasSubstr("none.pem"), HasSubstr("No such file or directory")));
}

TEST_F(Trust, SaysWhatToInstallWhereThereIsNothingToTrust) {
  EXPECT_THAT(make_upstream_context("", "").error().what,
              HasSubstr("install the package ca-certificates"));
  EXPECT_EQ(make_upstream_context("", "").error().file, "");
}

TEST_F(Trust, TrustsThisSystemsRootsWhereItHasThem) {
  if (system_roots_file().empty()) {
    EXPECT_FALSE(make_upstream_context("").has_value());
    EXPECT_EQ(client_bundle("the CA\n").value(), "the CA\n");
    return;
  }
  const auto context = make_upstream_context("");
  ASSERT_TRUE(context.has_value()) << context.error().what;
  EXPECT_EQ(judge("example.com", root.issue({.dns = {"example.com"}}), *context),
            "unable to get local issuer certificate");
}

TEST_F(Trust, NamesTheHostInSniButNeverAnAddress) {
  for (const auto& [host, name] : std::vector<std::pair<std::string, std::string>>{
           {"example.com", "example.com"}, {"192.0.2.7", ""}, {"[2001:db8::1]", ""}}) {
    const SslPtr ssl(SSL_new(client.get()));
    SSL_set_connect_state(ssl.get());
    ASSERT_TRUE(expect_peer(ssl.get(), Host::parse(host).value()).has_value());
    const char* sent = SSL_get_servername(ssl.get(), TLSEXT_NAMETYPE_host_name);
    EXPECT_EQ(sent == nullptr ? std::string() : sent, name);
  }
}

TEST_F(Trust, OffersHttp1AndTls12AtLeast) {
  const auto server = test::server_context(root.issue({.dns = {"example.com"}}));
  std::string offered;
  SSL_CTX_set_alpn_select_cb(
      server.get(),
      [](SSL*, const unsigned char**, unsigned char*, const unsigned char* in, unsigned int size,
         void* out) {
        static_cast<std::string*>(out)->assign(reinterpret_cast<const char*>(in), size);
        return SSL_TLSEXT_ERR_NOACK;
      },
      &offered);
  test::TestTlsPair pair(client, server);
  ASSERT_TRUE(expect_peer(pair.client(), Host::parse("example.com").value()).has_value());
  ASSERT_TRUE(pair.shake_hands()) << pair.problem();
  EXPECT_EQ(offered, "\x08http/1.1");
  EXPECT_EQ(SSL_CTX_get_min_proto_version(client.get()), TLS1_2_VERSION);
  EXPECT_EQ(SSL_CTX_get_verify_mode(client.get()), SSL_VERIFY_PEER);
  EXPECT_NE(SSL_CTX_get_mode(client.get()) & SSL_MODE_RELEASE_BUFFERS, 0);
  EXPECT_EQ(SSL_CTX_sess_number(client.get()), 0);
}

TEST_F(Trust, HandsNewSessionsToACallback) {
  int sessions = 0;
  SSL_CTX_set_app_data(client.get(), &sessions);
  SSL_CTX_sess_set_new_cb(client.get(), [](SSL* ssl, SSL_SESSION*) {
    ++*static_cast<int*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
    return 0;
  });
  EXPECT_EQ(judge("example.com", root.issue({.dns = {"example.com"}})), "");
  EXPECT_GT(sessions, 0);
}

TEST_F(Trust, PutsTheCaBehindTheRootsInABundle) {
  const auto unterminated = folder.write("u.pem", "roots");
  EXPECT_EQ(client_bundle("CA\n", unterminated).value(), "roots\n\nCA\n");
  EXPECT_EQ(client_bundle("CA\n", folder.write("t.pem", "roots\n")).value(), "roots\n\nCA\n");
  EXPECT_EQ(client_bundle("CA\n", "").value(), "CA\n");
  EXPECT_THAT(client_bundle("CA\n", folder / "none.pem").error().what, HasSubstr("none.pem"));
}

TEST_F(Trust, BundleIsTrustedByAClientThatReadsNothingElse) {
  const test::TestCa cork("cork");
  const auto bundle =
      folder.write("bundle.pem", client_bundle(cork.certificate_pem(), roots).value());
  const auto context = make_upstream_context("", bundle).value();
  EXPECT_EQ(judge("example.com", cork.issue({.dns = {"example.com"}}), context), "");
  EXPECT_EQ(judge("example.com", root.issue({.dns = {"example.com"}}), context), "");
}

}  // namespace
}  // namespace cork::certs
