// The process's environment: the only place that reads it.
#pragma once

#include "proxy/config/config.h"

namespace cork::app {

[[nodiscard]] config::Environment environment();

}  // namespace cork::app
