// Credentials in a head: what is found lies where it is said to lie, no slot repeats what its
// sender made up, and neither the case of a name nor what stands beside it hides one.
//
// Input: the target in the first line, a field in each other one.
#include "base/ascii.h"
#include "base/message.h"
#include "rules/policy/credentials.h"
#include "tests/fuzz/require.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace cork;
using policy::Credential;
using policy::CredentialReading;
using policy::Credentials;

constexpr std::size_t kMost = 64;
// Of letters and digits that no word of a name has in a row.
constexpr std::string_view kPinned = "q7q7q7q7", kOther = "z9z9z9z9";

using cork::fuzz::require;

struct Head {
  std::string_view target;
  std::vector<Field> fields;
};

Head split(std::string_view input) {
  Head head;
  bool first = true;
  while (!input.empty() && head.fields.size() < 64) {
    const std::size_t end = std::min(input.find('\n'), input.size());
    const std::string_view line = input.substr(0, end);
    input.remove_prefix(std::min(end + 1, input.size()));
    const std::size_t colon = line.find(':');
    if (std::exchange(first, false)) {
      head.target = line;
    } else if (colon != std::string_view::npos && is_token(line.substr(0, colon))) {
      std::string_view value = line.substr(colon + 1);
      value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
      value = value.substr(0, value.find_last_not_of(" \t") + 1);
      head.fields.push_back({line.substr(0, colon), value});
    }
  }
  return head;
}

Credentials found_in(const Head& head, const Target& target) {
  static const Endpoint authority = Endpoint::parse("a.example:443").value();
  return policy::credentials_in(RequestHead{"GET", Scheme::https, authority, target, head.fields},
                                kMost);
}

void check_places(const Head& head, const Target& target, const Credentials& found) {
  require(found.all.size() <= kMost && (!found.too_many || found.all.size() == kMost));
  for (const Credential& one : found.all) {
    require(!one.readings.empty());
    std::size_t end = 0;
    for (const CredentialReading& reading : one.readings) {
      require(!reading.text.empty() && reading.begin < reading.end);
      end = std::max(end, reading.end);
    }
    require(one.slot.find(kOther) == std::string::npos);
    require(!policy::describe_slot(one.slot).empty());
    if (one.place == Credential::Place::query) require(end <= target.query().size());
    if (one.place != Credential::Place::field) continue;
    require(std::ranges::any_of(head.fields, [&](const Field& field) {
      return field.name.data() == one.field.data() && end <= field.value.size();
    }));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  Head head = split(input);
  const auto target = Target::parse(head.target.empty() ? "/" : head.target);
  if (!target) return 0;
  const Credentials found = found_in(head, *target);
  check_places(head, *target, found);

  // The same names in capitals.
  std::vector<std::string> names;
  names.reserve(head.fields.size());
  Head shouted = head;
  for (Field& field : shouted.fields) {
    std::string& name = names.emplace_back(field.name);
    std::ranges::transform(name, name.begin(), [](char c) {
      return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    field.name = name;
  }
  const Credentials again = found_in(shouted, *target);
  require(again.all.size() == found.all.size() && again.too_many == found.too_many);
  for (std::size_t i = 0; i < found.all.size(); ++i) {
    require(again.all[i].slot == found.all[i].slot &&
            std::ranges::equal(again.all[i].readings, found.all[i].readings, {},
                               &CredentialReading::text, &CredentialReading::text));
  }

  // One more, whatever stands before it.
  if (found.too_many || head.fields.size() >= 60) return 0;
  head.fields.insert(head.fields.begin(), {"X-Api-Key", kOther});
  require(std::ranges::any_of(found_in(head, *target).all, [](const Credential& one) {
    return one.readings.front().text == kOther;
  }));
  // A whole value is never read as only a part of it.
  for (const Field& field : head.fields) {
    if (field.value.empty() || !equals_ignoring_case(field.name, "x-api-key")) continue;
    const std::string mixed = std::string(field.value) + ',' + std::string(kPinned);
    const Field one{field.name, mixed};
    for (const Credential& read : policy::credentials_in({&one, 1}, kMost).all) {
      require(std::ranges::find(read.readings, kPinned, &CredentialReading::text) ==
              read.readings.end());
    }
  }
  return 0;
}
