#include "proxy/commands/output_stream.h"

#include "proxy/commands/settings.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace cork::commands {

int flush_output(const Context& context, int code) {
  errno = 0;
  const bool flushed = std::fflush(context.out) == 0;
  const int why = errno;
  // An earlier write may have failed without a word.
  if (flushed && std::ferror(context.out) == 0) return code;
  return output_failed(context, code, flushed ? 0 : why);
}

int output_failed(const Context& context, int code, int why) {
  std::clearerr(context.out);  // it is told once
  if (why == EPIPE) return code;
  complain(context, kFailed,
           why == 0 ? "the output cannot be written"
                    : fmt::format("the output cannot be written: {}", std::strerror(why)));
  return code == kUsage ? code : kFailed;
}

}  // namespace cork::commands
