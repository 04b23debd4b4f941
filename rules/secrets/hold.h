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
  // credentials' alphabets, or over that of a rule with a run of its own, or the oldest open
  // anchor. tail.size(): nowhere.
  [[nodiscard]] std::size_t open_from(std::string_view tail) const noexcept;

 private:
  [[nodiscard]] std::size_t anchored_from(std::string_view tail) const noexcept;

  // Of a rule whose alphabet holds the blank: to be in one with the letters of others would make
  // every sentence a run.
  struct OwnRun {
    ByteSet alphabet;
    std::size_t width;
  };

  std::size_t width_ = 0;
  ByteSet alphabet_;                  // of the rules without an anchor
  std::vector<OwnRun> own_runs_;      // of those that have one
  std::vector<std::string> anchors_;  // of the others, in small letters
};

}  // namespace cork::secrets
