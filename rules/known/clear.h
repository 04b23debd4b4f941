// A secret in clear for as long as it is needed: overwritten before its memory is anybody else's.
//
// Not thread-safe; moves, never copies.
//
//   Clear password(std::move(text));   // `text` holds nothing any more
//   use(password.view());
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace cork::known {

class Clear {
 public:
  Clear() = default;
  // Takes what `text` holds and overwrites it there.
  explicit Clear(std::string&& text);
  Clear(Clear&& other) noexcept
      : bytes_(std::move(other.bytes_)), size_(std::exchange(other.size_, 0)) {}
  Clear& operator=(Clear&& other) noexcept {
    wipe();
    bytes_ = std::move(other.bytes_);
    size_ = std::exchange(other.size_, 0);
    return *this;
  }
  ~Clear() { wipe(); }

  [[nodiscard]] std::string_view view() const noexcept { return {bytes_.get(), size_}; }
  // Overwrites it now: as many zero bytes are left.
  void wipe() noexcept;

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
};

// Overwrites all that `text` has room for, and leaves it empty.
void wipe(std::string& text) noexcept;

}  // namespace cork::known
