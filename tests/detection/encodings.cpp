#include "tests/detection/encodings.h"

#include <algorithm>

namespace cork::secrets::detection {

std::span<const Encoding> encodings() {
  static const std::vector<Encoding> all = [] {
    std::vector<Encoding> list{
        {"none", "none", [](std::string_view text, Random&) { return std::string(text); }}};
    for (const auto& part : {escape_encodings(), digit_encodings(), container_encodings()}) {
      list.insert(list.end(), part.begin(), part.end());
    }
    return list;
  }();
  return all;
}

const Encoding* find_encoding(std::string_view name) {
  const auto all = encodings();
  const auto at = std::ranges::find(all, name, &Encoding::name);
  return at == all.end() ? nullptr : &*at;
}

std::string drawn(Random& random, std::size_t length, std::string_view letters) {
  std::uniform_int_distribution<std::size_t> pick(0, letters.size() - 1);
  std::string text;
  for (std::size_t i = 0; i < length; ++i) text += letters[pick(random)];
  return text;
}

}  // namespace cork::secrets::detection
