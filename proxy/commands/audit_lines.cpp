#include "proxy/commands/audit_lines.h"

#include "proxy/audit/record.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace cork::commands {
namespace {

namespace json = boost::json;

constexpr std::size_t kLongestLine = 2 * audit::kMaxLineBytes;
constexpr std::size_t kMostFields = 512;
constexpr std::size_t kDeepest = 8;

std::string text_of(const json::value& value) {
  if (const json::string* text = value.if_string()) return std::string(*text);
  return json::serialize(value);
}

void flatten(const std::string& name, const json::value& value, AuditFields& fields) {
  if (fields.size() >= kMostFields) return;
  if (const json::object* object = value.if_object()) {
    for (const auto& [key, inner] : *object) {
      flatten(name.empty() ? std::string(key) : fmt::format("{}.{}", name, std::string_view(key)),
              inner, fields);
    }
  } else if (const json::array* array = value.if_array()) {
    for (std::size_t i = 0; i < array->size(); ++i) {
      flatten(fmt::format("{}[{}]", name, i), (*array)[i], fields);
    }
  } else {
    fields.emplace_back(name, text_of(value));
  }
}

std::optional<EventKind> kind_of(std::string_view name) {
  if (name == "open") return EventKind::open;
  if (name == "close") return EventKind::close;
  if (name == "refused") return EventKind::refused;
  if (name == "repeated") return EventKind::repeated;
  if (name == "answered") return EventKind::answered;
  return std::nullopt;
}

bool is_finding(const std::pair<std::string, std::string>& field) {
  return field.first.starts_with("findings[");
}

}  // namespace

std::string_view get(const AuditFields& fields, std::string_view key) noexcept {
  for (const auto& [name, value] : fields) {
    if (name == key) return value;
  }
  return {};
}

bool names_rule(std::string_view field) noexcept {
  return (field.starts_with("findings[") || field.starts_with("repeated.rules[")) &&
         field.ends_with("].rule");
}

std::optional<AuditEvent> parse_audit_line(std::string_view line) {
  json::parse_options options;
  options.max_depth = kDeepest;
  json::error_code error;
  const json::value value = json::parse(line, error, {}, options);
  const json::object* object = error ? nullptr : value.if_object();
  if (object == nullptr) return std::nullopt;
  const json::value* event = object->if_contains("event");
  const json::value* id = object->if_contains("id");
  if (event == nullptr || id == nullptr || !event->is_string() || !id->is_string()) {
    return std::nullopt;
  }
  const auto kind = kind_of(event->get_string());
  if (!kind || id->get_string().empty()) return std::nullopt;
  AuditEvent parsed{*kind, std::string(id->get_string()), {}, {}};
  for (const auto& [key, inner] : *object) {
    if (key != "event" && key != "id") flatten(std::string(key), inner, parsed.fields);
  }
  return parsed;
}

void merge(AuditExchange& exchange, AuditEvent event) {
  exchange.id = std::move(event.id);
  exchange.ended = exchange.ended || event.kind != EventKind::open;
  exchange.refused =
      exchange.refused || event.kind == EventKind::refused || event.kind == EventKind::repeated;
  exchange.answered = exchange.answered || event.kind == EventKind::answered;
  const bool follows = !exchange.fields.empty();
  if (std::ranges::any_of(event.fields, is_finding)) std::erase_if(exchange.fields, is_finding);
  for (auto& [name, value] : event.fields) {
    if (follows && name == "time") name = "ended";
    const auto same =
        std::ranges::find(exchange.fields, name, &std::pair<std::string, std::string>::first);
    if (same != exchange.fields.end()) {
      same->second = std::move(value);
    } else {
      exchange.fields.emplace_back(std::move(name), std::move(value));
    }
  }
  exchange.repeating = !get(exchange.fields, "repeated.first").empty() &&
                       get(exchange.fields, "repeated.count").empty();
}

Result<LogReader> LogReader::open(const std::filesystem::path& path) {
  std::FILE* file = std::fopen(path.c_str(), "rbe");
  if (file == nullptr) return fail(fmt::format("{}: {}", path.native(), std::strerror(errno)));
  struct stat status{};
  if (::fstat(::fileno(file), &status) == 0 && S_ISDIR(status.st_mode)) {
    static_cast<void>(std::fclose(file));
    return fail(fmt::format("{}: this is a folder", path.native()));
  }
  return LogReader(file, path);
}

std::optional<AuditEvent> LogReader::next() {
  while (const auto line = next_line()) {
    if (line->empty()) continue;  // a torn line before it was closed by its newline
    if (auto event = parse_audit_line(*line)) {
      event->line = *line;
      return event;
    }
    ++skipped_;
  }
  return std::nullopt;
}

std::optional<AuditEvent> LogReader::rest() {
  std::string line = buffer_.substr(taken_);
  buffer_.clear();
  taken_ = 0;
  if (line.empty() || std::exchange(skipping_line_, false)) return std::nullopt;
  auto event = parse_audit_line(line);
  if (event) {
    event->line = std::move(line);
  } else {
    ++skipped_;
  }
  return event;
}

void LogReader::skip_to_last(std::uint64_t bytes) {
  struct stat status{};
  if (::fstat(::fileno(file_.get()), &status) != 0) return;
  const auto size = static_cast<std::uint64_t>(std::max<off_t>(status.st_size, 0));
  if (size <= bytes) return;
  // From the byte before: where that is a newline, the line behind it is whole.
  if (::fseeko(file_.get(), static_cast<off_t>(size - bytes - 1), SEEK_SET) != 0) return;
  buffer_.clear();
  taken_ = 0;
  skipping_line_ = true;
}

bool LogReader::was_replaced() const {
  struct stat named{}, held{};
  if (::stat(path_.c_str(), &named) != 0) return false;  // about to be made anew
  if (::fstat(::fileno(file_.get()), &held) != 0) return false;
  return named.st_ino != held.st_ino || named.st_dev != held.st_dev ||
         held.st_size < ::ftello(file_.get());
}

bool LogReader::has_begun() const {
  struct stat held{};
  return ::fstat(::fileno(file_.get()), &held) == 0 && held.st_size > 0;
}

std::optional<std::string_view> LogReader::next_line() {
  while (true) {
    const std::size_t end = buffer_.find('\n', taken_);
    if (end != std::string::npos) {
      const std::string_view line(buffer_.data() + taken_, end - taken_);
      taken_ = end + 1;
      if (!std::exchange(skipping_line_, false)) return line;
      continue;
    }
    if (buffer_.size() - taken_ > kLongestLine) {
      if (!std::exchange(skipping_line_, true)) ++skipped_;
      taken_ = buffer_.size();
    }
    if (!fill()) return std::nullopt;
  }
}

bool LogReader::fill() {
  buffer_.erase(0, taken_);
  taken_ = 0;
  std::array<char, 16'384> more;
  std::clearerr(file_.get());
  const std::size_t count = std::fread(more.data(), 1, more.size(), file_.get());
  buffer_.append(more.data(), count);
  return count > 0;
}

}  // namespace cork::commands
