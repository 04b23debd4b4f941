#include "tests/detection/issuer_formats.h"

#include <algorithm>

namespace cork::secrets::detection {

namespace {

// As a file of settings holds it: in quotes where a shell would stumble over it.
std::string assigned(std::string_view name, std::string_view value) {
  constexpr std::string_view plain = "_@%+=:,./~-";
  const bool bare = std::ranges::all_of(
      value, [&](char c) { return kAlnum.find(c) != kAlnum.npos || plain.find(c) != plain.npos; });
  return std::string(name) + "=" + (bare ? std::string(value) : "\"" + json_string(value) + "\"");
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

std::string member(std::string_view name, std::string_view value) {
  return "{\"user\": \"build\", \"" + lower(name) + "\": \"" + json_string(value) + "\"}";
}

}  // namespace

std::span<const IssuerFormat> issuer_formats() {
  static const std::vector<IssuerFormat> all = [] {
    std::vector<IssuerFormat> list;
    for (const auto& part : {formats_of_code_and_cloud(), formats_of_models(),
                             formats_of_services(), formats_of_keys()}) {
      list.insert(list.end(), part.begin(), part.end());
    }
    return list;
  }();
  return all;
}

std::span<const IssuerGap> issuer_gaps() {
  static constexpr IssuerGap gaps[] = {
      {"Mailchimp: API key without its name",
       "the rule asks for the name, and 32 hexadecimal digits before it are found everywhere"},
      {"Square: access token of another beginning",
       "the rule knows E and l behind the prefix, and F is met as well"},
      {"Twilio: API key SID without its name",
       "recorded only: it names the key, and opens nothing without the key's secret"},
  };
  return gaps;
}

std::span<const IssuerPartGap> issuer_part_gaps() {
  static const std::vector<IssuerPartGap> gaps = [] {
    std::vector<IssuerPartGap> list{
        {"query name", "crates.io: API token", "the rule takes no = behind it"}};
    for (const std::string_view name :
         {"crates.io: API token", "NuGet: API key", "Prefect: API key", "Infracost: API key",
          "Netlify: personal access token", "Render: API key", "Resend: API key",
          "Square: access token", "EasyPost: production key", "PostHog: personal API key"}) {
      list.push_back({"path", name, "a short prefix must stand apart, and behind / it does not"});
      list.push_back(
          {"field name", name, "a short prefix must stand apart, and behind - it does not"});
    }
    for (const std::string_view name :
         {"Replicate: API token", "LaunchDarkly: SDK key", "Notion: integration secret"}) {
      list.push_back(
          {"field name", name, "a short prefix must stand apart, and behind - it does not"});
    }
    for (const std::string_view name : {"Terraform Cloud: API token", "Dynatrace: access token",
                                        "Airtable: personal access token",
                                        "Dropbox: short-lived token", "Mapbox: secret token"}) {
      list.push_back({"name", name, "labels end where its own dots are not"});
    }
    return list;
  }();
  return gaps;
}

bool is_issuer_gap(std::string_view name) {
  return std::ranges::find(issuer_gaps(), name, &IssuerGap::name) != issuer_gaps().end();
}

bool is_issuer_gap(std::string_view name, std::string_view part) {
  return std::ranges::any_of(issuer_part_gaps(), [&](const IssuerPartGap& gap) {
    return gap.name == name && gap.part == part;
  });
}

std::vector<Sample> samples_of(const IssuerFormat& format, std::size_t each, Random& random) {
  std::vector<Sample> samples;
  const std::string name(format.name);
  for (std::size_t i = 0; i < each; ++i) {
    if (format.held != Held::named) samples.push_back({name, format.make(random)});
    if (format.held == Held::alone) continue;
    samples.push_back({name, assigned(format.variable, format.make(random))});
    samples.push_back({name, member(format.variable, format.make(random))});
  }
  return samples;
}

std::vector<Sample> issuer_samples(std::size_t each, Random& random) {
  std::vector<Sample> samples;
  for (const IssuerFormat& format : issuer_formats()) {
    if (is_issuer_gap(format.name)) continue;
    const auto some = samples_of(format, each, random);
    samples.insert(samples.end(), some.begin(), some.end());
  }
  std::ranges::shuffle(samples, random);
  return samples;
}

}  // namespace cork::secrets::detection
