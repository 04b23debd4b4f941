// How much of a text is held back for rules that stop what they find: as far back as an open
// candidate of one may begin.
//
// Pure once made.
//
//   Hold hold;
//   hold.add(rule);
//   send(text.substr(0, hold.open_from(text)));
#pragma once

#include "rules/secrets/byte_class.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cork::secrets {

class CompiledRule;

class Hold {
 public:
  void add(const CompiledRule& rule);

  // The most bytes a match of one of them spans, context included.
  [[nodiscard]] std::size_t width() const noexcept { return width_; }
  // Where in `tail` (the last bytes of a text; at least width() of them where there are as many) a
  // credential may have begun that is not yet complete: the start of the trailing run over the
  // credentials' alphabets, or the oldest open anchor. tail.size(): nowhere.
  [[nodiscard]] std::size_t open_from(std::string_view tail) const noexcept;

 private:
  std::size_t width_ = 0;
  ByteSet alphabet_;                  // of the rules without an anchor
  std::vector<std::string> anchors_;  // of the others
};

}  // namespace cork::secrets
