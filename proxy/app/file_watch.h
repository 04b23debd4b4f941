// Whether files changed since they were last looked at: by polling, which sees every way of writing
// one (in place, renamed over, a mounted volume swapped).
//
// Not thread-safe.
//
//   FileWatch watch({config.file});
//   if (watch.changed()) reload();
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace cork::app {

class FileWatch {
 public:
  // What the files are now is what changes are measured against.
  explicit FileWatch(std::vector<std::filesystem::path> files);

  // Whether something is another than at the last `true`, and has been still since the last call: a
  // file that is being written is not whole.
  [[nodiscard]] bool changed();

 private:
  struct Seen {
    std::uint64_t device = 0, inode = 0, size = 0;
    std::int64_t seconds = 0, nanoseconds = 0;  // of its last change, or of its mode or owner
    bool operator==(const Seen&) const = default;
  };
  [[nodiscard]] std::vector<Seen> look() const;

  std::vector<std::filesystem::path> files_;
  std::vector<Seen> taken_, last_;
};

}  // namespace cork::app
