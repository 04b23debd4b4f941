#include "rules/secrets/head_text.h"

#include "base/ascii.h"
#include "base/base64.h"
#include "rules/secrets/decoder.h"
#include "rules/secrets/encoded_runs.h"
#include "rules/secrets/escapes.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace cork::secrets {
namespace {

// Decoded text that a head may have, in bytes for each byte of it: each field twice to the full
// depth, and more than any real one needs.
constexpr std::size_t kDecodedPerByte = 8;
constexpr std::size_t kDecodedFloor = 16 * 1024;

class Gathered final : public Sink {
 public:
  using Sink::append;
  // Stretches that have nothing to do with each other stand on lines of their own.
  void boundary() override { append(as_bytes("\n"), {last_, last_, 0, true}); }
  void append(Bytes derived, std::span<const Run> runs) override {
    Offset position = text.size();
    for (const Run& run : runs) {
      origins.add(position, run.size, run.origin);
      position += run.size;
      last_ = run.origin.end;
    }
    text.append(as_text(derived));
  }

  std::string text;
  OriginMap origins;

 private:
  Offset last_ = 0;
};

// Of digits, at each of their alignments.
struct Readings final : Sink {
  using Sink::append;
  void append(Bytes derived, std::span<const Run> runs) override {
    readings[0].append(derived, runs);
  }
  void boundary() override { readings[0].boundary(); }
  Sink& lane(std::size_t reading) override { return readings[reading]; }
  void container(Offset at) override { containers.push_back(at); }

  std::array<Gathered, 8> readings;
  std::vector<std::size_t> containers;
};

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

bool HeadText::decode() {
  const std::size_t most = kDecodedFloor + kDecodedPerByte * spelled_.size();
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    if (lines_[i].depth >= limits_.depth) continue;
    decode_escapes(i);
    // What stands in the place of Basic credentials is nothing else.
    if (!decode_basic(i)) decode_runs(i);
    if (decoded_.size() > most) return false;
  }
  return true;
}

void HeadText::decode_escapes(std::size_t index) {
  const Line& line = lines_[index];
  const std::string_view value = value_of(line);
  const std::string_view kind = kind_of_escape(value);
  // '+' is itself in a path, a space in a form; in a query nobody knows which.
  const bool form =
      line.part == Part::query && line.from == none && value.find('+') != std::string_view::npos;
  if (kind.empty() && !form) return;
  const std::string text(value);  // adding a line moves what `value` views
  const auto take_off = [&](bool as_form, std::string_view name) {
    const auto decoder = make_escape_decoder(as_form, text.size());
    Gathered out;
    decoder->push(as_bytes(text), 0, out);
    decoder->finish(out);
    if (out.text != text) add_decoded(index, name, out.text, std::move(out.origins));
  };
  if (!kind.empty()) take_off(false, kind);
  if (form) take_off(true, "form");
}

void HeadText::decode_runs(std::size_t index) {
  const std::string text(value_of(lines_[index]));
  if (text.size() < kFewestBytes) return;
  const auto look = [&](auto find, auto make) {
    // Most values hold no run that is long enough.
    if (text.size() - find(text) < kFewestBytes) return;
    const auto decoder = make();
    Readings out;
    decoder->push(as_bytes(text), 0, out);
    decoder->finish(out);
    auto& containers = lines_[index].containers;
    containers.insert(containers.end(), out.containers.begin(), out.containers.end());
    for (Gathered& reading : out.readings) {
      if (reading.text.empty()) continue;
      if (reading.text.ends_with('\n')) reading.text.pop_back();  // behind the last stretch
      add_decoded(index, decoder->name(), reading.text, std::move(reading.origins));
    }
  };
  look(&find_base64_run, &make_base64_runs);
  look(&find_hex_run, &make_hex_runs);
}

// RFC 7617. Lenient in alphabet, padding and what is neither: receivers are.
bool HeadText::decode_basic(std::size_t index) {
  const Line& line = lines_[index];
  constexpr std::string_view scheme = "basic";
  std::string_view value = value_of(line);
  if (line.part != Part::field || line.from != none || line.basic) return false;
  if (!equals_ignoring_case(line.name, "authorization")) return false;
  if (!equals_ignoring_case(value.substr(0, scheme.size()), scheme)) return false;
  const std::size_t skipped = std::min(value.find_first_not_of(" \t", scheme.size()), value.size());
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
  if (text.empty()) return true;
  add_decoded(index, "basic", text, std::move(origins));
  lines_.back().basic = true;
  return true;
}

void HeadText::add_decoded(std::size_t from, std::string_view encoding, std::string_view value,
                           OriginMap origins) {
  Line line;
  const Line& above = lines_[from];
  line.part = above.part;
  line.which = decoded;
  line.basic = above.basic;
  line.depth = above.depth + 1;
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
  while (at->from != none) at = &lines_[at->from];
  return *at;
}

HeadText::Range HeadText::spelled_range(const Line& line, Range range) const noexcept {
  for (const Line* at = &line; at->from != none; at = &lines_[at->from]) {
    range.begin = at->origins.source(range.begin);
    range.end = at->origins.source_end(range.end);
  }
  return range;
}

}  // namespace cork::secrets
