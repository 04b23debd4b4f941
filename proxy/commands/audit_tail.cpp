#include "proxy/commands/audit_tail.h"

#include "proxy/audit/record.h"
#include "proxy/commands/audit_exchanges.h"
#include "proxy/commands/audit_file.h"
#include "proxy/commands/audit_lines.h"
#include "proxy/commands/audit_rotation.h"
#include "proxy/commands/output_stream.h"
#include "proxy/commands/print.h"
#include "proxy/commands/terminal.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <string>
#include <utility>

namespace cork::commands {
namespace {

constexpr std::size_t kMostShown = 10'000;

std::uint64_t number(std::string_view text) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

class Printer {
 public:
  explicit Printer(const Context& context) : context_(context), paint_(context) {}

  void operator()(const AuditExchange& exchange) const {
    const AuditFields& fields = exchange.fields;
    const std::string_view status = get(fields, "status");
    print(context_, "{}  {}  {:<3}  {:<7} {}", visible(time_of(fields)), verdict(exchange),
          exchange.ended ? visible(status) : "...", visible(get(fields, "method")),
          visible(place_of(fields)));
    if (const auto reason = get(fields, "reason"); reason != "allowed" && !reason.empty()) {
      print(context_, "  {}", visible(reason));
    }
    if (const std::string times = times_of(exchange); !times.empty()) {
      print(context_, "  {}", visible(times));
    }
    if (const std::string rules = rules_of(fields); !rules.empty()) {
      print(context_, "  [{}]", visible(rules));
    }
    if (exchange.ended && !exchange.refused && !exchange.answered) {
      print(context_, "  {} up, {} down, {}", rounded_size(number(get(fields, "bytes.sent"))),
            rounded_size(number(get(fields, "bytes.response"))),
            duration_text(number(get(fields, "us.total"))));
    }
    print(context_, "  {}\n", paint_(Colour::dim, visible(exchange.id)));
  }

 private:
  std::string verdict(const AuditExchange& exchange) const {
    const std::string_view decision = get(exchange.fields, "decision");
    const std::string padded = fmt::format("{:<7}", visible(decision));
    if (decision == "allow") return paint_(Colour::green, padded);
    return paint_(decision == "deny" ? Colour::red : Colour::yellow, padded);
  }

  const Context& context_;
  Painter paint_;
};

int follow(RotatingLog& log, Window open, const Printer& show, const Context& context) {
  while (true) {
    while (auto event = log.next()) {
      AuditExchange& exchange = open.add(std::move(*event));
      if (!exchange.ended) continue;
      show(exchange);
      open.forget(exchange);
    }
    if (!flush(context)) return flush_output(context, kYes);
    if (!context.pause || !context.pause()) return kYes;
  }
}

}  // namespace

int audit_tail(const AuditTailOptions& options, const Context& context) {
  const auto path = audit_file(options.file, options.config, context);
  if (!path) return kUsage;
  auto log = RotatingLog::open(*path);
  if (!log) return complain(context, kFailed, log.error().what);
  const std::size_t count = std::min(options.count, kMostShown);
  // Two lines an exchange, and as much again for others that began meanwhile.
  log->skip_to_last((count + 1) * 4 * audit::kMaxLineBytes);
  Window last(std::max<std::size_t>(count, 1));
  while (auto event = log->next()) last.add(std::move(*event));
  if (!options.follow) {
    while (auto event = log->rest()) last.add(std::move(*event));
  }
  const Printer show(context);
  Window open(kMostOpen);
  for (const AuditExchange& exchange : last.exchanges()) {
    if (count > 0) show(exchange);
    if (exchange.ended) continue;
    // Known already, so that its end is shown with what its beginning said.
    open.add({EventKind::open, exchange.id, exchange.fields, {}});
  }
  report_skipped(log->skipped(), *path, context);
  if (options.follow) return follow(*log, std::move(open), show, context);
  return flush_output(context, kYes);
}

}  // namespace cork::commands
