// What cork answers itself, at http://cork.internal/, to the bottle that asks and about it alone.
//
// Pure but for the refusals, which are thread-safe. No page repeats anything of the request, and
// none names a file, another bottle or a credential.
//
//   const InternalPage page = internal_page("GET", "/routes", facts);
//   page.status;  // 200, 404 or 405
#pragma once

#include "proxy/ledger/kept_refusals.h"
#include "rules/policy/bottle.h"

#include <string>
#include <string_view>

namespace cork::session {

struct InternalFacts {
  const policy::Bottle& bottle;
  std::string_view ca_pem;
  const ledger::KeptRefusals& refusals;
};

struct InternalPage {
  int status = 200;
  std::string_view phrase = "OK";  // static storage, as is content_type
  std::string_view content_type = "text/plain; charset=utf-8";
  std::string body;
};

// HEAD is answered as GET is: the caller leaves the body out.
[[nodiscard]] InternalPage internal_page(std::string_view method, std::string_view path,
                                         const InternalFacts& facts);

// The whole response.
struct InternalResponse {
  bool close = false, head_only = false;
};
[[nodiscard]] std::string render_internal(const InternalPage& page, InternalResponse options);

}  // namespace cork::session
