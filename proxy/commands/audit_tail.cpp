#include "proxy/commands/audit_tail.h"

#include "proxy/audit/record.h"
#include "proxy/commands/audit_exchanges.h"
#include "proxy/commands/audit_file.h"
#include "proxy/commands/audit_headings.h"
#include "proxy/commands/audit_lines.h"
#include "proxy/commands/audit_rotation.h"
#include "proxy/commands/output_stream.h"
#include "proxy/commands/print.h"
#include "proxy/commands/terminal.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cork::commands {
namespace {

constexpr std::size_t kMostShown = 10'000;

std::uint64_t number(std::string_view text) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

constexpr std::size_t kVerdict = 7, kBottle = 10;
constexpr std::size_t kNarrowest = 24;  // of places that notes leave room for

class Printer {
 public:
  explicit Printer(const Context& context)
      : context_(context), paint_(context), headings_(context) {}

  void operator()(const AuditExchange& exchange) {
    const AuditFields& fields = exchange.fields;
    const std::string request =
        fmt::format("{:<3}  {:<7} ", exchange.ended ? visible(get(fields, "status")) : "...",
                    visible(get(fields, "method")));
    const std::string place = visible(place_of(fields));
    const std::vector<std::string> notes = notes_of(exchange);
    if (context_.columns == 0) {
      print(context_, "{}  {}  {}  {}{}{}{}  {}\n", visible(time_of(fields)), verdict(exchange),
            padded(visible(get(fields, "bottle")), kBottle), request, place,
            notes.empty() ? "" : "  ", fmt::join(notes, "  "), visible(exchange.id));
      return;
    }
    const std::string time = headings_.show(fields);
    const std::string bottle = headings_.column(fields);
    const std::size_t taken =
        time.size() + 2 + kVerdict + 2 + width_of(bottle) + width_of(request) + 2 + kShortId;
    const std::size_t room = context_.columns > taken ? context_.columns - taken : 1;
    print(context_, "{}  {}  {}{}{}  {}\n", time, verdict(exchange), bottle, request,
          padded(fitted(place, notes, room), room), paint_(Colour::dim, short_id(exchange)));
  }

 private:
  // What more there is to say, what counts most first.
  static std::vector<std::string> notes_of(const AuditExchange& exchange) {
    const AuditFields& fields = exchange.fields;
    std::vector<std::string> notes;
    if (const auto reason = get(fields, "reason"); reason != "allowed" && !reason.empty()) {
      notes.push_back(visible(reason));
    }
    if (const std::string times = times_of(exchange); !times.empty()) {
      notes.push_back(visible(times));
    }
    if (const std::string rules = rules_of(fields); !rules.empty()) {
      notes.push_back(fmt::format("[{}]", visible(rules)));
    }
    if (exchange.ended && !exchange.refused && !exchange.answered) {
      notes.push_back(fmt::format("{} up, {} down, {}",
                                  rounded_size(number(get(fields, "bytes.sent"))),
                                  rounded_size(number(get(fields, "bytes.response"))),
                                  duration_text(number(get(fields, "us.total")))));
    }
    return notes;
  }

  // The place, cut, and of the notes what leaves it room: the first one, which says why, whole.
  static std::string fitted(std::string_view place, const std::vector<std::string>& notes,
                            std::size_t room) {
    if (place.starts_with("https://")) place.remove_prefix(8);
    std::string behind;
    for (const std::string& note : notes) {
      const std::size_t enough = behind.empty() ? kNarrowest / 2 : kNarrowest;
      const std::size_t used = width_of(behind) + std::min(width_of(place), enough) + 2;
      const std::size_t left = room - std::min(room, used);
      if (width_of(note) <= left || (note.starts_with('[') && left >= kNarrowest / 2)) {
        behind += "  " + cut(note, left);
      }
    }
    return cut(place, room - std::min(room, width_of(behind))) + behind;
  }

  std::string verdict(const AuditExchange& exchange) const {
    const std::string_view decision = get(exchange.fields, "decision");
    const std::string padded = fmt::format("{:<{}}", visible(decision), kVerdict);
    if (decision == "allow") return paint_(Colour::green, padded);
    return paint_(decision == "deny" ? Colour::red : Colour::yellow, padded);
  }

  const Context& context_;
  Painter paint_;
  AuditHeadings headings_;
};

int follow(RotatingLog& log, Window open, Printer& show, const Context& context) {
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
  if (!log) return no_log(options.file, log.error(), context);
  const std::size_t count = std::min(options.count, kMostShown);
  // Two lines an exchange, and as much again for others that began meanwhile.
  log->skip_to_last((count + 1) * 4 * audit::kMaxLineBytes);
  Window last(std::max<std::size_t>(count, 1));
  while (auto event = log->next()) last.add(std::move(*event));
  if (!options.follow) {
    while (auto event = log->rest()) last.add(std::move(*event));
  }
  Printer show(context);
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
