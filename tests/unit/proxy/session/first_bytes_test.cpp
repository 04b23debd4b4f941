#include "proxy/session/first_bytes.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace cork::session {
namespace {

using enum FirstBytes;

FirstBytes kind_of(std::string_view received) {
  return first_bytes(received, 32);
}

TEST(FirstBytes, AMethodAndASpaceBeginARequest) {
  for (const char* text : {"GET /", "GET ", "M-SEARCH * HTTP/1.1", "VERSION-CONTROL /", "patch /",
                           "CONNECT a:1 HTTP/1.1"}) {
    EXPECT_EQ(kind_of(text), request) << text;
  }
}

TEST(FirstBytes, TlsAndEverythingElseIsNoRequest) {
  using namespace std::string_view_literals;
  for (const auto text : {"\x16\x03\x01"sv, "\x16"sv, "SSH-2.0-OpenSSH_9.2p1 Debian"sv, "SSH-2"sv,
                          "\r\nGET / "sv, " GET /"sv, "\0GET /"sv, "GET\t/"sv, "GET\r\n"sv,
                          "220 mail ready"sv, "\x05\x01\x00"sv, "G\xc3\x89T / "sv}) {
    EXPECT_EQ(kind_of(text), other) << text;
  }
}

TEST(FirstBytes, TheBeginningOfAMethodNeedsMore) {
  for (const char* text : {"", "G", "GET", "HELLO", "SSH-"}) {
    EXPECT_EQ(kind_of(text), need_more) << text;
  }
}

TEST(FirstBytes, AMethodLongerThanAnyIsNone) {
  EXPECT_EQ(kind_of(std::string(32, 'A')), need_more);
  EXPECT_EQ(kind_of(std::string(32, 'A') + ' '), request);
  EXPECT_EQ(kind_of(std::string(33, 'A')), other);
  EXPECT_EQ(kind_of(std::string(33, 'A') + ' '), other);
}

}  // namespace
}  // namespace cork::session
