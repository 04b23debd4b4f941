#include "rules/gitleaks/decoding.h"

#include <algorithm>
#include <cstddef>

namespace cork::gitleaks {
namespace {

bool touches(Span a, Span b) {
  return b.begin <= a.end && b.end >= a.begin;
}
bool contains(Span outer, Span inner) {
  return outer.begin <= inner.begin && inner.end <= outer.end;
}
Span merged(Span a, Span b) {
  return {std::min(a.begin, b.begin), std::max(a.end, b.end)};
}

// `encoded` grown by as much as `match` reaches beyond `decoded` on either side.
Span grown(Span encoded, Span decoded, Span match) {
  const Span both = merged(decoded, match);
  const std::size_t before = decoded.begin - both.begin;
  return {encoded.begin - std::min(encoded.begin, before), encoded.end + (both.end - decoded.end)};
}

}  // namespace

DecodedPass decode_pass(std::string_view text, const DecodedPass* before) {
  DecodedPass pass;
  pass.before = before;
  pass.depth = before == nullptr ? 1 : before->depth + 1;
  std::size_t copied = 0;
  for (const EncodedStretch& stretch : find_encoded(text)) {
    const Span span = stretch.span;
    const std::string decoded =
        decode(stretch.encoding, text.substr(span.begin, span.end - span.begin));
    if (decoded.empty()) continue;
    pass.text += text.substr(copied, span.begin - copied);
    copied = span.end;
    DecodedSegment segment{span,
                           span,
                           {pass.text.size(), pass.text.size() + decoded.size()},
                           static_cast<std::uint8_t>(stretch.encoding)};
    pass.text += decoded;
    if (before != nullptr) {
      const auto sources = touching(*before, span);
      segment.original = to_original(*before, sources, span);
      for (const DecodedSegment& source : sources) segment.encodings |= source.encodings;
    }
    pass.segments.push_back(segment);
  }
  pass.text += text.substr(copied);
  return pass;
}

std::vector<DecodedSegment> touching(const DecodedPass& pass, Span span) {
  // In order and apart, so both their begins and their ends are sorted.
  const auto first = std::ranges::lower_bound(
      pass.segments, span.begin, {}, [](const DecodedSegment& one) { return one.decoded.end; });
  std::vector<DecodedSegment> found;
  for (auto one = first; one != pass.segments.end() && touches(one->decoded, span); ++one) {
    found.push_back(*one);
  }
  return found;
}

Span to_original(const DecodedPass& pass, const std::vector<DecodedSegment>& segments, Span match) {
  Span encoded;
  for (const DecodedSegment& segment : segments) {
    if (contains(segment.decoded, match)) return segment.original;
    const Span here = grown(segment.encoded, segment.decoded, match);
    encoded = encoded.end == 0 ? here : merged(encoded, here);
  }
  if (encoded.end == 0) return match;
  if (pass.before == nullptr) return encoded;
  return to_original(*pass.before, touching(*pass.before, encoded), encoded);
}

std::vector<std::string> decoding_tags(const DecodedPass& pass,
                                       const std::vector<DecodedSegment>& segments) {
  unsigned encodings = 0;
  for (const DecodedSegment& segment : segments) encodings |= segment.encodings;
  std::vector<std::string> tags;
  for (const Encoding one :
       {Encoding::percent, Encoding::unicode, Encoding::hex, Encoding::base64}) {
    if ((encodings & static_cast<unsigned>(one)) == 0) continue;
    tags.push_back("decoded:" + std::string(name_of(one)));
  }
  tags.push_back("decode-depth:" + std::to_string(pass.depth));
  return tags;
}

std::string_view lines_of(const DecodedPass& pass, const std::vector<DecodedSegment>& segments) {
  const std::string_view text = pass.text;
  if (segments.empty() || text.empty()) return text;
  const std::size_t first = std::min(segments.front().decoded.begin, text.size() - 1);
  const std::size_t newline = text.rfind('\n', first);
  const std::size_t begin = newline == std::string_view::npos ? 0 : newline;
  const std::size_t end = std::min(text.find('\n', segments.back().decoded.end), text.size());
  return text.substr(begin, end - begin);
}

}  // namespace cork::gitleaks
