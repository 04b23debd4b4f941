#include "proxy/commands/audit_ls.h"

#include "proxy/commands/audit_exchanges.h"
#include "proxy/commands/audit_file.h"
#include "proxy/commands/audit_lines.h"
#include "proxy/commands/audit_names.h"
#include "proxy/commands/audit_rotation.h"
#include "proxy/commands/audit_table.h"
#include "proxy/commands/output_stream.h"
#include "proxy/commands/print.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include <deque>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace cork::commands {
namespace {

namespace json = boost::json;

// An exchange, and its lines where they are wanted.
struct Held {
  AuditExchange exchange;
  std::string opened, ended;
};

// The fields of both lines, those of the later counting; its time is the exchange's end.
std::string json_line(const Held& held) {
  json::error_code error;
  json::object merged;
  for (const std::string* line : {&held.opened, &held.ended}) {
    if (line->empty()) continue;
    const json::value parsed = json::parse(*line, error);
    const json::object* object = error ? nullptr : parsed.if_object();
    if (object == nullptr) continue;
    const bool follows = !merged.empty();
    for (const auto& [key, value] : *object) {
      const bool none = value.is_array() && value.get_array().empty();
      if (follows && key == "findings" && none) continue;
      merged[follows && key == "time" ? "ended" : std::string_view(key)] = value;
    }
  }
  return json::serialize(merged) + '\n';
}

class Lister {
 public:
  Lister(const AuditLsOptions& options, AuditFilter filter, const Context& context)
      : options_(options),
        filter_(std::move(filter)),
        names_(options.filter),
        context_(context),
        table_(context) {}

  void add(AuditEvent event) {
    names_.see(event.fields);
    const auto known = open_.find(event.id);
    if (known == open_.end() && event.kind == EventKind::open) return open(std::move(event));
    Held held;
    if (known != open_.end()) {
      held = std::move(*known->second);
      order_.erase(known->second);
      open_.erase(known);
    }
    keep(held.ended, event);
    merge(held.exchange, std::move(event));
    if (held.exchange.ended && !held.exchange.repeating) {
      show(std::move(held));
    } else {
      // Counted from here on; or opened twice, which is not cork's, but no reason to lose it.
      if (held.exchange.repeating) held.opened = std::exchange(held.ended, {});
      hold(std::move(held));
    }
  }

  // All that the log names, shown or not.
  [[nodiscard]] const AuditNames& names() const noexcept { return names_; }

  // What is still open, and with a limit everything.
  void finish() {
    for (Held& held : order_) show(std::move(held));
    for (const Held& held : newest_) put(held);
  }

 private:
  void open(AuditEvent event) {
    Held held;
    keep(held.opened, event);
    merge(held.exchange, std::move(event));
    hold(std::move(held));
  }

  void hold(Held held) {
    if (order_.size() >= kMostOpen) {
      open_.erase(order_.front().exchange.id);
      order_.pop_front();
    }
    order_.push_back(std::move(held));
    open_[order_.back().exchange.id] = std::prev(order_.end());
  }

  void keep(std::string& place, AuditEvent& event) const {
    if (options_.format == AuditLsOptions::Format::json) place = std::move(event.line);
  }

  void show(Held held) {
    if (!filter_.matches(held.exchange)) return;
    if (options_.limit == 0) return put(held);
    if (newest_.size() >= options_.limit) newest_.pop_front();
    newest_.push_back(std::move(held));
  }

  void put(const Held& held) {
    if (options_.format == AuditLsOptions::Format::json) {
      print(context_, "{}", json_line(held));
    } else {
      table_.show(held.exchange);
    }
  }

  const AuditLsOptions& options_;
  AuditFilter filter_;
  AuditNames names_;
  const Context& context_;
  AuditTable table_;
  std::list<Held> order_;  // in which they were opened
  std::unordered_map<std::string, std::list<Held>::iterator> open_;
  std::deque<Held> newest_;
};

}  // namespace

int audit_ls(const AuditLsOptions& options, const Context& context) {
  auto filter = AuditFilter::make(options.filter, context.now());
  if (!filter) return complain(context, kUsage, filter.error().what);
  const auto path = audit_file(options.file, options.config, context);
  if (!path) return kUsage;
  auto log = RotatingLog::open(*path);
  if (!log) return no_log(options.file, log.error(), context);
  Lister lister(options, *std::move(filter), context);
  while (auto event = log->next()) lister.add(std::move(*event));
  while (auto event = log->rest()) lister.add(std::move(*event));
  lister.finish();
  report_skipped(log->skipped(), *path, context);
  if (const int code = flush_output(context, kYes); code != kYes) return code;
  return lister.names().judge(options.config, context);
}

}  // namespace cork::commands
