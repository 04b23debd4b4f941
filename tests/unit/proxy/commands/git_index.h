// An index as git writes it, for tests.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cork::test {

inline std::string big_endian(std::size_t number, std::size_t width) {
  std::string bytes;
  for (std::size_t i = width; i-- > 0;) bytes += static_cast<char>(number >> (8 * i) & 0xff);
  return bytes;
}

// Of the hash's size, not the hash itself: nobody looks. `extension`: the name of an empty part.
inline std::string git_index(unsigned version, const std::vector<std::string>& names,
                             std::size_t hash = 20, std::string_view extension = {}) {
  std::string text = "DIRC" + big_endian(version, 4) + big_endian(names.size(), 4);
  std::string last;
  for (const std::string& name : names) {
    const std::size_t begin = text.size();
    text += std::string(40, '\x11') + std::string(hash, '\x22');
    const bool extended = version >= 3;
    text += big_endian(std::min<std::size_t>(name.size(), 0xfff) | (extended ? 0x4000 : 0), 2);
    if (extended) text += big_endian(0x2000, 2);
    if (version == 4) {
      const auto common =
          static_cast<std::size_t>(std::ranges::mismatch(name, last).in1 - name.begin());
      std::size_t dropped = last.size() - common;
      std::string digits(1, static_cast<char>(dropped & 0x7f));
      while ((dropped >>= 7) != 0) {
        digits.insert(digits.begin(), static_cast<char>(0x80 | (--dropped & 0x7f)));
      }
      text += digits + name.substr(common) + '\0';
    } else {
      text += name + '\0';
      while ((text.size() - begin) % 8 != 0) text += '\0';
    }
    last = name;
  }
  if (!extension.empty()) text += std::string(extension) + big_endian(3, 4) + "xyz";
  return text + std::string(hash, '\x33');
}

}  // namespace cork::test
