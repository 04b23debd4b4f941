#include "proxy/commands/audit_rotation.h"

#include <algorithm>
#include <utility>

namespace cork::commands {
namespace {

// That are open at once, because none of them has begun yet.
constexpr std::size_t kMostFiles = 16;

}  // namespace

Result<RotatingLog> RotatingLog::open(const std::filesystem::path& path) {
  auto first = LogReader::open(path);
  if (!first) return std::unexpected(first.error());
  return RotatingLog(std::move(*first), path);
}

std::optional<AuditEvent> RotatingLog::next() {
  for (;;) {
    if (auto event = readers_.front().next()) return event;
    if (!later_has_begun()) return std::nullopt;
    // Nothing is added to the first any more: what came until now is all there will be.
    if (auto event = readers_.front().next()) return event;
    auto torn_or_last = readers_.front().rest();
    drop_first();
    if (torn_or_last) return torn_or_last;
  }
}

std::optional<AuditEvent> RotatingLog::rest() {
  for (;;) {
    if (auto event = readers_.front().next()) return event;
    if (auto event = readers_.front().rest()) return event;
    if (readers_.size() == 1) return std::nullopt;
    drop_first();
  }
}

std::uint64_t RotatingLog::skipped() const noexcept {
  std::uint64_t skipped = skipped_;
  for (const LogReader& reader : readers_) skipped += reader.skipped();
  return skipped;
}

bool RotatingLog::later_has_begun() {
  if (readers_.size() < kMostFiles && readers_.back().was_replaced()) {
    if (auto newer = LogReader::open(path_)) readers_.push_back(std::move(*newer));
  }
  return std::any_of(readers_.begin() + 1, readers_.end(),
                     [](const LogReader& reader) { return reader.has_begun(); });
}

void RotatingLog::drop_first() {
  skipped_ += readers_.front().skipped();
  readers_.pop_front();
}

}  // namespace cork::commands
