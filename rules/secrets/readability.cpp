#include "rules/secrets/readability.h"

#include "rules/secrets/digit_codes.h"
#include "rules/secrets/entropy.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace cork::secrets {
namespace {

// In a block of digits, the bytes that are something else: ends of lines, and escapes of those.
constexpr std::size_t kOtherBytes = 12;
// Bits a byte: of random hexadecimal digits in a block at the least, and of text without a blank at
// the most. Base64 of what is random has 5.8, base85 6.2, JavaScript without blanks 5.5.
constexpr double kLeastOfDigits = 3.5, kMostOfText = 5.9;
// Fewer bytes that are not zero say nothing, and one in so many may be no text.
constexpr std::size_t kFewestBytes = 32, kOneInBytes = 4;

struct Counts {
  std::size_t odd = 0, digits = 0, blanks = 0, zeros = 0;
};

// Without branches, for vector code: nearly every block ends here.
Counts count(std::string_view block) noexcept {
  Counts counts;
  // No more than a byte holds.
  for (std::size_t from = 0; from < block.size(); from += 128) {
    const std::string_view part = block.substr(from, 128);
    unsigned char odd = 0, digits = 0, blanks = 0, zeros = 0;
    for (const char each : part) {
      const auto c = static_cast<unsigned char>(each);
      const auto space = static_cast<unsigned char>((c == '\t') | (c == '\n') | (c == '\r'));
      odd = static_cast<unsigned char>(odd + (((c < 0x20) | (c >= 0x7f)) & (space ^ 1)));
      digits = static_cast<unsigned char>(digits + Base64::has(c));
      blanks = static_cast<unsigned char>(blanks + (c == ' '));
      zeros = static_cast<unsigned char>(zeros + (c == 0));
    }
    counts.odd += odd;
    counts.digits += digits;
    counts.blanks += blanks;
    counts.zeros += zeros;
  }
  return counts;
}

bool follows(char c) noexcept {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

// Bytes that are part of a UTF-8 character of several, one cut by either end of the block too.
std::size_t utf8_bytes(std::string_view block) noexcept {
  std::size_t bytes = 0;
  for (std::size_t at = 0; at < block.size();) {
    const auto lead = static_cast<unsigned char>(block[at]);
    const std::size_t size = lead >= 0xf5   ? 1
                             : lead >= 0xf0 ? 4
                             : lead >= 0xe0 ? 3
                             : lead >= 0xc2 ? 2
                                            : 1;
    std::size_t have = 1;
    while (have < size && at + have < block.size() && follows(block[at + have])) ++have;
    if (size > 1 && (have == size || at + have == block.size())) bytes += have;
    at += have;
  }
  return bytes;
}

// The bytes of a block that are unread as they stand.
std::uint16_t unread_in(std::string_view block, bool whole) noexcept {
  const Counts counts = count(block);
  const auto all = static_cast<std::uint16_t>(block.size());
  const std::size_t odd = counts.odd - counts.zeros, there = block.size() - counts.zeros;
  if (there >= kFewestBytes && odd * kOneInBytes >= there) {
    const std::size_t characters = std::min(odd, utf8_bytes(block));
    if ((odd - characters) * kOneInBytes >= there) return all;
  }
  if (!whole) return 0;
  const bool digits = counts.digits + kOtherBytes >= block.size();
  if (!digits && (odd > 0 || counts.blanks > 0)) return 0;
  return shannon_entropy(block) > (digits ? kLeastOfDigits : kMostOfText) ? all : std::uint16_t{0};
}

struct Magic {
  std::size_t at;
  std::string_view bytes;
  std::string_view kind;
  std::string_view front = {};  // and this stands at the beginning
};
using namespace std::string_view_literals;
constexpr std::array kMagics{
    Magic{0, "\x89PNG\r\n"sv, "an image (PNG)"},
    Magic{0, "\xff\xd8\xff"sv, "an image (JPEG)"},
    Magic{0, "GIF87a"sv, "an image (GIF)"},
    Magic{0, "GIF89a"sv, "an image (GIF)"},
    Magic{0, "II*\0"sv, "an image (TIFF)"},
    Magic{0, "MM\0*"sv, "an image (TIFF)"},
    Magic{8, "WEBP"sv, "an image (WebP)", "RIFF"sv},
    Magic{8, "WAVE"sv, "audio (WAV)", "RIFF"sv},
    Magic{4, "ftyp"sv, "video, audio or an image (MP4)", "\0"sv},
    Magic{0, "ID3\3"sv, "audio (MP3)"},
    Magic{0, "ID3\4"sv, "audio (MP3)"},
    Magic{0, "OggS\0"sv, "audio or video (Ogg)"},
    Magic{0, "fLaC\0"sv, "audio (FLAC)"},
    Magic{0, "\x1a\x45\xdf\xa3"sv, "video (Matroska)"},
    Magic{0, "%PDF-"sv, "a document (PDF)"},
    Magic{0, "wOFF"sv, "a font"},
    Magic{0, "wOF2"sv, "a font"},
    Magic{0, "OTTO\0"sv, "a font"},
    Magic{0,
          "\xfd"
          "7zXZ\0"sv,
          "compressed data (xz)"},
    Magic{0, "7z\xbc\xaf\x27\x1c"sv, "an archive (7z)"},
    Magic{0, "Rar!\x1a\x07"sv, "an archive (RAR)"},
    Magic{4, "1AY&SY"sv, "compressed data (bzip2)"},
    Magic{0, "age-encryption.org/"sv, "an encrypted message (age)"},
    Magic{0, "-----BEGIN AGE ENCRYPTED"sv, "an encrypted message (age)"},
    Magic{0, "-----BEGIN PGP MESSAGE"sv, "an encrypted message (PGP)"},
    Magic{0, "-----BEGIN CMS"sv, "a message (CMS)"},
    Magic{0, "-----BEGIN PKCS7"sv, "a message (CMS)"},
    Magic{0, "Salted__"sv, "encrypted data (openssl enc)"},
    Magic{0, "$ANSIBLE_VAULT;"sv, "encrypted data (Ansible)"},
};
constexpr std::string_view kZip = "PK\x03\x04";
constexpr std::size_t kZipFlags = 6;

}  // namespace

void Readability::push(std::string_view text) noexcept {
  while (!text.empty()) {
    if (size_ == 0 && text.size() >= kBlockBytes) {
      add(unread_in(text.substr(0, kBlockBytes), true));
      text.remove_prefix(kBlockBytes);
      continue;
    }
    const std::string_view part = text.substr(0, kBlockBytes - size_);
    std::memcpy(held_.data() + size_, part.data(), part.size());
    size_ += part.size();
    text.remove_prefix(part.size());
    if (size_ < kBlockBytes) return;
    end_block(true);
  }
}

void Readability::pass(std::size_t size) noexcept {
  while (size > 0) {
    const std::size_t part = std::min(size, kBlockBytes - size_);
    std::memset(held_.data() + size_, ' ', part);
    size_ += part;
    passed_ += part;
    size -= part;
    if (size_ < kBlockBytes) return;
    end_block(true);
  }
}

// What is another text's for the most part is judged there.
void Readability::end_block(bool whole) noexcept {
  const bool others = 2 * passed_ >= size_;
  add(others ? std::uint16_t{0} : unread_in({held_.data(), size_}, whole));
  size_ = passed_ = 0;
}

void Readability::add(std::uint16_t unread) noexcept {
  blocks_[next_ % kWaiting].unread = unread;
  // One place is for the block that goes on.
  if (++next_ - first_ == kWaiting) settle_oldest();
  blocks_[next_ % kWaiting] = {};
}

void Readability::settle_oldest() noexcept {
  const Block& block = blocks_[first_ % kWaiting];
  // One that is half covered is read as a whole: what is left is the ends of something.
  if (2 * block.covered < block.unread) settled_ += block.unread;
  ++first_;
}

void Readability::cover(Offset begin, Offset end) noexcept {
  begin = std::max<Offset>(begin, first_ * kBlockBytes);
  end = std::min<Offset>(end, next_ * kBlockBytes + size_);
  while (begin < end) {
    const Offset number = begin / kBlockBytes;
    const Offset to = std::min<Offset>(end, (number + 1) * kBlockBytes);
    Block& block = blocks_[number % kWaiting];
    block.covered =
        static_cast<std::uint16_t>(std::min<Offset>(block.covered + (to - begin), kBlockBytes));
    begin = to;
  }
}

std::size_t Readability::take_unread(bool last) noexcept {
  if (last) {
    if (size_ > 0) end_block(false);
    while (first_ < next_) settle_oldest();
  }
  return std::exchange(settled_, 0);
}

std::string_view sealed_kind(std::string_view begin) noexcept {
  for (const Magic& magic : kMagics) {
    if (begin.size() > magic.at && begin.starts_with(magic.front) &&
        begin.substr(magic.at).starts_with(magic.bytes))
      return magic.kind;
  }
  if (begin.starts_with(kZip) && begin.size() > kZipFlags && (begin[kZipFlags] & 1) != 0) {
    return "an encrypted archive (zip)";
  }
  return {};
}

}  // namespace cork::secrets
