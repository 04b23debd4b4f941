// What a command prints is written, or it says that it is not: what is still in a buffer would be
// lost in silence when the process ends.
#pragma once

#include "proxy/commands/command.h"

namespace cork::commands {

// Writes what was printed; false: not all of it could be.
[[nodiscard]] bool flush(const Context& context);
// Returns `code`. Where what was printed cannot be written, says why, once, and returns kFailed
// unless `code` tells of a failure already. Of a reader that has gone away nothing is said.
int flush_output(const Context& context, int code);

}  // namespace cork::commands
