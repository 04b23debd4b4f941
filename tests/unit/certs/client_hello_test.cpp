#include "certs/client_hello.h"

#include "tests/support/test_tls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace cork::certs {
namespace {

using Status = ClientHelloResult::Status;
using namespace std::string_literals;

std::string number(std::size_t value, int width) {
  std::string text;
  for (int shift = (width - 1) * 8; shift >= 0; shift -= 8) {
    text += static_cast<char>(value >> shift & 0xff);
  }
  return text;
}

std::string vector_of(const std::string& content, int width) {
  return number(content.size(), width) + content;
}

std::string extension(std::size_t type, const std::string& content) {
  return number(type, 2) + vector_of(content, 2);
}

std::string host_name(const std::string& name, char type = '\0') {
  return type + vector_of(name, 2);
}

std::string sni(const std::string& names) {
  return extension(0, vector_of(names, 2));
}

// A hello's fields as they lie on the wire; a test spoils one of them.
struct Parts {
  std::string version = "\x03\x03";
  std::string random = std::string(32, 'r');
  std::string session_id = vector_of(std::string(32, 's'), 1);
  std::string ciphers = vector_of("\x13\x01\x13\x02", 2);
  std::string compressions = vector_of("\0"s, 1);
  std::string extensions = vector_of(sni(host_name("example.com")), 2);
};

std::string handshake(const Parts& parts) {
  return "\x01" + vector_of(parts.version + parts.random + parts.session_id + parts.ciphers +
                                parts.compressions + parts.extensions,
                            3);
}

std::string record(const std::string& fragment, const std::string& version = "\x03\x01") {
  return "\x16" + version + vector_of(fragment, 2);
}

std::string with_extensions(const std::string& extensions) {
  return record(handshake({.extensions = vector_of(extensions, 2)}));
}

ClientHelloResult peek(const std::string& received) {
  return peek_client_hello(as_bytes(received));
}

// What OpenSSL's own client says first.
std::string openssl_hello(SSL_CTX* context, const char* name) {
  const SslPtr ssl(SSL_new(context));
  SSL_set_bio(ssl.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  if (name != nullptr) SSL_set_tlsext_host_name(ssl.get(), name);
  SSL_connect(ssl.get());
  ERR_clear_error();
  return test::detail::text_of(SSL_get_wbio(ssl.get()));
}

TEST(ClientHello, IsReadAsOpensslWritesIt) {
  const SslCtxPtr context(SSL_CTX_new(TLS_client_method()));
  const std::string protocols = "\x02h2\x08http/1.1";
  SSL_CTX_set_alpn_protos(context.get(), reinterpret_cast<const unsigned char*>(protocols.data()),
                          static_cast<unsigned int>(protocols.size()));
  const auto result = peek(openssl_hello(context.get(), "API.Example.com"));
  ASSERT_EQ(result.status, Status::complete) << result.problem;
  EXPECT_EQ(result.hello.sni, "API.Example.com");
  EXPECT_THAT(result.hello.alpn, testing::ElementsAre("h2", "http/1.1"));
  EXPECT_TRUE(result.hello.offers_tls13);
  EXPECT_FALSE(result.hello.has_ech);
}

TEST(ClientHello, NeedsNeitherNameNorAlpnNorTls13) {
  const SslCtxPtr context(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_max_proto_version(context.get(), TLS1_2_VERSION);
  const auto result = peek(openssl_hello(context.get(), nullptr));
  ASSERT_EQ(result.status, Status::complete) << result.problem;
  EXPECT_EQ(result.hello.sni, std::nullopt);
  EXPECT_TRUE(result.hello.alpn.empty());
  EXPECT_FALSE(result.hello.offers_tls13);
  EXPECT_EQ(peek(record(handshake({.extensions = ""}))).status, Status::complete);
}

TEST(ClientHello, SeesEncryptedClientHello) {
  for (const unsigned type : {0xfe0dU, 0xffceU}) {
    const auto result =
        peek(with_extensions(sni(host_name("cover.example")) + extension(type, "anything")));
    ASSERT_EQ(result.status, Status::complete) << result.problem;
    EXPECT_TRUE(result.hello.has_ech);
    EXPECT_EQ(result.hello.sni, "cover.example");
  }
}

TEST(ClientHello, NeedsMoreUntilItsLastByte) {
  const std::string whole = record(handshake({}));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(peek(whole.substr(0, size)).status, Status::need_more) << size;
  }
  EXPECT_EQ(peek(whole).status, Status::complete);
}

TEST(ClientHello, MaySpanRecordsOfAnySize) {
  const std::string message = handshake({});
  for (std::size_t step = 1; step <= message.size(); ++step) {
    std::string wire;
    for (std::size_t at = 0; at < message.size(); at += step) {
      wire += record(message.substr(at, step));
    }
    const auto result = peek(wire);
    ASSERT_EQ(result.status, Status::complete) << step << ": " << result.problem;
    EXPECT_EQ(result.hello.sni, "example.com");
    EXPECT_EQ(peek(wire.substr(0, wire.size() - 1)).status, Status::need_more) << step;
  }
}

TEST(ClientHello, MayBeFollowedByOtherRecords) {
  const std::string early_data = "\x14\x03\x03"s + vector_of("\x01", 2) + "\x17\x03\x03";
  EXPECT_EQ(peek(record(handshake({})) + early_data).status, Status::complete);
}

TEST(ClientHello, MayBeLargerThanARecord) {
  const std::string message =
      handshake({.extensions = vector_of(
                     sni(host_name("example.com")) + extension(51, std::string(40'000, 'k')), 2)});
  std::string wire;
  for (std::size_t at = 0; at < message.size(); at += 16'384) {
    wire += record(message.substr(at, 16'384));
  }
  EXPECT_EQ(peek(wire).status, Status::complete);
}

TEST(ClientHello, SaysFromTheFirstBytesThatItIsNotTls) {
  for (const std::string& text :
       {"S"s, "SSH-2.0-OpenSSH_9.2\r\n"s, "GET / HTTP/1.1\r\n"s, "\0"s, "\x15\x03\x01\0\x02"s,
        "\x80\x2e\x01\x03\x01"s /* SSLv2 */, "\x16\x02"s, "\x16\x03\x05"s, "\x17\x03\x03"s}) {
    const auto result = peek(text);
    EXPECT_EQ(result.status, Status::not_tls) << testing::PrintToString(text);
    EXPECT_NE(result.problem, "");
  }
  for (const char minor : {'\0', '\1', '\2', '\3', '\4'}) {
    EXPECT_EQ(peek(record(handshake({}), "\x03"s + minor)).status, Status::complete);
  }
}

TEST(ClientHello, IsRefusedWhereALengthIsWrong) {
  struct Case {
    std::string wire;
    std::string_view problem;
  };
  const std::string name = host_name("example.com");
  for (const Case& c : std::vector<Case>{
           {record(""), "a handshake record is empty"},
           {"\x16\x03\x01\x40\x01", "a record is too long"},
           {record("\x02"), "the handshake does not begin with a ClientHello"},
           {record(handshake({}) + "\x01"), "more follows the ClientHello in its record"},
           {record("\x01"s + number(0, 3)), "the ClientHello ends early"},
           {record(handshake({}).substr(0, 40)) + "\x17",
            "another record in the middle of the ClientHello"},
           {record(handshake({}).substr(0, 40)) + "\x16\x02", "not a TLS version"},
           {record(handshake({.version = "\x02\x03"})), "the ClientHello is of no known version"},
           {record(handshake({.session_id = vector_of(std::string(33, 's'), 1)})),
            "the session id is too long"},
           {record(handshake({.ciphers = vector_of("\x13", 2)})),
            "the cipher suites have a wrong length"},
           {record(handshake({.ciphers = vector_of("", 2)})),
            "the cipher suites have a wrong length"},
           {record(handshake({.compressions = vector_of("", 1)})),
            "no compression method is offered"},
           {record(handshake({.extensions = "x"})), "the extensions have a wrong length"},
           {record(handshake({.extensions = vector_of("", 2) + "x"})),
            "the extensions have a wrong length"},
           {with_extensions("\0\x2b\0"s), "an extension has a wrong length"},
           {with_extensions(extension(7, "a") + extension(8, "b") + extension(7, "c")),
            "an extension comes twice"},
           {with_extensions(extension(16, vector_of("", 2))), "ALPN lists no protocol"},
           {with_extensions(extension(16, vector_of("\0"s, 2))), "ALPN lists an empty protocol"},
           {with_extensions(extension(16, vector_of("\x03h2", 2))), "ALPN has a wrong length"},
           {with_extensions(extension(16, vector_of("\x02h2", 2) + "x")),
            "ALPN has a wrong length"},
           {with_extensions(extension(43, vector_of("", 1))),
            "supported_versions lists no version"},
           {with_extensions(extension(43, vector_of("\x03\x04\x03", 1))),
            "supported_versions has a wrong length"},
       }) {
    const auto result = peek(c.wire);
    EXPECT_EQ(result.status, Status::malformed) << c.problem;
    EXPECT_EQ(result.problem, c.problem);
  }
}

TEST(ClientHello, IsRefusedWhereTheNameCouldBeReadInTwoWays) {
  struct Case {
    std::string extensions;
    std::string_view problem;
  };
  const std::string name = host_name("example.com");
  constexpr std::string_view kByte = "server_name holds a byte that no host name has";
  for (const Case& c : std::vector<Case>{
           {sni(name) + sni(name), "an extension comes twice"},
           {sni(name + host_name("other.example")), "server_name holds more than one name"},
           {sni(host_name("x", '\1') + name), "server_name holds something that is no host name"},
           {sni(name + host_name("x", '\1')), "server_name holds something that is no host name"},
           {sni(host_name("")), "server_name is empty"},
           {sni(""), "server_name lists no name"},
           {extension(0, ""), "server_name has a wrong length"},
           {extension(0, vector_of(name, 2) + "x"), "server_name has a wrong length"},
           {sni(name + "\0"s), "server_name has a wrong length"},
           {sni("\0"s + number(12, 2) + "example.com"), "server_name has a wrong length"},
           {sni(host_name("example.com\0.evil.example"s)), kByte},
           {sni(host_name("b\xc3\xbc\x63her.example")), kByte},
           {sni(host_name("example.com ")), kByte},
           {sni(host_name("example.com\x7f")), kByte},
           {sni(host_name("example.com\r\n")), kByte},
       }) {
    const auto result = peek(with_extensions(c.extensions));
    EXPECT_EQ(result.status, Status::malformed) << c.problem;
    EXPECT_EQ(result.problem, c.problem);
    EXPECT_EQ(result.hello.sni, std::nullopt);
  }
}

TEST(ClientHello, IsTooLargeAsSoonAsItSaysSo) {
  const auto result = peek(record("\x01"s + number(kMaxClientHelloBytes, 3)));
  EXPECT_EQ(result.status, Status::too_large);
  EXPECT_EQ(result.problem, "the ClientHello is too large");
}

TEST(ClientHello, IsNeverWaitedForBeyondTheLimit) {
  // The message alone would fit; its records' headers are what passes the limit.
  const std::string message =
      "\x01"s + number(kMaxClientHelloBytes - 4, 3) + std::string(kMaxClientHelloBytes - 4, 'x');
  std::string wire;
  for (std::size_t at = 0; at < message.size(); at += 1024) {
    wire += record(message.substr(at, 1024));
  }
  EXPECT_EQ(peek(wire.substr(0, 4096)).status, Status::need_more);
  EXPECT_EQ(peek(wire.substr(0, kMaxClientHelloBytes)).status, Status::too_large);
  EXPECT_EQ(peek(wire).status, Status::too_large);
}

TEST(ClientHello, IsTooLargeInTooManyRecords) {
  const std::string message = "\x01"s + number(4000, 3) + std::string(4000, 'x');
  std::string wire;
  for (const char c : message) wire += record({c});
  const auto result = peek(wire);
  EXPECT_EQ(result.status, Status::too_large);
  EXPECT_EQ(result.problem, "the ClientHello is in too many records");
}

}  // namespace
}  // namespace cork::certs
