#include "proxy/http/accept_encoding.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace cork::http {
namespace {

TEST(AcceptEncoding, KeepsWhatCanBeDecodedAndItsWeights) {
  const struct {
    std::string_view sent, forwarded;
  } rows[] = {
      {"gzip, deflate, br, zstd", "gzip, deflate, br, zstd"},
      {"gzip, deflate, br, zstd, dcb, dcz", "gzip, deflate, br, zstd"},
      {"br;q=1.0, gzip;q=0.8, *;q=0.1", "br;q=1.0, gzip;q=0.8"},
      {"GZIP ; Q=0.5,identity;q=0", "gzip;q=0.5, identity;q=0"},
      {"gzip;q=1.000", "gzip;q=1.000"},
      {"compress, x-gzip, exi", "identity"},
      {"*", "identity"},
      {"", "identity"},
      {" , ,, ", "identity"},
      {"gzip;q=2, br", "br"},
      {"gzip;q=1.001, br", "br"},
      {"gzip;q=0.1234, br", "br"},
      {"gzip;q=, br", "br"},
      {"gzip;level=9, br", "br"},
      {"gzip br", "identity"},
      {"gzip;q=0.5;q=1, br", "br"},
  };
  for (const auto& row : rows) {
    const std::vector<Field> fields = {{"accept-Encoding", row.sent}};
    EXPECT_EQ(reduced_accept_encoding(fields), row.forwarded) << row.sent;
  }
}

TEST(AcceptEncoding, JoinsItsLines) {
  const std::vector<Field> fields = {
      {"Accept-Encoding", "gzip, dcb"}, {"Accept", "br"}, {"accept-encoding", "zstd;q=0.1"}};
  EXPECT_EQ(reduced_accept_encoding(fields), "gzip, zstd;q=0.1");
}

}  // namespace
}  // namespace cork::http
