#include "base/message.h"

#include "base/ascii.h"

namespace cork {

const Field* find_field(std::span<const Field> fields, std::string_view name) noexcept {
  for (const Field& field : fields) {
    if (equals_ignoring_case(field.name, name)) return &field;
  }
  return nullptr;
}

}  // namespace cork
