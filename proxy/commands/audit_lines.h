// Reading the audit log back: its lines, and the exchanges they tell of.
//
// Bounded memory whatever the file holds. A line that is torn, too long or not cork's is counted
// and skipped, never fatal.
//
//   auto reader = LogReader::open(path);
//   while (auto event = reader->next()) { ... }
#pragma once

#include "base/result.h"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cork::commands {

enum class EventKind : std::uint8_t { open, close, refused, repeated, answered };

// A record's fields in their order, flat: "bytes.sent", "findings[0].rule".
using AuditFields = std::vector<std::pair<std::string, std::string>>;

// The value of that field, or "".
[[nodiscard]] std::string_view get(const AuditFields& fields, std::string_view key) noexcept;
// Whether that field is the rule of a finding, or of those that are only counted.
[[nodiscard]] bool names_rule(std::string_view field) noexcept;

struct AuditEvent {
  EventKind kind = EventKind::open;
  std::string id;
  AuditFields fields;  // without event and id
  std::string line;    // as it stands in the log, where a LogReader read it
};

// nullopt: not a line of cork's audit log.
[[nodiscard]] std::optional<AuditEvent> parse_audit_line(std::string_view line);

// One exchange, as far as the log tells.
struct AuditExchange {
  std::string id;
  AuditFields fields;  // of both its lines; what the later one says counts
  bool ended = false;  // closed or refused
  bool refused = false;
  bool answered = false;   // by cork itself
  bool repeating = false;  // counts refusals, and does not say yet how many
};
void merge(AuditExchange& exchange, AuditEvent event);

class LogReader {
 public:
  static Result<LogReader> open(const std::filesystem::path& path);

  // The next record; nullopt at the end of the file, where more may follow later. A last line
  // without its newline waits for it.
  std::optional<AuditEvent> next();
  // What stands behind the last newline, for who waits for no more of it: a record, or a torn line,
  // which is counted.
  std::optional<AuditEvent> rest();
  // To the first line that begins in the last `bytes` bytes.
  void skip_to_last(std::uint64_t bytes);
  // Whether the file under that name is another one now, or was cut shorter than what was read.
  [[nodiscard]] bool was_replaced() const;
  // Whether there is anything in the file.
  [[nodiscard]] bool has_begun() const;
  [[nodiscard]] std::uint64_t skipped() const noexcept { return skipped_; }

 private:
  struct Close {
    void operator()(std::FILE* file) const noexcept { static_cast<void>(std::fclose(file)); }
  };
  LogReader(std::FILE* file, std::filesystem::path path) : file_(file), path_(std::move(path)) {}

  // The next whole line; it lives until the next call.
  std::optional<std::string_view> next_line();
  bool fill();

  std::unique_ptr<std::FILE, Close> file_;
  std::filesystem::path path_;
  std::string buffer_;
  std::size_t taken_ = 0;       // of buffer_
  bool skipping_line_ = false;  // inside one that is too long, or that began before skip_to_last()
  std::uint64_t skipped_ = 0;
};

}  // namespace cork::commands
