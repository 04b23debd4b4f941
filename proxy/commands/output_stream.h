// What a command prints is written, or it says that it is not: what is still in a buffer would be
// lost in silence when the process ends.
#pragma once

#include "proxy/commands/command.h"

namespace cork::commands {

// Returns `code`. Where what was printed cannot be written, says why, and returns kFailed unless
// `code` tells of a failure already. Of a reader that has gone away nothing is said.
int flush_output(const Context& context, int code);
// The same for a failure that is known: `why` is what errno was.
int output_failed(const Context& context, int code, int why);

}  // namespace cork::commands
