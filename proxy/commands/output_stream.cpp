#include "proxy/commands/output_stream.h"

#include "proxy/commands/settings.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

namespace cork::commands {

bool flush(const Context& context) {
  OutputState& output = context.output;
  errno = 0;
  if (output.error == 0 && std::fflush(context.out) != 0) output.error = errno != 0 ? errno : EIO;
  return output.error == 0;
}

int flush_output(const Context& context, int code) {
  if (flush(context) || context.output.error == EPIPE) return code;
  if (!std::exchange(context.output.is_told, true)) {
    complain(context, kFailed,
             fmt::format("the output cannot be written: {}", std::strerror(context.output.error)));
  }
  return code == kUsage ? code : kFailed;
}

}  // namespace cork::commands
