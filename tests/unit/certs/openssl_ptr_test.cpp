#include "certs/openssl_ptr.h"

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <cerrno>

namespace cork::certs {
namespace {

TEST(OpensslError, IsEmptyWhereNothingFailed) {
  ERR_clear_error();
  EXPECT_EQ(take_openssl_error(), "");
}

TEST(OpensslError, SaysTheOldestAndEmptiesTheQueue) {
  ERR_clear_error();
  ERR_raise(ERR_LIB_PEM, PEM_R_NO_START_LINE);
  ERR_raise(ERR_LIB_PEM, PEM_R_BAD_DECRYPT);
  EXPECT_EQ(take_openssl_error(), "no start line");
  EXPECT_EQ(take_openssl_error(), "");
}

TEST(OpensslError, SaysASystemErrorInTheSystemsWords) {
  ERR_clear_error();
  ERR_raise(ERR_LIB_SYS, ENOENT);
  EXPECT_EQ(take_openssl_error(), "No such file or directory");
}

TEST(OpensslError, SaysSomethingOfAReasonWithoutWords) {
  ERR_clear_error();
  ERR_raise(ERR_LIB_USER, 99);
  EXPECT_NE(take_openssl_error(), "");
}

}  // namespace
}  // namespace cork::certs
