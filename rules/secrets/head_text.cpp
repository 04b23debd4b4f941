#include "rules/secrets/head_text.h"

#include "base/ascii.h"
#include "base/base64.h"
#include "rules/secrets/decoder.h"
#include "rules/secrets/encoded_runs.h"
#include "rules/secrets/escapes.h"
#include "rules/secrets/gathered.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <utility>

namespace cork::secrets {
namespace {

// Decoded text that a head may have, in bytes for each byte of it: each field twice to the full
// depth, and more than any real one needs.
constexpr std::size_t kDecodedPerByte = 8;
constexpr std::size_t kDecodedFloor = 16 * kKiB;

// So much printable text is no chance: it was encoded once more. With a newline behind it.
constexpr std::size_t kTellingBytes = 20 + 1;

std::size_t digits_in(std::string_view text) noexcept {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return base64_digit(c) >= 0; }));
}

}  // namespace

HeadText::HeadText(const ScanLimits& limits, std::size_t lines, std::size_t bytes)
    : limits_(limits) {
  spelled_.reserve(bytes + 3 * lines);
  lines_.reserve(lines);
}

void HeadText::add(Part part, std::string_view text) {
  add_field(part, {{}, text});
}

void HeadText::add_field(Part part, const Field& field) {
  Line& line = lines_.emplace_back();
  line.part = part;
  line.name = field.name;
  line.begin = spelled_.size();
  spelled_ += field.name;
  if (!field.name.empty()) spelled_ += ": ";
  line.value = spelled_.size();
  spelled_ += field.value;
  line.end = spelled_.size();
  spelled_ += '\n';
  spelled_lines_ = lines_.size();
}

std::string_view HeadText::decode() {
  const std::size_t most = kDecodedFloor + kDecodedPerByte * spelled_.size();
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    lines_[i].first_child = lines_.size();
    if (!decode_escapes(i)) return "text escaped more often than is looked into";
    if (!decode_runs(i, decode_basic(i))) return "text encoded more often than is looked into";
    lines_[i].end_child = lines_.size();
    if (decoded_.size() > most) return "more encoded text in the head than is looked into";
  }
  return {};
}

// Past the depth, as in a body, all further levels at once.
bool HeadText::decode_escapes(std::size_t index) {
  const Line& line = lines_[index];
  const std::string_view value = value_of(line);
  const std::string_view kind = kind_of_escape(value);
  // '+' is itself in a path, a space in a form; in a query nobody knows which.
  const bool form =
      line.part == Part::query && line.from == kNone && value.find('+') != std::string_view::npos;
  if (kind.empty() && !form) return true;
  if (line.escapes > limits_.depth) return !escapes_more_than_quotes(value, 0);
  const bool deep = line.escapes == limits_.depth;
  const std::string text(value);  // adding a line moves what `value` views
  const auto take_off = [&](bool as_form, std::string_view name) {
    const auto decoder =
        deep ? make_deep_escape_decoder(text.size()) : make_escape_decoder(as_form, text.size());
    Gathered out;
    decoder->push(as_bytes(text), 0, out);
    decoder->finish(out);
    if (out.text == text) return;
    add_decoded(index, Took::escapes, name, out.text, std::move(out.origins));
  };
  if (!kind.empty()) take_off(false, kind);
  if (form) take_off(true, "form");
  return true;
}

bool HeadText::decode_runs(std::size_t index, std::size_t credentials) {
  const std::string text(value_of(lines_[index]));
  const bool deepest = lines_[index].depth >= limits_.depth;
  for (auto found = find_container(text, 0); found; found = find_container(text, found->at + 1)) {
    lines_[index].containers.push_back(*found);
  }
  if (text.size() < kFewestBytes) return true;
  // What the credentials were read as already, and are at home as alone: every fourth digit.
  const auto not_basic = [&text, last = credentials, before = std::size_t{0}](Offset at) mutable {
    const auto [from, to] = std::minmax<std::size_t>(last, at);
    const std::size_t digits = digits_in(std::string_view(text).substr(from, to - from));
    before = at < last ? before - digits : before + digits;
    last = at;
    return before % 4 != 0;
  };
  const auto look = [&](auto find, auto make, ContainerKind kind) {
    // Most values hold no run that is long enough.
    const std::size_t first = find(text);
    if (text.size() - first < kFewestBytes) return true;
    const bool again = credentials != kNone && kind == ContainerKind::base64;
    const auto decoder = make();
    Readings out(again ? std::function<bool(Offset)>(not_basic) : nullptr);
    decoder->push(as_bytes(text.substr(first)), first, out);
    decoder->finish(out);
    for (const Offset at : out.containers) lines_[index].containers.push_back({at, kind});
    for (Gathered& reading : out.readings) {
      if (reading.text.empty() && reading.longest == 0) continue;
      if (deepest && reading.longest >= kTellingBytes) return false;
      if (deepest || reading.text.empty()) continue;
      if (reading.text.ends_with('\n')) reading.text.pop_back();  // behind the last stretch
      if (shown_above(index, reading.text)) continue;
      add_decoded(index, Took::encoding, decoder->name(), reading.text, std::move(reading.origins));
    }
    return true;
  };
  return look(&find_base64_run, &make_base64_runs, ContainerKind::base64) &&
         look(&find_hex_run, &make_hex_runs, ContainerKind::hex) &&
         look(&find_wide_run, &make_wide_runs, ContainerKind::hex) &&
         look([](std::string_view line) { return find_dump_run(line, true); }, &make_dump_runs,
              ContainerKind::hex);
}

bool HeadText::shown_above(std::size_t index, std::string_view text) const noexcept {
  const Line* line = &lines_[index];
  while (line->escapes > 0) {
    line = &lines_[line->from];
    for (std::size_t i = line->first_child; i < line->end_child; ++i) {
      if (lines_[i].escapes == 0 && value_of(lines_[i]) == text) return true;
    }
  }
  return false;
}

// RFC 7617. Lenient in alphabet, padding and what is neither: receivers are.
std::size_t HeadText::decode_basic(std::size_t index) {
  const Line& line = lines_[index];
  constexpr std::string_view scheme = "basic";
  std::string_view value = value_of(line);
  if (line.part != Part::field || line.from != kNone) return kNone;
  if (!equals_ignoring_case(line.name, "authorization")) return kNone;
  if (!equals_ignoring_case(value.substr(0, scheme.size()), scheme)) return kNone;
  const std::size_t skipped = std::min(value.find_first_not_of(" \t", scheme.size()), value.size());
  if (skipped == scheme.size()) return kNone;
  value.remove_prefix(skipped);
  std::string text;
  OriginMap origins;
  std::uint32_t bits = 0;
  unsigned count = 0;
  Offset group = skipped;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const int digit = base64_digit(value[i]);
    if (digit < 0) continue;
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    origins.add(text.size(), 1, {group, skipped + i + 1, 0, true});
    text += static_cast<char>(bits >> count & 0xff);
    group = skipped + i + (count == 0 ? 1 : 0);
  }
  if (text.empty()) return skipped;
  add_decoded(index, Took::encoding, "basic", text, std::move(origins));
  lines_.back().basic = true;
  return skipped;
}

void HeadText::add_decoded(std::size_t from, Took took, std::string_view encoding,
                           std::string_view value, OriginMap origins) {
  Line line;
  const Line& above = lines_[from];
  line.part = above.part;
  line.which = decoded;
  line.basic = above.basic;
  line.depth = above.depth + (took == Took::encoding ? 1 : 0);
  line.escapes = took == Took::escapes ? above.escapes + 1 : 0;
  line.from = from;
  line.name = above.name;
  line.encoding = above.encoding + (above.encoding.empty() ? "" : " ") + std::string(encoding);
  line.origins = std::move(origins);
  line.begin = decoded_.size();
  decoded_ += line.name;
  if (!line.name.empty()) decoded_ += ": ";
  line.value = decoded_.size();
  decoded_ += value;
  line.end = decoded_.size();
  decoded_ += '\n';
  lines_.push_back(std::move(line));
}

const HeadText::Line& HeadText::line_ending_at(Which which, std::size_t end) const noexcept {
  const auto middle = lines_.begin() + static_cast<std::ptrdiff_t>(spelled_lines_);
  const auto first = which == spelled ? lines_.begin() : middle;
  const auto last = which == spelled ? middle : lines_.end();
  const auto after = std::lower_bound(
      first, last, end, [](const Line& line, std::size_t at) { return line.begin < at; });
  return after == first ? *first : *(after - 1);
}

const HeadText::Line& HeadText::spelling_of(const Line& line) const noexcept {
  const Line* at = &line;
  while (at->from != kNone) at = &lines_[at->from];
  return *at;
}

HeadText::Range HeadText::spelled_range(const Line& line, Range range) const noexcept {
  for (const Line* at = &line; at->from != kNone; at = &lines_[at->from]) {
    range.begin = at->origins.source(range.begin);
    range.end = at->origins.source_end(range.end);
  }
  return range;
}

}  // namespace cork::secrets
