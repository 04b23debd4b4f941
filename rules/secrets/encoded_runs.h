// Text that stands in a text as base64, as hexadecimal digits or as UTF-16: found wherever it
// stands, whatever is glued to it, and handed on decoded.
//
// Not thread-safe; allocates little or nothing once made. Handed on is only what decodes to text,
// which begins with at least kFewestBytes of printable ASCII and ends at a control character, each
// stretch with a Sink::boundary() behind it. Random data decodes to so long a stretch once in some
// thousand bytes, so images and hashes cost little more than being looked at. What decodes to a
// compressed container is told by Sink::container().
//
//   auto decoder = make_base64_runs();
//   decoder->push(bytes, offset, sink);
//   decoder->finish(sink);
#pragma once

#include "rules/secrets/decoder.h"

#include <cstddef>
#include <memory>
#include <string_view>

namespace cork::secrets {

constexpr std::size_t kFewestBytes = 12;
// A line of so many digits may go on in the next one, behind so much white space at most; a shorter
// one of so many, where all lines are as long.
constexpr std::size_t kShortestLine = 16, kShortestWrapped = 4;
constexpr std::size_t kMostIndentation = 64;

// RFC 4648, sections 4 and 5, with either alphabet, with and without padding, at each of the four
// alignments (something may be glued to the front), and lines of 16 characters and more joined (RFC
// 2045, section 6.8), or shorter ones where all are as long.
std::unique_ptr<Decoder> make_base64_runs();
// RFC 4648, section 8, in either case, at both alignments; lines joined likewise.
std::unique_ptr<Decoder> make_hex_runs();
// RFC 4648, section 6, in either case, at each of the eight alignments.
std::unique_ptr<Decoder> make_base32_runs();
// Bytes of two hexadecimal digits each, with up to four other characters between them, 0x in front,
// or none but in groups of two behind a line's offset: what C, colons, xxd, hexdump, od and tcpdump
// show. Begins with what is pushed first, where find_dump_run() found a run.
std::unique_ptr<Decoder> make_dump_runs();
// ASCII characters with one zero byte between them, or three: UTF-16 and UTF-32 in either order of
// bytes, with or without a mark.
std::unique_ptr<Decoder> make_wide_runs();

// Where the first of such digits begin, of which there are enough in a row or the text ends in;
// text.size(): nowhere. Cheaper than a finder that finds nothing.
[[nodiscard]] std::size_t find_base64_run(std::string_view text) noexcept;
[[nodiscard]] std::size_t find_hex_run(std::string_view text) noexcept;
// Four bytes, equally far apart; or what the text ends in and may yet become such a run, which in
// the `last` text has to be one.
[[nodiscard]] std::size_t find_dump_run(std::string_view text, bool last) noexcept;
// Where the first zero byte may belong to a wide character.
[[nodiscard]] std::size_t find_wide_run(std::string_view text) noexcept;

// All of the data from where they are first pushed, up to the first byte that is neither a digit
// nor white space, which is `unscannable`: for a container that begins there.
std::unique_ptr<Decoder> make_base64_decoder();
std::unique_ptr<Decoder> make_hex_decoder();

}  // namespace cork::secrets
