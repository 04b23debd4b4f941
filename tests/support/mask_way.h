// Both ways of a processor that has other instructions for masks: see base/byte_masks.h.
//
// Not thread-safe; one at a time.
//
//   for (const bool wide : {false, true}) { test::MaskWay way(wide); ... }
#pragma once

#include "base/byte_masks.h"

namespace cork::test {

// While it lives, masks are made in the wide way, where the processor has that, or in the other.
class MaskWay {
 public:
  explicit MaskWay(bool wide) noexcept { set(had_wide_ && wide); }
  ~MaskWay() { set(had_wide_); }
  MaskWay(const MaskWay&) = delete;
  MaskWay& operator=(const MaskWay&) = delete;

 private:
#ifdef __SSSE3__
  static void set(bool wide) noexcept { has_wide_masks = wide; }
  const bool had_wide_ = has_wide_masks;
#else
  static void set(bool) noexcept {}
  const bool had_wide_ = false;
#endif
};

}  // namespace cork::test
