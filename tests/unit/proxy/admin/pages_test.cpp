#include "proxy/admin/pages.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cork::admin {
namespace {

AdminPages pages(std::vector<Check> checks = {}) {
  return {.metrics = [] { return std::string("cork_up 1\n"); },
          .readiness = [checks] { return Readiness{checks}; }};
}

TEST(AdminPages, AnswerHealthWithoutAskingAnything) {
  const Page page = answer("GET", "/healthz", AdminPages{});
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.body, "ok\n");
}

TEST(AdminPages, ServeMetricsInPrometheusTextFormat) {
  for (const char* target : {"/metrics", "/metrics?name[]=a"}) {
    const Page page = answer("GET", target, pages());
    EXPECT_EQ(page.status, 200);
    EXPECT_EQ(page.content_type, "text/plain; version=0.0.4; charset=utf-8");
    EXPECT_EQ(page.body, "cork_up 1\n");
  }
}

TEST(AdminPages, AreReadyWhenEveryCheckHolds) {
  const Page page = answer("GET", "/readyz", pages({{"audit_log", true}, {"accepting", true}}));
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.content_type, "application/json");
  EXPECT_EQ(page.body,
            "{\"ready\":true,\"checks\":[{\"name\":\"audit_log\",\"ok\":true},"
            "{\"name\":\"accepting\",\"ok\":true}]}\n");
}

TEST(AdminPages, AreNotReadyWhenOneCheckFails) {
  const Page page = answer("HEAD", "/readyz", pages({{"audit \"log\"", false}, {"b", true}}));
  EXPECT_EQ(page.status, 503);
  EXPECT_EQ(page.body,
            "{\"ready\":false,\"checks\":[{\"name\":\"audit \\\"log\\\"\",\"ok\":false},"
            "{\"name\":\"b\",\"ok\":true}]}\n");
}

TEST(AdminPages, SayWhatThereIsForEverythingElse) {
  for (const char* target : {"/", "/metrics/", "/Metrics", "//metrics", "/healthz%20", "/debug",
                             "/metrics/../readyz", "/?/metrics"}) {
    const Page page = answer("GET", target, pages());
    EXPECT_EQ(page.status, 404) << target;
    EXPECT_EQ(page.body, "there is /metrics, /healthz and /readyz\n");
  }
}

TEST(AdminPages, TakeOnlyGetAndHead) {
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "get", "CONNECT", "TRACE"}) {
    EXPECT_EQ(answer(method, "/healthz", pages()).status, 405) << method;
  }
}

}  // namespace
}  // namespace cork::admin
