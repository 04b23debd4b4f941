// How far a scan has come, drawn over itself in one line of a terminal.
//
// Not thread-safe.
//
//   ProgressBar bar(stderr);
//   bar.draw({.files = 3, .all_files = 10});
//   bar.clear();
#pragma once

#include "proxy/commands/scan_run.h"

#include <cstddef>
#include <cstdio>
#include <string>

namespace cork::commands {

// "[########            ]  42%  1234/5678 files, 17 MB", at most `columns` wide.
[[nodiscard]] std::string progress_text(const ScanProgress& now, std::size_t columns);

class ProgressBar {
 public:
  // Draws nothing unless `out` is a terminal.
  explicit ProgressBar(std::FILE* out);
  void draw(const ScanProgress& now);
  void clear();
  [[nodiscard]] bool draws() const noexcept { return columns_ > 0; }

 private:
  std::FILE* out_;
  std::size_t columns_ = 0;
};

}  // namespace cork::commands
