#include "proxy/config/print_key.h"

#include "certs/files.h"

#include <algorithm>
#include <span>
#include <string>
#include <string_view>

namespace cork::config {

std::optional<FingerprintKey> read_print_key(const std::filesystem::path& folder) {
  FingerprintKey key;
  const auto bytes = certs::read_private_file(folder / kPrintKeyName, key.size());
  if (!bytes || bytes->size() != key.size()) return std::nullopt;
  std::ranges::copy(std::as_bytes(std::span(*bytes)), key.begin());
  return key;
}

FingerprintKey keep_print_key(const std::filesystem::path& folder, const FingerprintKey& fresh) {
  if (const auto kept = read_print_key(folder)) return *kept;
  if (!certs::make_private_folder(folder)) return fresh;
  const std::string_view bytes(reinterpret_cast<const char*>(fresh.data()), fresh.size());
  const auto written = certs::write_new_file(folder / kPrintKeyName, bytes, 0600);
  // Another cork may have been faster.
  return written && *written ? fresh : read_print_key(folder).value_or(fresh);
}

}  // namespace cork::config
