// Heads: the same head is answered the same, what is found lies in its part, and a secret is found
// whatever stands beside it.
//
// Input: an authority as it was spelled in the first line, the target in the second, a field in
// each other one.
#include "rules/secrets/head_scanner.h"
#include "tests/fuzz/known_fixture.h"
#include "tests/fuzz/require.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace {

using namespace cork;
using namespace cork::secrets;

using cork::fuzz::require;

struct Head {
  std::string authority, target = "/";
  std::vector<Field> fields;
};

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  return text.substr(0, text.find_last_not_of(" \t") + 1);
}

Head split(std::string_view input) {
  Head head;
  for (std::size_t line = 0; !input.empty() && line < 66; ++line) {
    const std::size_t end = std::min(input.find('\n'), input.size());
    const std::string_view text = input.substr(0, end);
    input.remove_prefix(std::min(end + 1, input.size()));
    const std::size_t colon = text.find(':');
    if (line == 0) {
      head.authority = text;
    } else if (line == 1 && Target::parse(text)) {
      head.target = text;
    } else if (colon != std::string_view::npos && colon > 0) {
      head.fields.push_back({text.substr(0, colon), trimmed(text.substr(colon + 1))});
    }
  }
  return head;
}

struct Scanner : fuzz::KnownFixture {
  ScanLimits limits = {};

  HeadReport head(const Head& of) {
    static const Endpoint to = Endpoint::parse("files.example.com:443").value();
    const auto target = Target::parse(of.target);
    require(target.has_value());
    return scan_head(*rules, RequestHead{"GET", Scheme::https, to, *target, of.fields}, limits, {},
                     scratch, {}, known.get());
  }
  HeadReport authority(std::string_view of) {
    return scan_authority(*rules, of, limits, {}, scratch, known.get());
  }
  HeadReport trailers(const std::vector<Field>& of) {
    return scan_trailers(*rules, of, limits, {}, scratch, known.get());
  }
};

void require_same(const HeadReport& one, const HeadReport& other) {
  require(one.verdict == other.verdict && one.problem == other.problem);
  const auto all_of = [](const Finding& finding) {
    const Place& place = finding.place;
    return std::tuple(finding.rule, finding.blocking, finding.print.value, place.part, place.begin,
                      place.end, place.pointer, place.encoding);
  };
  require(std::ranges::equal(one.findings, other.findings, {}, all_of, all_of));
}

// The most bytes that a part has; of a field whose name is in no finding, of any.
std::size_t size_of(const Head& head, const Place& place) {
  const auto target = Target::parse(head.target);
  if (place.part == Part::authority) return head.authority.size();
  if (place.part == Part::path) return target->path().size();
  if (place.part == Part::query) return target->query().size();
  std::size_t size = 0;
  for (const Field& field : head.fields) {
    if (place.pointer.empty() || place.pointer == field.name) {
      size = std::max(size, field.value.size());
    }
  }
  return size;
}

void check_findings(const Head& head, const HeadReport& report) {
  bool blocks = false;
  for (const Finding& finding : report.findings) {
    const Place& place = finding.place;
    // A whole field stands for its name, and may be empty.
    require(place.begin < place.end || (place.part >= Part::field && place.begin == 0));
    require(place.end <= size_of(head, place));
    blocks = blocks || finding.blocking;
  }
  require(blocks ? report.verdict != Verdict::clean : report.verdict != Verdict::leak);
  require((report.verdict == Verdict::over_limit) == !report.problem.empty());
}

// One secret more in each part, beside what stands there.
void plant(Scanner& scanner, const Head& head, const std::string& secret) {
  Head planted = head;
  planted.target += (planted.target.contains('?') ? "&q=" : "/") + secret;
  if (Target::parse(planted.target)) require(scanner.head(planted).verdict != Verdict::clean);
  planted.target = "/" + secret + (head.target.starts_with('/') ? head.target : "/");
  if (Target::parse(planted.target)) require(scanner.head(planted).verdict != Verdict::clean);

  planted = head;
  std::vector<std::string> values;
  for (const Field& field : head.fields) {
    values.push_back(std::string(field.value) + ' ' + secret);
    values.push_back(secret + ", " + std::string(field.value));
    values.push_back(std::string(field.value) + "; id=" + secret + ' ' + std::string(field.value));
  }
  for (const std::string& value : values) {
    planted.fields.push_back({"X-Any", value});
    require(scanner.head(planted).verdict != Verdict::clean);
    require(scanner.trailers(planted.fields).verdict != Verdict::clean);
    planted.fields.pop_back();
  }
  require(scanner.authority(secret + '.' + head.authority).verdict != Verdict::clean);
  require(scanner.authority(head.authority + '.' + secret + ":443").verdict != Verdict::clean);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Scanner scanner;
  const Head head = split({reinterpret_cast<const char*>(data), size});
  const HeadReport report = scanner.head(head), named = scanner.authority(head.authority);
  require_same(report, scanner.head(head));
  require_same(named, scanner.authority(head.authority));
  check_findings(head, report);
  check_findings(head, named);

  // Nothing is at home in a trailer, and the order of fields hides nothing.
  Head alone = head;
  alone.target = "/";
  if (scanner.head(alone).verdict == Verdict::leak) {
    require(scanner.trailers(head.fields).verdict != Verdict::clean);
  }
  Head turned = head;
  std::ranges::reverse(turned.fields);
  require((scanner.head(turned).verdict == Verdict::clean) == (report.verdict == Verdict::clean));
  if (head.fields.size() > 8) return 0;
  plant(scanner, head, test::token());
  plant(scanner, head, scanner.value);
  return 0;
}
