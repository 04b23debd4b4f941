#include "proxy/config/users.h"

#include "base/ascii.h"

#include <fmt/format.h>
#include <pwd.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <string>
#include <vector>

namespace cork::config {
namespace {

constexpr std::size_t kMostEntryBytes = std::size_t{1} << 20;

Result<std::uint32_t> uid_of_number(std::string_view digits) {
  constexpr std::size_t longest = 10;
  std::uint64_t number = 0;
  if (digits.size() <= longest) {
    for (const char c : digits) number = number * 10 + static_cast<std::uint64_t>(c - '0');
  }
  // The last one means "no user" to the kernel.
  const bool leading_zero = digits.size() > 1 && digits.front() == '0';
  if (digits.size() > longest || leading_zero ||
      number >= std::numeric_limits<std::uint32_t>::max()) {
    return fail(fmt::format("'{}' is not the number of a user", digits));
  }
  return static_cast<std::uint32_t>(number);
}

}  // namespace

Result<std::uint32_t> uid_of(std::string_view text) {
  if (!text.empty() && std::ranges::all_of(text, is_digit)) return uid_of_number(text);
  const std::string name(text);
  std::vector<char> buffer(1024);
  for (;;) {
    passwd entry{};
    passwd* found = nullptr;
    const int error = ::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
    if (error == ERANGE && buffer.size() < kMostEntryBytes) {
      buffer.resize(buffer.size() * 2);
      continue;
    }
    if (found != nullptr) return static_cast<std::uint32_t>(entry.pw_uid);
    return fail(fmt::format("this machine has no user '{}'", name));
  }
}

}  // namespace cork::config
