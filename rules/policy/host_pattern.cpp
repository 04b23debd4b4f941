#include "rules/policy/host_pattern.h"

#include <fmt/format.h>
#include <libpsl.h>

namespace cork::policy {
namespace {

Result<Host> parse_suffix(std::string_view text) {
  if (text.find('*') != std::string_view::npos) {
    return fail(
        "a wildcard is the whole first label: write '*.example.com' for one label or "
        "'**.example.com' for any depth");
  }
  Result<Host> suffix = Host::parse(text);
  if (!suffix) return suffix;
  if (!suffix->is_name()) {
    return fail("a wildcard stands before a name: write an address without one");
  }
  if (suffix->text().find('.') == std::string::npos) {
    return fail(
        "a wildcard needs at least two labels below it: write '*.example.com', not '*.com'");
  }
  if (psl_is_public_suffix(psl_builtin(), suffix->text().c_str()) != 0) {
    return fail(fmt::format(
        "anybody can have a name below '{0}', which is a public suffix: write the whole name, or "
        "'*.NAME.{0}'",
        suffix->text()));
  }
  return suffix;
}

}  // namespace

Result<HostPattern> HostPattern::parse(std::string_view text) {
  for (const auto& [mark, kind] : {std::pair(std::string_view("*."), Kind::one_label),
                                   std::pair(std::string_view("**."), Kind::any_depth)}) {
    if (!text.starts_with(mark)) continue;
    Result<Host> suffix = parse_suffix(text.substr(mark.size()));
    if (!suffix) return std::unexpected(std::move(suffix).error());
    return HostPattern(kind, std::string(mark) + suffix->text(), suffix->text());
  }
  if (text.find('*') != std::string_view::npos) {
    return fail(
        "a wildcard is the whole first label: write '*.example.com' for one label or "
        "'**.example.com' for any depth");
  }
  if (text.starts_with('.')) {
    return fail(
        "a pattern does not begin with a dot: write '*.example.com' for one label or "
        "'**.example.com' for any depth");
  }
  if (text.find('/') != std::string_view::npos) {
    return fail("a host pattern is a host alone, without scheme and path: write 'example.com'");
  }
  Result<Host> host = Host::parse(text);
  if (!host) return std::unexpected(std::move(host).error());
  return HostPattern(Kind::exact, host->url_text(), host->text());
}

bool HostPattern::matches(const Host& host) const noexcept {
  if (kind_ == Kind::exact) return host.text() == base_;
  const std::string_view name = host.text();
  if (!host.is_name() || name.size() < base_.size() + 2 || !name.ends_with(base_)) return false;
  const std::string_view below = name.substr(0, name.size() - base_.size() - 1);
  if (name[below.size()] != '.') return false;
  return kind_ == Kind::any_depth || below.find('.') == std::string_view::npos;
}

bool HostPattern::overlaps(const HostPattern& other) const {
  if (kind_ == Kind::exact || other.kind_ == Kind::exact) {
    const HostPattern& name = kind_ == Kind::exact ? *this : other;
    const HostPattern& pattern = kind_ == Kind::exact ? other : *this;
    if (pattern.kind_ == Kind::exact) return name.base_ == pattern.base_;
    const auto host = Host::parse(name.base_);
    return host && pattern.matches(*host);
  }
  if (base_ == other.base_) return true;
  const auto reaches_below = [](const HostPattern& above, const HostPattern& below) {
    return above.kind_ == Kind::any_depth && below.base_.size() > above.base_.size() &&
           below.base_.ends_with(above.base_) &&
           below.base_[below.base_.size() - above.base_.size() - 1] == '.';
  };
  return reaches_below(*this, other) || reaches_below(other, *this);
}

std::uint32_t HostPattern::specificity() const noexcept {
  return static_cast<std::uint32_t>(kind_) << 16 | static_cast<std::uint32_t>(base_.size());
}

}  // namespace cork::policy
