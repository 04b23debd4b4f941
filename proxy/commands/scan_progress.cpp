#include "proxy/commands/scan_progress.h"

#include "proxy/commands/print.h"
#include "proxy/commands/terminal.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>

namespace cork::commands {
namespace {

constexpr std::size_t kBar = 24;
constexpr std::size_t kUsualColumns = 80;

// By bytes, where they are known; files of a few bytes are done as quickly as large ones begin.
double share_of(const ScanProgress& now) {
  const auto part = [](std::uint64_t done, std::uint64_t all) {
    return static_cast<double>(std::min(done, all)) / static_cast<double>(all);
  };
  if (now.all_bytes > 0) return part(now.bytes, now.all_bytes);
  return now.all_files > 0 ? part(now.files, now.all_files) : 1;
}

}  // namespace

std::string progress_text(const ScanProgress& now, std::size_t columns) {
  const double share = share_of(now);
  const auto filled = static_cast<std::size_t>(share * kBar);
  const std::string text = fmt::format(
      "[{}{}] {:>3}%  {}/{} files, {}", std::string(filled, '#'), std::string(kBar - filled, ' '),
      static_cast<int>(share * 100), now.files, now.all_files, rounded_size(now.bytes));
  return cut(text, columns);
}

ProgressBar::ProgressBar(std::FILE* out) : out_(out) {
  const int descriptor = ::fileno(out);
  if (descriptor < 0 || ::isatty(descriptor) == 0) return;
  winsize size{};
  const bool known = ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  columns_ = known ? size.ws_col : kUsualColumns;
}

void ProgressBar::draw(const ScanProgress& now) {
  if (!draws()) return;
  print(out_, "\r{}\x1b[K", progress_text(now, columns_ - 1));
  static_cast<void>(std::fflush(out_));
}

void ProgressBar::clear() {
  if (!draws()) return;
  print(out_, "\r\x1b[K");
  static_cast<void>(std::fflush(out_));
}

}  // namespace cork::commands
