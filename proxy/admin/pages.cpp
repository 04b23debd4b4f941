#include "proxy/admin/pages.h"

#include "base/json_text.h"

#include <algorithm>
#include <utility>

namespace cork::admin {
namespace {

Page readiness_page(const Readiness& readiness) {
  const bool ready = readiness.ready();
  Page page{.status = ready ? 200 : 503,
            .reason = ready ? "OK" : "Service Unavailable",
            .content_type = "application/json",
            .body = ready ? R"({"ready":true,"checks":[)" : R"({"ready":false,"checks":[)"};
  bool first = true;
  for (const Check& check : readiness.checks) {
    page.body += first ? R"({"name":)" : R"(,{"name":)";
    append_json(page.body, check.name);
    page.body += check.ok ? R"(,"ok":true})" : R"(,"ok":false})";
    first = false;
  }
  page.body += "]}\n";
  return page;
}

}  // namespace

bool Readiness::ready() const noexcept {
  return std::ranges::all_of(checks, &Check::ok);
}

Page answer(std::string_view method, std::string_view target, const AdminPages& pages) {
  if (method != "GET" && method != "HEAD") {
    return {.status = 405, .reason = "Method Not Allowed", .body = "only GET and HEAD\n"};
  }
  const std::string_view path = target.substr(0, target.find('?'));
  if (path == "/healthz") return {.status = 200, .reason = "OK", .body = "ok\n"};
  if (path == "/readyz") return readiness_page(pages.readiness());
  if (path == "/metrics") {
    return {.status = 200,
            .reason = "OK",
            .content_type = "text/plain; version=0.0.4; charset=utf-8",
            .body = pages.metrics()};
  }
  return {.body = "there is /metrics, /healthz and /readyz\n"};
}

}  // namespace cork::admin
