#include "proxy/app/file_watch.h"

#include <sys/stat.h>

#include <utility>

namespace cork::app {

FileWatch::FileWatch(std::vector<std::filesystem::path> files) : files_(std::move(files)) {
  taken_ = last_ = look();
}

std::vector<FileWatch::Seen> FileWatch::look() const {
  std::vector<Seen> seen;
  for (const auto& file : files_) {
    struct stat info{};
    Seen& one = seen.emplace_back();
    if (::stat(file.c_str(), &info) != 0) continue;  // gone: a change like any other
    one = {info.st_dev, info.st_ino, static_cast<std::uint64_t>(info.st_size), info.st_ctim.tv_sec,
           info.st_ctim.tv_nsec};
  }
  return seen;
}

bool FileWatch::changed() {
  auto now = look();
  const bool still = now == last_;
  last_ = std::move(now);
  if (!still || last_ == taken_) return false;
  taken_ = last_;
  return true;
}

}  // namespace cork::app
