// Credentials as their issuers document them: prefix, alphabet, length, and a checksum where one is
// published. Written from the issuers' pages and in ignorance of the rules, so that recall is also
// measured over samples that no rule was tuned to.
//
// Pure: randomness is an argument.
//
//   for (const Sample& sample : issuer_samples(random, 2)) { ... }   // sample.rule: the format
#pragma once

#include "tests/detection/encodings.h"
#include "tests/detection/samples.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cork::secrets::detection {

enum class Held {
  anyhow,  // by itself too
  named,   // by itself it is any random text
  alone    // by itself only: what the name tells is another format's
};

struct IssuerFormat {
  std::string_view name;      // "GitHub: personal access token"
  std::string_view source;    // the page that shows it
  std::string_view variable;  // the name under which people keep it
  std::string (*make)(Random& random);
  Held held = Held::anyhow;
};

// A format of which less is stopped than the marks ask for, and why that is so.
struct IssuerGap {
  std::string_view name;  // of the format
  std::string_view reason;
};

// A part of a request in which a format by itself is not seen, though it is elsewhere.
struct IssuerPartGap {
  std::string_view part, name, reason;
};

// Static storage; no name stands twice.
[[nodiscard]] std::span<const IssuerFormat> issuer_formats();
[[nodiscard]] std::span<const IssuerGap> issuer_gaps();
[[nodiscard]] std::span<const IssuerPartGap> issuer_part_gaps();
[[nodiscard]] bool is_issuer_gap(std::string_view name);
[[nodiscard]] bool is_issuer_gap(std::string_view name, std::string_view part);

// In every setting in which people hold it (by itself, NAME=value, a member of JSON), `each` times,
// drawn anew for each of them.
[[nodiscard]] std::vector<Sample> samples_of(const IssuerFormat& format, std::size_t each,
                                             Random& random);
// Of every format that is no gap, in random order.
[[nodiscard]] std::vector<Sample> issuer_samples(std::size_t each, Random& random);

// The parts of issuer_formats().
[[nodiscard]] std::vector<IssuerFormat> formats_of_code_and_cloud();
[[nodiscard]] std::vector<IssuerFormat> formats_of_models();
[[nodiscard]] std::vector<IssuerFormat> formats_of_services();
[[nodiscard]] std::vector<IssuerFormat> formats_of_keys();

}  // namespace cork::secrets::detection
