// One pass of decoding after another: the encoded stretches of a text replaced by what they spell,
// and the way back from there to the text that there was first.
//
// A pass is immutable once made and borrows the pass before it, which must outlive it.
//
//   const DecodedPass first = decode_pass(text, nullptr);
//   const DecodedPass second = decode_pass(first.text, &first);
#pragma once

#include "rules/gitleaks/encodings.h"
#include "rules/gitleaks/pattern.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cork::gitleaks {

struct DecodedSegment {
  Span original;           // in the text that there was first
  Span encoded;            // in the text of the pass before
  Span decoded;            // in this pass's text
  std::uint8_t encodings;  // what it took, in this pass and those before: bits of Encoding
};

struct DecodedPass {
  std::string text;
  int depth = 1;                         // how many passes it took
  std::vector<DecodedSegment> segments;  // in order; empty: there was nothing to decode
  const DecodedPass* before = nullptr;
};

// `before` made `text`, or is nullptr where nothing was decoded yet.
[[nodiscard]] DecodedPass decode_pass(std::string_view text, const DecodedPass* before);

// Those that overlap or touch `span` of the pass's text.
[[nodiscard]] std::vector<DecodedSegment> touching(const DecodedPass& pass, Span span);

// Where a match that touches `segments` stands in the first text; the whole of an encoded stretch
// where it lies within one.
[[nodiscard]] Span to_original(const DecodedPass& pass, const std::vector<DecodedSegment>& segments,
                               Span match);

// "decoded:base64", ..., "decode-depth:2".
[[nodiscard]] std::vector<std::string> decoding_tags(const DecodedPass& pass,
                                                     const std::vector<DecodedSegment>& segments);

// The lines of the pass's text that hold `segments`, the newline before them included.
[[nodiscard]] std::string_view lines_of(const DecodedPass& pass,
                                        const std::vector<DecodedSegment>& segments);

}  // namespace cork::gitleaks
