// What the listener for health and metrics answers: /metrics, /healthz, /readyz and nothing else.
//
// Pure but for the functions in AdminPages, which are asked at each request on the serving thread.
//
//   AdminPages pages{.metrics = [&] { return metrics.text(); }, .readiness = …};
//   Page page = answer("GET", "/readyz", pages);      // 200 or 503, {"ready":…,"checks":[…]}
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace cork::admin {

struct Check {
  std::string name;  // "audit_log"
  bool ok = false;
};

struct Readiness {
  std::vector<Check> checks;
  // Every check holds; so does a list of none.
  [[nodiscard]] bool ready() const noexcept;
};

struct AdminPages {
  std::function<std::string()> metrics;  // Prometheus' text exposition format
  std::function<Readiness()> readiness;
};

struct Page {
  int status = 404;
  std::string_view reason = "Not Found";  // static storage, as is content_type
  std::string_view content_type = "text/plain; charset=utf-8";
  std::string body;
};

// `target` in origin-form; a query is ignored. HEAD is answered as GET is: the caller leaves the
// body out.
[[nodiscard]] Page answer(std::string_view method, std::string_view target,
                          const AdminPages& pages);

}  // namespace cork::admin
