#include "certs/server_context.h"

#include "tests/support/temporary_folder.h"
#include "tests/support/test_tls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

namespace cork::certs {
namespace {

using ::testing::HasSubstr;

class ServerContext : public testing::Test {
 protected:
  test::TemporaryFolder folder;
  Clock::time_point now = Clock::now();
  Authority authority = Authority::create(folder.path(), now).value();
  TicketSecret secret = TicketSecret::make_random().value();
  std::shared_ptr<SSL_CTX> client = test::client_context(authority.certificate_pem());

  std::shared_ptr<SSL_CTX> server(std::string_view host) { return server(host, secret); }
  std::shared_ptr<SSL_CTX> server(std::string_view host, const TicketSecret& ticket_secret) {
    const Host parsed = Host::parse(host).value();
    return make_server_context(parsed, authority.mint(parsed, now).value(), ticket_secret).value();
  }

  // Whether a session made at `first` is taken up again at `second`.
  bool resumes(const std::shared_ptr<SSL_CTX>& first, const std::shared_ptr<SSL_CTX>& second,
               int version) {
    SSL_CTX_set_min_proto_version(client.get(), version);
    SSL_CTX_set_max_proto_version(client.get(), version);
    test::TestTlsPair before(client, first);
    EXPECT_TRUE(before.shake_hands()) << before.problem();
    EXPECT_EQ(SSL_version(before.client()), version);
    EXPECT_EQ(SSL_session_reused(before.client()), 0);
    SSL_SESSION* session = SSL_get1_session(before.client());
    EXPECT_EQ(SSL_SESSION_is_resumable(session), 1);
    test::TestTlsPair after(client, second);
    SSL_set_session(after.client(), session);
    SSL_SESSION_free(session);
    EXPECT_TRUE(after.shake_hands()) << after.problem();
    EXPECT_EQ(SSL_session_reused(after.client()), SSL_session_reused(after.server()));
    return SSL_session_reused(after.client()) == 1;
  }

  void offer(std::string_view protocols) {
    SSL_CTX_set_alpn_protos(client.get(), reinterpret_cast<const unsigned char*>(protocols.data()),
                            static_cast<unsigned int>(protocols.size()));
  }
};

TEST_F(ServerContext, IsBelievedByAClientThatTrustsTheCa) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    for (const std::string host : {"example.com", "192.0.2.7"}) {
      SSL_CTX_set_min_proto_version(client.get(), version);
      SSL_CTX_set_max_proto_version(client.get(), version);
      test::TestTlsPair pair(client, server(host));
      SSL_set1_host(pair.client(), host.c_str());
      EXPECT_TRUE(pair.shake_hands()) << host << ": " << pair.problem();
      EXPECT_EQ(SSL_version(pair.client()), version);
    }
  }
}

TEST_F(ServerContext, IsNotBelievedUnderAnotherName) {
  test::TestTlsPair pair(client, server("example.com"));
  SSL_set1_host(pair.client(), "other.example");
  EXPECT_FALSE(pair.shake_hands());
  EXPECT_EQ(pair.problem(), "certificate verify failed");
}

TEST_F(ServerContext, SendsTheLeafAlone) {
  test::TestTlsPair pair(client, server("example.com"));
  ASSERT_TRUE(pair.shake_hands()) << pair.problem();
  EXPECT_EQ(sk_X509_num(SSL_get_peer_cert_chain(pair.client())), 1);
}

TEST_F(ServerContext, ResumesInAnotherContextOfTheSameHost) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    EXPECT_TRUE(resumes(server("example.com"), server("example.com"), version)) << version;
  }
}

TEST_F(ServerContext, NeverResumesUnderAnotherHost) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    EXPECT_FALSE(resumes(server("example.com"), server("other.example"), version)) << version;
  }
}

TEST_F(ServerContext, NeverResumesUnderAnotherSecret) {
  const TicketSecret other = TicketSecret::make_random().value();
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    EXPECT_FALSE(resumes(server("example.com"), server("example.com", other), version)) << version;
  }
}

TEST_F(ServerContext, HasTicketKeysOfItsHostAndSecret) {
  const auto keys_of = [](const std::shared_ptr<SSL_CTX>& context) {
    const long size = SSL_CTX_get_tlsext_ticket_keys(context.get(), nullptr, 0);
    std::string keys(static_cast<std::size_t>(size), '\0');
    EXPECT_EQ(SSL_CTX_get_tlsext_ticket_keys(context.get(), keys.data(), size), 1);
    return keys;
  };
  const std::string keys = keys_of(server("example.com"));
  EXPECT_EQ(keys_of(server("example.com")), keys);
  EXPECT_NE(keys_of(server("other.example")), keys);
  EXPECT_NE(keys_of(server("example.com", TicketSecret::make_random().value())), keys);
}

TEST_F(ServerContext, TellsSessionsApartEvenUnderTheSameTicketKeys) {
  std::string keys(
      static_cast<std::size_t>(SSL_CTX_get_tlsext_ticket_keys(client.get(), nullptr, 0)), 'k');
  const auto with_keys = [&](std::string_view host) {
    auto context = server(host);
    const long size = static_cast<long>(keys.size());
    EXPECT_EQ(SSL_CTX_set_tlsext_ticket_keys(context.get(), keys.data(), size), 1);
    return context;
  };
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    EXPECT_TRUE(resumes(with_keys("example.com"), with_keys("example.com"), version));
    EXPECT_FALSE(resumes(with_keys("example.com"), with_keys("other.example"), version));
  }
}

TEST_F(ServerContext, SelectsHttp1WhereItIsOffered) {
  offer("\x02h2\x08http/1.1");
  test::TestTlsPair pair(client, server("example.com"));
  ASSERT_TRUE(pair.shake_hands()) << pair.problem();
  const unsigned char* chosen = nullptr;
  unsigned int size = 0;
  SSL_get0_alpn_selected(pair.client(), &chosen, &size);
  EXPECT_EQ(std::string_view(reinterpret_cast<const char*>(chosen), size), "http/1.1");
}

TEST_F(ServerContext, SelectsNothingWhereNeitherIsOffered) {
  offer(
      "\x03"
      "foo");
  test::TestTlsPair pair(client, server("example.com"));
  ASSERT_TRUE(pair.shake_hands()) << pair.problem();
  const unsigned char* chosen = nullptr;
  unsigned int size = 0;
  SSL_get0_alpn_selected(pair.client(), &chosen, &size);
  EXPECT_EQ(size, 0U);
}

TEST_F(ServerContext, RefusesAClientThatSpeaksHttp2Only) {
  offer("\x02h2");
  test::TestTlsPair pair(client, server("example.com"));
  EXPECT_FALSE(pair.shake_hands());
  EXPECT_EQ(pair.problem(), "no application protocol");
}

TEST_F(ServerContext, RefusesTls11) {
  SSL_CTX_set_security_level(client.get(), 0);
  SSL_CTX_set_min_proto_version(client.get(), TLS1_1_VERSION);
  SSL_CTX_set_max_proto_version(client.get(), TLS1_1_VERSION);
  test::TestTlsPair pair(client, server("example.com"));
  EXPECT_FALSE(pair.shake_hands());
  EXPECT_EQ(pair.problem(), "unsupported protocol");
}

TEST_F(ServerContext, KeepsEveryOptionThatTrapsAreMadeOf) {
  const auto context = server("example.com");
  EXPECT_EQ(SSL_CTX_get_min_proto_version(context.get()), TLS1_2_VERSION);
  EXPECT_NE(SSL_CTX_get_options(context.get()) & SSL_OP_NO_RENEGOTIATION, 0U);
  EXPECT_NE(SSL_CTX_get_options(context.get()) & SSL_OP_NO_COMPRESSION, 0U);
  EXPECT_NE(SSL_CTX_get_mode(context.get()) & SSL_MODE_RELEASE_BUFFERS, 0);
  EXPECT_NE(SSL_CTX_get_mode(context.get()) & SSL_MODE_ENABLE_PARTIAL_WRITE, 0);
  EXPECT_NE(SSL_CTX_get_mode(context.get()) & SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER, 0);
  EXPECT_EQ(SSL_CTX_get_max_early_data(context.get()), 0U);
  EXPECT_EQ(SSL_CTX_get_recv_max_early_data(context.get()), 0U);
  EXPECT_EQ(SSL_CTX_get_session_cache_mode(context.get()), SSL_SESS_CACHE_OFF);
  EXPECT_EQ(SSL_CTX_get_num_tickets(context.get()), 1U);
}

TEST_F(ServerContext, AgreesOnX25519AndOnP256) {
  for (const char* group : {"X25519", "P-256"}) {
    ASSERT_EQ(SSL_CTX_set1_groups_list(client.get(), group), 1);
    test::TestTlsPair pair(client, server("example.com"));
    EXPECT_TRUE(pair.shake_hands()) << group << ": " << pair.problem();
  }
}

TEST(TicketSecret, IsNewEachTime) {
  EXPECT_NE(TicketSecret::make_random()->octets(), TicketSecret::make_random()->octets());
}

}  // namespace
}  // namespace cork::certs
