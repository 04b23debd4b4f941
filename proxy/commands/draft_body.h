// The body of a request that is made up on a command line: a file, or standard input.
//
//   auto body = DraftBody::open("-", STDIN_FILENO);
//   body->size();
//   body->stream().read(...);
#pragma once

#include "base/result.h"

#include <cstdint>
#include <istream>
#include <memory>
#include <string>
#include <utility>

namespace cork::commands {

class DraftBody {
 public:
  // "-" is read from `standard_input` to its end, and kept: of a file, the size is asked.
  static Result<DraftBody> open(const std::string& file, int standard_input);

  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  [[nodiscard]] std::istream& stream() noexcept { return *stream_; }
  // Does it begin as a form does: `name=`? Clients call that one unasked.
  [[nodiscard]] bool begins_form();

 private:
  DraftBody(std::unique_ptr<std::istream> stream, std::uint64_t size) noexcept
      : stream_(std::move(stream)), size_(size) {}

  std::unique_ptr<std::istream> stream_;
  std::uint64_t size_;
};

}  // namespace cork::commands
