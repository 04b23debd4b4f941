#include "rules/known/clear.h"

#include <openssl/crypto.h>

#include <cstring>

namespace cork::known {

Clear::Clear(std::string&& text)
    : bytes_(std::make_unique_for_overwrite<char[]>(text.size())), size_(text.size()) {
  std::memcpy(bytes_.get(), text.data(), size_);
  known::wipe(text);
}

void Clear::wipe() noexcept {
  if (size_ > 0) OPENSSL_cleanse(bytes_.get(), size_);
}

void wipe(std::string& text) noexcept {
  // What a shorter content left behind the end is still there.
  text.resize(text.capacity());
  OPENSSL_cleanse(text.data(), text.size());
  text.clear();
}

}  // namespace cork::known
