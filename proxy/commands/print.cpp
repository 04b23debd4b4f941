#include "proxy/commands/print.h"

#include <cerrno>

namespace cork::commands {

void write(const Context& context, std::string_view text) {
  if (context.output.error != 0 || text.empty()) return;
  errno = 0;
  if (std::fwrite(text.data(), 1, text.size(), context.out) < text.size()) {
    context.output.error = errno != 0 ? errno : EIO;
  }
}

void write(std::FILE* to, std::string_view text) {
  [[maybe_unused]] const auto written = std::fwrite(text.data(), 1, text.size(), to);
}

}  // namespace cork::commands
