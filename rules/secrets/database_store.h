// Where compiled databases are kept from one start to the next.
//
// An implementation reads and writes bytes and understands nothing of them; what it gives back is
// checked by who asked (database_image.h). One thread at a time asks it.
//
//   Ruleset::compile(rules, &store);  // from what is kept, where it fits those rules
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cork::secrets {

class DatabaseStore {
 public:
  virtual ~DatabaseStore() = default;

  // What was kept last; nothing where there is none, or none that can be trusted.
  virtual std::optional<std::string> load() = 0;
  // Takes the place of what was kept. To keep nothing is no error: the next start takes longer.
  virtual void keep(std::string_view image) = 0;
};

}  // namespace cork::secrets
