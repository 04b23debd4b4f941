#include "rules/secrets/readability.h"

#include "base/byte_runs.h"
#include "rules/secrets/digit_codes.h"
#include "rules/secrets/entropy.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <utility>

namespace cork::secrets {
namespace {

// In a block of digits, the bytes that are something else: ends of lines, and escapes of those.
constexpr std::size_t kOtherBytes = 12;
// Bits a byte: of random hexadecimal digits in a block at the least, and of text without a blank at
// the most. Base64 of what is random has 5.8, base85 6.2, JavaScript without blanks 5.5.
constexpr double kLeastOfDigits = 3.5, kMostOfText = 5.9;
// Behind a block of such digits, so many are taken for the same: counting those of each takes
// longer than all else.
constexpr std::size_t kMoreDigits = 7;
// Fewer bytes that are neither zeros nor blanks say nothing, and one in so many may be no text.
constexpr std::size_t kFewestBytes = 32, kOneInBytes = 4;
// Of the characters of a language, fewer than one in so many are those of U+00A0 to U+00FF.
constexpr std::size_t kOneInCharacters = 4;
// Fewer bytes that were escaped in a block are those of ordinary text.
constexpr std::size_t kFewestEscaped = 16;
// In a block that is read, the ends of something that is not.
constexpr std::size_t kEnds = 32;

// Neither text in ASCII, nor white space.
struct Odd {
  static constexpr unsigned char has(unsigned char c) noexcept {
    const auto space = static_cast<unsigned char>((c == '\t') | (c == '\n') | (c == '\r'));
    return static_cast<unsigned char>(((c < 0x20) | (c >= 0x7f)) & (space ^ 1));
  }
};
struct Blank {
  static constexpr unsigned char has(unsigned char c) noexcept { return c == ' '; }
};

bool follows(char c) noexcept {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

struct Characters {
  std::size_t all = 0;
  std::size_t bytes = 0;  // of those of more than one byte
  // Of U+00A0 to U+00FF, each that is another than the one before: rows of one are ornaments.
  std::size_t latin = 0, latin_bytes = 0;

  void add(unsigned char lead, unsigned char second, std::size_t size) noexcept {
    if (lead == 0xc2 && second < 0xa0) return;  // a control character
    bytes += size;
    if (lead > 0xc3) return;
    latin_bytes += size;
    const unsigned code = lead * 256u + second;
    latin += code != last_latin_ ? 1 : 0;
    last_latin_ = code;
  }

 private:
  unsigned last_latin_ = 0;
};

// Of a character, by its first byte.
constexpr auto kSizes = [] {
  std::array<std::uint8_t, 256> sizes{};
  for (std::size_t lead = 0; lead < sizes.size(); ++lead) {
    sizes[lead] = lead >= 0xf5 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 1;
  }
  return sizes;
}();

// Bytes of UTF-8 characters of several bytes that are text; one may be cut by either end of the
// block. What reads as Latin-1 in such density is any bytes.
std::size_t utf8_bytes(std::string_view block) noexcept {
  Characters characters;
  for (std::size_t at = 0; at < block.size(); ++characters.all) {
    const auto lead = static_cast<unsigned char>(block[at]);
    const std::size_t size = kSizes[lead];
    if (size == 1) {
      ++at;
      continue;
    }
    std::size_t have = 1;
    while (have < size && at + have < block.size() && follows(block[at + have])) ++have;
    const auto second = static_cast<unsigned char>(have > 1 ? block[at + 1] : '\xbf');
    if (have == size || at + have == block.size()) characters.add(lead, second, have);
    at += have;
  }
  const bool any = characters.latin * kOneInCharacters > characters.all;
  return characters.bytes - (any ? characters.latin_bytes : 0);
}

// What UTF-8 characters of several bytes begin with, by how many those are, and go on with.
template <unsigned char kFirst, unsigned char kLast>
struct Range {
  static constexpr unsigned char has(unsigned char c) noexcept {
    return in_range(c, kFirst, kLast);
  }
};

// No fewer than utf8_bytes() of a whole block, and told without a branch: of what is random there
// are few.
std::size_t most_utf8_bytes(const char* block) noexcept {
  return by_masks([block](auto masks) __attribute__((always_inline)) {
    constexpr std::size_t words = 256 / 64;
    std::array<std::uint64_t, words + 1> follow;
    for (std::size_t i = 0; i < words; ++i) {
      follow[i] = masks.template of<Range<0x80, 0xbf>>(block + 64 * i);
    }
    follow[words] = ~std::uint64_t{0};
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < words; ++i) {
      const char* const at = block + 64 * i;
      const auto behind = [&](unsigned count) {
        return follow[i] >> count | follow[i + 1] << (64 - count);
      };
      const std::uint64_t one = behind(1), two = one & behind(2), three = two & behind(3);
      const auto count = [](std::uint64_t mask) {
        return static_cast<std::size_t>(std::popcount(mask));
      };
      bytes += 2 * count(one & masks.template of<Range<0xc2, 0xdf>>(at)) +
               3 * count(two & masks.template of<Range<0xe0, 0xef>>(at)) +
               4 * count(three & masks.template of<Range<0xf0, 0xf4>>(at));
    }
    return bytes;
  });
}

// The bytes of a block that are unread as they stand. Of digits that none can read, `more_digits`
// blocks that follow are taken for the same.
std::size_t unread_in(std::string_view block, bool whole, std::size_t& more_digits) noexcept {
  const std::size_t assumed = std::exchange(more_digits, 0);
  const std::size_t blanks = count_bytes<Blank>(block), odd_or_zero = count_bytes<Odd>(block);
  // Words, and so many blanks that the rest is no block of digits: nearly every block ends here.
  if (odd_or_zero == 0 && blanks > kOtherBytes) return 0;
  const std::size_t zeros =
      odd_or_zero == 0 ? 0 : static_cast<std::size_t>(std::ranges::count(block, '\0'));
  const std::size_t odd = odd_or_zero - zeros;
  const std::size_t there = block.size() - zeros - blanks;
  if (there >= kFewestBytes && odd * kOneInBytes >= there) {
    if (whole && (odd - std::min(odd, most_utf8_bytes(block.data()))) * kOneInBytes >= there) {
      return there;
    }
    const std::size_t characters = std::min(odd, utf8_bytes(block));
    if ((odd - characters) * kOneInBytes >= there) return there;
  }
  if (!whole) return 0;
  const bool digits = count_bytes<Base64>(block) + kOtherBytes >= block.size();
  if (!digits && (odd > 0 || blanks > 0)) return 0;
  if (!digits) return entropy_exceeds(block, kMostOfText) ? block.size() : 0;
  if (assumed == 0 && !entropy_exceeds(block, kLeastOfDigits)) return 0;
  more_digits = assumed > 0 ? assumed - 1 : kMoreDigits;
  return block.size();
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
      add(kBlockBytes, unread_in(text.substr(0, kBlockBytes), true, more_digits_));
      text.remove_prefix(kBlockBytes);
    } else {
      text.remove_prefix(hold(text));
      if (size_ == kBlockBytes) end_block(true);
    }
  }
}

void Readability::pass(std::string_view text) noexcept {
  while (!text.empty()) {
    if (size_ == 0 && text.size() >= kBlockBytes) {
      add(kBlockBytes, 0);
      more_digits_ = 0;
      text.remove_prefix(kBlockBytes);
    } else {
      const std::size_t held = hold(text);
      passed_ += held;
      text.remove_prefix(held);
      if (size_ == kBlockBytes) end_block(true);
    }
  }
}

std::size_t Readability::hold(std::string_view text) noexcept {
  const std::size_t size = std::min(text.size(), kBlockBytes - size_);
  std::memcpy(held_.data() + size_, text.data(), size);
  size_ += size;
  return size;
}

// What is another text's is judged there.
void Readability::end_block(bool whole) noexcept {
  const std::size_t own = size_ - passed_;
  const bool others = passed_ > 0 && own < kFewestEscaped;
  if (others) more_digits_ = 0;
  add(size_, others ? 0 : std::min(own, unread_in({held_.data(), size_}, whole, more_digits_)));
  size_ = passed_ = 0;
}

void Readability::add(std::size_t size, std::size_t unread) noexcept {
  Block& block = blocks_[next_ % kWaiting];
  block.size = static_cast<std::uint16_t>(size);
  block.unread = static_cast<std::uint16_t>(unread);
  // One place is for the block that goes on.
  if (++next_ - first_ == kWaiting) settle_oldest();
  blocks_[next_ % kWaiting] = {};
}

void Readability::settle_oldest() noexcept {
  const Block& block = blocks_[first_ % kWaiting];
  const std::size_t left = block.size - std::min(block.size, block.covered);
  if (block.covered == 0 || left > kEnds) settled_ += std::min<std::size_t>(block.unread, left);
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
