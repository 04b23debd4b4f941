// How long something may live, whatever it does: an exchange, a tunnel, a connection.
//
// Belongs to one worker. Costs no timer: it is one more deadline among the streams'.
//
//   Lifetime lifetime(worker.deadlines(), 3'600'000, [this] { end(); });
#pragma once

#include "proxy/io/deadlines.h"
#include "rules/policy/decision.h"

#include <cstdint>
#include <functional>
#include <string_view>

namespace cork::session {

class Lifetime final : public io::Timed {
 public:
  // `ended` is called once, between two suspensions of whatever runs on the worker; never where the
  // worker itself ends. It must not throw, nor destroy the Lifetime. `deadlines` outlives it.
  Lifetime(io::Deadlines& deadlines, std::uint64_t ms, std::function<void()> ended);

 private:
  void on_expiry() noexcept override;

  Time end_;
  std::function<void()> ended_;
};

// "the exchange has lasted 43200 s, as long as any may."
[[nodiscard]] policy::Decision outlived(std::string_view what, std::uint64_t lifetime_ms);

}  // namespace cork::session
