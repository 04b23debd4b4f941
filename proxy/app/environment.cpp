#include "proxy/app/environment.h"

#include <cstdlib>

namespace cork::app {

config::Environment environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) return std::nullopt;
    return std::string(value);
  };
}

}  // namespace cork::app
