// An entry of a zip archive (PKWARE's APPNOTE, section 4.3.7), from its local header on. The
// central directory is not asked: the header says where the data is, and each entry has one. How it
// is packed is tried, since there the directory may say something else.
#include "rules/secrets/content_decoder.h"
#include "rules/secrets/inflater.h"

#include <algorithm>
#include <array>

namespace cork::secrets {
namespace {

class ZipEntryDecoder final : public ContentDecoder {
 public:
  ZipEntryDecoder(const ScanLimits& limits, MemoryBudget* memory) noexcept
      : ContentDecoder(limits, limits.silent_wire_bytes), inflater_(memory) {}
  [[nodiscard]] std::string_view name() const noexcept override { return "zip"; }
  [[nodiscard]] std::size_t passed_over() const noexcept override {
    return filled_ + names_ - names_left_;
  }

 private:
  static constexpr std::size_t kHeaderBytes = 30;

  Verdict decode(Bytes& slice) override;
  Verdict end() override { return refuse(Verdict::unscannable, "zip entry ends early"); }
  void read_header(Bytes& slice);
  Verdict inflate(Bytes& slice);
  [[nodiscard]] unsigned word_at(std::size_t i) const noexcept {
    return std::to_integer<unsigned>(header_[i]) | std::to_integer<unsigned>(header_[i + 1]) << 8;
  }

  std::array<std::byte, kHeaderBytes> header_{};
  std::size_t filled_ = 0;
  // The name and the extra field, which are seen as they are; and what is to come of them.
  std::size_t names_ = 0, names_left_ = 0;
  Inflater inflater_;
};

Verdict ZipEntryDecoder::decode(Bytes& slice) {
  if (filled_ < kHeaderBytes) read_header(slice);
  if (verdict() != Verdict::clean || filled_ < kHeaderBytes) return verdict();
  const std::size_t skipped = std::min(names_left_, slice.size());
  names_left_ -= skipped;
  slice = slice.subspan(skipped);
  return names_left_ == 0 && (!slice.empty() || draining_) ? inflate(slice) : verdict();
}

void ZipEntryDecoder::read_header(Bytes& slice) {
  const std::size_t taken = std::min(slice.size(), kHeaderBytes - filled_);
  std::ranges::copy(slice.first(taken), header_.begin() + static_cast<std::ptrdiff_t>(filled_));
  filled_ += taken;
  slice = slice.subspan(taken);
  if (filled_ < kHeaderBytes) return;
  names_ = names_left_ = std::size_t{word_at(26)} + word_at(28);
  inflater_.restart(Inflater::Format::raw);
}

Verdict ZipEntryDecoder::inflate(Bytes& slice) {
  const auto progress = inflater_.inflate_some(
      slice, output_, [this](Bytes output) { return emit(output) && !full(); });
  draining_ = inflater_.draining();
  switch (progress) {
    case Inflater::Progress::no_memory:
      return refuse(Verdict::over_limit, kOutOfMemory);
    case Inflater::Progress::broken:
      return refuse(Verdict::unscannable, "zip entry that does not inflate");
    case Inflater::Progress::ended:
      return refuse(Verdict::unscannable, "the end of a zip entry");
    default:
      return verdict();
  }
}

}  // namespace

std::unique_ptr<Decoder> make_zip_entry_decoder(const ScanLimits& limits, MemoryBudget* memory) {
  return std::make_unique<ZipEntryDecoder>(limits, memory);
}

}  // namespace cork::secrets
