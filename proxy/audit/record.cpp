#include "proxy/audit/record.h"

#include "proxy/audit/json_line.h"
#include "proxy/audit/mask.h"

#include <algorithm>
#include <array>

namespace cork::audit {
namespace {

// The most JSON bytes of each field. Their sum, with every key, stays under half of kMaxLineBytes;
// the rest belongs to the findings.
constexpr std::size_t kIdBytes = 32;
constexpr std::size_t kNameBytes = 128;  // bottle, client, upstream
constexpr std::size_t kMethodBytes = 64;
constexpr std::size_t kHostBytes = 264;
constexpr std::size_t kPathBytes = 640;
constexpr std::size_t kRouteBytes = 264;
constexpr std::size_t kConfigBytes = 256;
constexpr std::size_t kSentenceBytes = 384;  // detail, note
constexpr std::size_t kShortBytes = 16;      // TLS and wire versions
constexpr std::size_t kRuleBytes = 64;
constexpr std::size_t kPointerBytes = 128;
constexpr std::size_t kEncodingBytes = 64;
constexpr std::size_t kSlotBytes = 64;
constexpr std::size_t kReasonBytes = 136;  // why an exception was made, and who made it
constexpr std::size_t kMostPins = 8;
// For `],"findings_omitted":N}` after the last finding that fits.
constexpr std::size_t kTailBytes = 64;
// For what comes between `repeated` and the findings.
constexpr std::size_t kEndBytes = 1536;

void put_digits(char* at, std::uint64_t value, std::size_t digits) noexcept {
  for (std::size_t i = digits; i-- > 0; value /= 10) at[i] = static_cast<char>('0' + value % 10);
}

// RFC 3339 in UTC with milliseconds: "2026-01-02T03:04:05.678Z".
std::array<char, 24> timestamp(WallClock::time_point time) noexcept {
  using namespace std::chrono;
  const auto ms = floor<milliseconds>(time);
  const auto day = floor<days>(ms);
  const year_month_day date(day);
  const auto of_day = static_cast<std::uint64_t>((ms - day).count());
  std::array<char, 24> out{'0', '0', '0', '0', '-', '0', '0', '-', '0', '0', 'T', '0',
                           '0', ':', '0', '0', ':', '0', '0', '.', '0', '0', '0', 'Z'};
  put_digits(&out[0], static_cast<std::uint64_t>(std::clamp(int{date.year()}, 0, 9999)), 4);
  put_digits(&out[5], unsigned{date.month()}, 2);
  put_digits(&out[8], unsigned{date.day()}, 2);
  put_digits(&out[11], of_day / 3'600'000, 2);
  put_digits(&out[14], of_day / 60'000 % 60, 2);
  put_digits(&out[17], of_day / 1000 % 60, 2);
  put_digits(&out[20], of_day % 1000, 3);
  return out;
}

bool has_finding_in(const Record& record, secrets::Part part) noexcept {
  return std::ranges::any_of(
      record.findings, [part](const FindingNote& note) { return note.finding.place.part == part; });
}

std::string masked_part(const Record& record, std::string_view text, secrets::Part part) {
  std::vector<Range> ranges;
  for (const FindingNote& note : record.findings) {
    const secrets::Place& place = note.finding.place;
    if (place.part == part) ranges.push_back({place.begin, place.end});
  }
  return mask_ranges(text, ranges);
}

void put_masked(JsonLine& line, std::string_view key, const Record& record, std::string_view text,
                secrets::Part part, std::size_t max_bytes) {
  if (has_finding_in(record, part)) {
    line.text(key, masked_part(record, text, part), max_bytes);
  } else {
    line.text(key, text, max_bytes);
  }
}

void put_event(JsonLine& line, std::string_view event, WallClock::time_point time,
               const Record& record) {
  line.word("event", event);
  const auto at = timestamp(time);
  line.word("time", std::string_view(at.data(), at.size()));
  line.text("id", record.id, kIdBytes);
  line.text("bottle", record.bottle, kNameBytes);
}

void put_request(JsonLine& line, const Record& record) {
  line.text("client", record.client, kNameBytes);
  put_masked(line, "method", record, record.method, secrets::Part::method, kMethodBytes);
  line.word("scheme", name_of(record.scheme));
}

void put_host(JsonLine& line, const Record& record) {
  put_masked(line, "host", record, record.host, secrets::Part::authority, kHostBytes);
}

// A detail may quote the host, the method or the path: none of it where a secret was seen there.
bool may_quote(const Record& record) noexcept {
  using secrets::Part;
  return std::ranges::none_of(record.findings, [](const FindingNote& note) {
    const Part part = note.finding.place.part;
    return part == Part::authority || part == Part::method || part == Part::path ||
           part == Part::query;
  });
}

void put_decision(JsonLine& line, const Record& record) {
  const policy::Decision& decision = record.decision;
  line.word("decision", name_of_decision(decision));
  line.word("reason", policy::name_of(decision.reason));
  line.text_unless_empty("route", decision.route, kRouteBytes);
  if (!decision.where.file.empty()) line.text("config", to_string(decision.where), kConfigBytes);
  if (decision.reason != policy::Reason::allowed && may_quote(record)) {
    line.text_unless_empty("detail", decision.detail, kSentenceBytes);
  }
}

void put_wire(JsonLine& line, const Record& record) {
  if (!record.client_tls.empty() || !record.upstream_tls.empty()) {
    line.open("tls");
    line.text_unless_empty("client", record.client_tls, kShortBytes);
    line.text_unless_empty("upstream", record.upstream_tls, kShortBytes);
    line.close();
  }
  line.text_unless_empty("wire", record.wire, kShortBytes);
}

void put_end(JsonLine& line, const Record& record) {
  line.text_unless_empty("upstream", record.upstream_address, kNameBytes);
  line.number("status", static_cast<std::uint64_t>(std::max(record.status, 0)));
  line.open("bytes");
  line.number("request", record.request_bytes);
  if (record.readable_bytes) line.number("readable", *record.readable_bytes);
  line.number("sent", record.sent_bytes);
  line.number("response", record.response_bytes);
  line.number("scanned", record.scanned_bytes);
  line.close();
  line.open("us");
  line.number("total", record.total_us);
  line.number("dial", record.dial_us);
  line.number("first_byte", record.first_byte_us);
  line.number("scan", record.scan_us);
  line.close();
  put_wire(line, record);
  line.text_unless_empty("note", record.note, kSentenceBytes);
}

std::array<char, 16> hex_of(std::uint64_t value) noexcept {
  std::array<char, 16> out{};
  for (std::size_t i = out.size(); i-- > 0; value >>= 4) out[i] = "0123456789abcdef"[value & 15];
  return out;
}

void put_finding(JsonLine& line, const FindingNote& note) {
  const secrets::Finding& finding = note.finding;
  line.open_element();
  line.text("rule", note.rule, kRuleBytes);
  line.text_unless_empty("secret", finding.name, kNameBytes);
  line.word("part", secrets::name_of(finding.place.part));
  line.number("begin", finding.place.begin);
  line.number("end", finding.place.end);
  // Names of members and fields are the sender's: a secret can stand there too.
  line.text_unless_empty("pointer", mask_segments(utf8_prefix(finding.place.pointer, 4096)),
                         kPointerBytes);
  line.text_unless_empty("encoding", finding.place.encoding, kEncodingBytes);
  line.word("confidence", finding.confidence == secrets::Confidence::high ? "high" : "low");
  line.word("action", secrets::name_of_action(finding));
  if (finding.redacted) line.boolean("redacted", true);
  const auto print = hex_of(finding.print.value);
  line.word("fingerprint", std::string_view(print.data(), print.size()));
  line.text_unless_empty("exception", finding.exception, kReasonBytes);
  line.text_unless_empty("owner", finding.owner, kReasonBytes);
  line.close();
}

void put_findings(JsonLine& line, const Record& record) {
  line.open_array("findings");
  std::size_t written = 0;
  for (const FindingNote& note : record.findings) {
    const std::size_t before = line.size();
    put_finding(line, note);
    if (line.size() > kMaxLineBytes - kTailBytes) {
      line.cut_back(before);
      break;
    }
    ++written;
  }
  line.close_array();
  if (written < record.findings.size()) {
    line.number("findings_omitted", record.findings.size() - written);
  }
}

void put_pinned(JsonLine& line, const Record& record) {
  if (record.pinned.empty()) return;
  line.open_array("pinned");
  const std::size_t written = std::min(record.pinned.size(), kMostPins);
  for (const PinNote& pin : std::span(record.pinned).first(written)) {
    line.open_element();
    line.text("slot", pin.slot, kSlotBytes);
    const auto print = hex_of(pin.print.value);
    line.word("fingerprint", std::string_view(print.data(), print.size()));
    line.close();
  }
  line.close_array();
  if (written < record.pinned.size()) {
    line.number("pinned_omitted", record.pinned.size() - written);
  }
}

// As many as fit: the first ones' findings are in the line with which they began.
void put_rules(JsonLine& line, const Repeated& repeated) {
  if (repeated.rules.empty()) return;
  line.open_array("rules");
  std::size_t written = 0;
  for (const auto& [rule, count] : repeated.rules) {
    const std::size_t before = line.size();
    line.open_element();
    line.text("rule", rule, kRuleBytes);
    line.number("count", count);
    line.close();
    if (line.size() > kMaxLineBytes - kTailBytes - kEndBytes) {
      line.cut_back(before);
      break;
    }
    ++written;
  }
  line.close_array();
  if (written < repeated.rules.size()) {
    line.number("rules_omitted", repeated.rules.size() - written);
  }
}

// How often, where it is known already.
void put_repeated(JsonLine& line, const Repeated& repeated) {
  const auto put_time = [&line](std::string_view key, WallClock::time_point time) {
    const auto at = timestamp(time);
    line.word(key, std::string_view(at.data(), at.size()));
  };
  line.open("repeated");
  if (repeated.count > 0) line.number("count", repeated.count);
  put_time("first", repeated.first.time);
  if (repeated.count > 0) put_time("last", repeated.last);
  if (repeated.several_hosts) line.word("hosts", "several");
  if (repeated.several_requests) line.word("requests", "several");
  if (repeated.count > 0) put_rules(line, repeated);
  line.close();
}

// A record of one line.
std::string render_whole(std::string_view event, WallClock::time_point time, const Record& record,
                         const Repeated* repeated) {
  JsonLine line;
  put_event(line, event, time, record);
  put_request(line, record);
  put_host(line, record);
  line.number("port", record.port);
  line.text_unless_empty("path", record.path, kPathBytes);
  put_decision(line, record);
  if (repeated != nullptr) put_repeated(line, *repeated);
  put_end(line, record);
  put_findings(line, record);
  return std::move(line).finish();
}

WallClock::time_point end_of(const Record& record) noexcept {
  const auto us = std::min<std::uint64_t>(record.total_us, std::uint64_t{1} << 50);
  return record.time + std::chrono::microseconds(us);
}

}  // namespace

bool block(std::span<const FindingNote> findings) noexcept {
  return std::ranges::any_of(findings,
                             [](const FindingNote& note) { return note.finding.blocking; });
}

std::string_view name_of_decision(const policy::Decision& decision) noexcept {
  if (decision.reason == policy::Reason::allowed) return "allow";
  return decision.observed ? "observe" : "deny";
}

std::string render_open(const Record& record) {
  JsonLine line;
  put_event(line, "open", record.time, record);
  put_request(line, record);
  put_host(line, record);
  line.number("port", record.port);
  line.text_unless_empty("path", record.path, kPathBytes);
  put_decision(line, record);
  put_wire(line, record);
  put_pinned(line, record);
  put_findings(line, record);
  return std::move(line).finish();
}

std::string render_close(const Record& record) {
  JsonLine line;
  put_event(line, "close", end_of(record), record);
  put_host(line, record);
  put_decision(line, record);
  put_end(line, record);
  put_findings(line, record);
  return std::move(line).finish();
}

std::string render_refused(const Record& record) {
  return render_whole("refused", record.time, record, nullptr);
}

std::string render_answered(const Record& record) {
  return render_whole("answered", record.time, record, nullptr);
}

std::string render_repeating(const Record& record) {
  const Repeated begins{record, 0, record.time, false};
  return render_whole("refused", record.time, record, &begins);
}

std::string render_repeated(const Repeated& repeated) {
  return render_whole("repeated", repeated.last, repeated.first, &repeated);
}

}  // namespace cork::audit
