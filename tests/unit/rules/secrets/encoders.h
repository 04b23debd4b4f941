// Encoded bodies, made by the codecs' own libraries, and what decoders hand on: for tests.
#pragma once

#include "rules/secrets/decoder.h"

#include <brotli/decode.h>
#include <brotli/encode.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cork::secrets::test {

// `text`, flushed behind each of `cuts`, so that all before them can be decoded from what there is.
// `bits` as for deflateInit2: 31 gzip, 15 zlib, -15 raw.
inline std::string deflated(std::string_view text, int bits,
                            const std::vector<std::size_t>& cuts = {}) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, bits, 8, Z_DEFAULT_STRATEGY);
  std::string out;
  const auto write = [&](std::string_view piece, int flush) {
    std::string copy(piece);
    stream.next_in = reinterpret_cast<Bytef*>(copy.data());
    stream.avail_in = static_cast<uInt>(copy.size());
    do {
      char buffer[4096];
      stream.next_out = reinterpret_cast<Bytef*>(buffer);
      stream.avail_out = sizeof buffer;
      ::deflate(&stream, flush);
      out.append(buffer, sizeof buffer - stream.avail_out);
    } while (stream.avail_out == 0);
  };
  std::size_t at = 0;
  for (const std::size_t cut : cuts) {
    if (cut <= at || cut > text.size()) continue;
    write(text.substr(at, cut - at), Z_SYNC_FLUSH);
    at = cut;
  }
  write(text.substr(at), Z_FINISH);
  deflateEnd(&stream);
  return out;
}

inline std::string gzip(std::string_view text, const std::vector<std::size_t>& cuts = {}) {
  return deflated(text, 31, cuts);
}

// A gzip member with optional header regions, written by hand around zlib's raw deflate.
inline std::string gzip_with(std::string_view text, unsigned flags, std::string_view regions) {
  std::string out("\x1f\x8b\x08\0\0\0\0\0\0\x03", 10);
  out[3] = static_cast<char>(flags);
  out += regions;
  out += deflated(text, -15);
  const auto word = [&out](unsigned long value) {
    for (int i = 0; i < 4; ++i) out += static_cast<char>(value >> (8 * i) & 0xff);
  };
  word(crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size())));
  word(text.size());
  return out;
}

inline std::string brotli(std::string_view text, const std::vector<std::size_t>& cuts = {}) {
  const std::unique_ptr<BrotliEncoderState, void (*)(BrotliEncoderState*)> state(
      BrotliEncoderCreateInstance(nullptr, nullptr, nullptr), &BrotliEncoderDestroyInstance);
  BrotliEncoderSetParameter(state.get(), BROTLI_PARAM_QUALITY, 4);
  BrotliEncoderSetParameter(state.get(), BROTLI_PARAM_LGWIN, 16);
  std::string out;
  const auto write = [&](std::string_view piece, BrotliEncoderOperation operation) {
    std::size_t left = piece.size();
    const auto* next = reinterpret_cast<const std::uint8_t*>(piece.data());
    do {
      std::uint8_t buffer[4096];
      std::uint8_t* to = buffer;
      std::size_t room = sizeof buffer;
      BrotliEncoderCompressStream(state.get(), operation, &left, &next, &room, &to, nullptr);
      out.append(reinterpret_cast<char*>(buffer), sizeof buffer - room);
    } while (left > 0 || BrotliEncoderHasMoreOutput(state.get()) != 0);
  };
  std::size_t at = 0;
  for (const std::size_t cut : cuts) {
    if (cut <= at || cut > text.size()) continue;
    write(text.substr(at, cut - at), BROTLI_OPERATION_FLUSH);
    at = cut;
  }
  write(text.substr(at), BROTLI_OPERATION_FINISH);
  return out;
}

// A br stream that begins with a metadata block of `size` bytes.
inline std::string brotli_with_metadata(std::string_view text, std::size_t size) {
  const std::unique_ptr<BrotliEncoderState, void (*)(BrotliEncoderState*)> state(
      BrotliEncoderCreateInstance(nullptr, nullptr, nullptr), &BrotliEncoderDestroyInstance);
  std::string out;
  const auto write = [&](std::string_view piece, BrotliEncoderOperation operation) {
    std::size_t left = piece.size();
    const auto* next = reinterpret_cast<const std::uint8_t*>(piece.data());
    do {
      std::uint8_t buffer[4096];
      std::uint8_t* to = buffer;
      std::size_t room = sizeof buffer;
      BrotliEncoderCompressStream(state.get(), operation, &left, &next, &room, &to, nullptr);
      out.append(reinterpret_cast<char*>(buffer), sizeof buffer - room);
    } while (left > 0 || BrotliEncoderHasMoreOutput(state.get()) != 0);
  };
  write(std::string(size, 'm'), BROTLI_OPERATION_EMIT_METADATA);
  write(text, BROTLI_OPERATION_FINISH);
  return out;
}

inline std::string zstd(std::string_view text, const std::vector<std::size_t>& cuts = {},
                        int window_log = 0) {
  const std::unique_ptr<ZSTD_CCtx, std::size_t (*)(ZSTD_CCtx*)> context(ZSTD_createCCtx(),
                                                                        &ZSTD_freeCCtx);
  if (window_log > 0) ZSTD_CCtx_setParameter(context.get(), ZSTD_c_windowLog, window_log);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  std::string out;
  const auto write = [&](std::string_view piece, ZSTD_EndDirective directive) {
    ZSTD_inBuffer in{piece.data(), piece.size(), 0};
    std::size_t left = 0;
    do {
      char buffer[4096];
      ZSTD_outBuffer to{buffer, sizeof buffer, 0};
      left = ZSTD_compressStream2(context.get(), &to, &in, directive);
      out.append(buffer, to.pos);
    } while (left > 0 || in.pos < in.size);
  };
  std::size_t at = 0;
  for (const std::size_t cut : cuts) {
    if (cut <= at || cut > text.size()) continue;
    write(text.substr(at, cut - at), ZSTD_e_flush);
    at = cut;
  }
  write(text.substr(at), ZSTD_e_end);
  return out;
}

// One frame whose only block holds `text` as it is, and says that it is
// of `size` bytes.
inline std::string stored_zstd(std::string_view text, std::size_t size) {
  std::string out("\x28\xb5\x2f\xfd\xa0", 5);
  const auto number = [&out](std::size_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xff);
  };
  number(size, 4);
  number(text.size() << 3 | 1, 3);
  return out + std::string(text);
}

// A local header of a zip archive, and the entry behind it.
inline std::string zip_entry(std::string_view name, std::string_view text, bool deflate) {
  const std::string data = deflate ? deflated(text, -15) : std::string(text);
  std::string out("PK\x03\x04\x14\0\0\0\0\0\0\0\0\0", 14);
  if (deflate) out[8] = 8;
  const auto number = [&out](unsigned long value, int bytes) {
    for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xff);
  };
  number(crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size())), 4);
  number(data.size(), 4);
  number(text.size(), 4);
  number(name.size(), 2);
  number(0, 2);
  return out + std::string(name) + data;
}

inline std::string compressed(std::string_view coding, std::string_view text,
                              const std::vector<std::size_t>& cuts = {}) {
  if (coding == "gzip") return gzip(text, cuts);
  if (coding == "deflate") return deflated(text, 15, cuts);
  if (coding == "br") return brotli(text, cuts);
  return zstd(text, cuts);
}

// All that a receiver can make of `wire`, which may be cut anywhere: the libraries, used plainly.
inline std::string readable(std::string_view coding, std::string_view wire) {
  std::string out, buffer(1 << 16, '\0');
  if (coding == "gzip" || coding == "deflate") {
    z_stream stream{};
    inflateInit2(&stream, 47);
    std::string copy(wire);
    stream.next_in = reinterpret_cast<Bytef*>(copy.data());
    stream.avail_in = static_cast<uInt>(copy.size());
    int code = Z_OK;
    do {
      stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
      stream.avail_out = static_cast<uInt>(buffer.size());
      code = ::inflate(&stream, Z_SYNC_FLUSH);
      out.append(buffer, 0, buffer.size() - stream.avail_out);
    } while (code == Z_OK && (stream.avail_out == 0 || stream.avail_in > 0));
    inflateEnd(&stream);
  } else if (coding == "br") {
    const std::unique_ptr<BrotliDecoderState, void (*)(BrotliDecoderState*)> state(
        BrotliDecoderCreateInstance(nullptr, nullptr, nullptr), &BrotliDecoderDestroyInstance);
    std::size_t left = wire.size();
    const auto* next = reinterpret_cast<const std::uint8_t*>(wire.data());
    BrotliDecoderResult result = BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT;
    while (result == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT) {
      auto* to = reinterpret_cast<std::uint8_t*>(buffer.data());
      std::size_t room = buffer.size();
      result = BrotliDecoderDecompressStream(state.get(), &left, &next, &room, &to, nullptr);
      out.append(buffer, 0, buffer.size() - room);
    }
  } else {
    const std::unique_ptr<ZSTD_DCtx, std::size_t (*)(ZSTD_DCtx*)> context(ZSTD_createDCtx(),
                                                                          &ZSTD_freeDCtx);
    ZSTD_inBuffer in{wire.data(), wire.size(), 0};
    std::size_t produced = 1;
    while (in.pos < in.size || produced > 0) {
      ZSTD_outBuffer to{buffer.data(), buffer.size(), 0};
      if (ZSTD_isError(ZSTD_decompressStream(context.get(), &to, &in)) != 0) break;
      produced = to.pos;
      out.append(buffer, 0, to.pos);
    }
  }
  return out;
}

inline std::string hex(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out += {"0123456789abcdef"[byte >> 4], "0123456789abcdef"[byte & 15]};
  }
  return out;
}

// In hexadecimal, `between` behind each.
inline std::string bytes_apart(std::string_view text, std::string_view between) {
  std::string out;
  for (const char c : text) out += hex({&c, 1}).append(between);
  return out;
}

inline std::string percent(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out += {'%', "0123456789abcdef"[byte >> 4], "0123456789abcdef"[byte & 15]};
  }
  return out;
}

inline std::string base32(std::string_view text) {
  std::string out;
  unsigned word = 0, have = 0;
  for (const char c : text) {
    word = word << 8 | static_cast<unsigned char>(c);
    for (have += 8; have >= 5; have -= 5) {
      out += "abcdefghijklmnopqrstuvwxyz234567"[word >> (have - 5) & 31];
    }
  }
  if (have > 0) out += "abcdefghijklmnopqrstuvwxyz234567"[word << (5 - have) & 31];
  return out;
}

// ASCII as UTF-16, little end first.
inline std::string wide(std::string_view text) {
  std::string out;
  for (const char c : text) out += {c, '\0'};
  return out;
}

// `text` as it stands in a JSON string.
inline std::string json_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out;
}

// What a decoder hands on, with the input bytes it says each byte came from.
class Collected final : public Sink {
 public:
  using Sink::append;
  void append(Bytes derived, std::span<const Run> runs) override {
    std::size_t at = 0;
    for (const Run& run : runs) {
      with_pairs += run.pairs != 0 ? 1 : 0;
      for (std::size_t i = 0; i < run.size; ++i) {
        const Origin& from = run.origin;
        if (run.pairs != 0) {
          const bool pair = (run.pairs >> i & 1) != 0;
          begins.push_back(i == 0 ? from.begin : ends.back());
          ends.push_back(begins.back() + (pair ? 2 : 1));
          altered.push_back(pair);
          continue;
        }
        const bool escape = run.ends_in_escape() && i + 1 == run.size;
        begins.push_back(from.stride == 0 ? from.begin : from.begin + i * from.stride);
        ends.push_back(from.stride == 0 || escape ? from.end : from.begin + (i + 1) * from.stride);
        altered.push_back(from.altered && (escape || !run.ends_in_escape()));
      }
      consistent = consistent && (run.pairs == 0 || ends.back() == run.origin.end);
      at += run.size;
    }
    consistent = consistent && at == derived.size();
    text.append(as_text(derived));
  }

  std::string text;
  std::vector<Offset> begins, ends;
  std::vector<bool> altered;
  bool consistent = true;
  std::size_t with_pairs = 0;  // runs
};

// Pushes `input` in pieces of `size`, then finishes; the first verdict that is not clean.
inline Verdict decode(Decoder& decoder, std::string_view input, std::size_t size, Sink& sink) {
  Verdict verdict = Verdict::clean;
  for (std::size_t at = 0; at < input.size() && verdict == Verdict::clean; at += size) {
    const std::string_view piece = input.substr(at, size);
    verdict = decoder.push(as_bytes(piece), at, sink);
  }
  return verdict == Verdict::clean ? decoder.finish(sink) : verdict;
}

// Of an object in a pack of git.
enum class GitType : unsigned {
  commit = 1,
  tree = 2,
  blob = 3,
  distance_delta = 6,
  named_delta = 7
};

// gitformat-pack(5): four bits of the size beside the type, then seven at a time.
inline std::string git_object(GitType type, std::string_view base, std::string_view text) {
  std::string out;
  std::size_t size = text.size();
  unsigned byte = static_cast<unsigned>(type) << 4 | static_cast<unsigned>(size & 15);
  for (size >>= 4; size > 0; size >>= 7) {
    out += static_cast<char>(byte | 0x80);
    byte = size & 0x7f;
  }
  out += static_cast<char>(byte);
  out += base;
  return out + deflated(text, 15);
}

inline std::string git_pack(const std::vector<std::string>& objects, char version = 2) {
  std::string out = std::string("PACK\0\0\0", 7) + version + std::string(3, '\0');
  out += static_cast<char>(objects.size());
  for (const std::string& one : objects) out += one;
  return out + std::string(20, '#');  // the checksum of all
}

// What differs from a text: a copy of 300 bytes of it, `added`, and a copy again.
inline std::string git_delta(std::string_view added) {
  const std::string copy = "\xb1\x05\x2c\x01";
  std::string out = std::string("\x90\x03\xb0\x04", 4) + copy;
  for (std::size_t at = 0; at < added.size(); at += 100) {
    const std::string_view part = added.substr(at, 100);
    out += static_cast<char>(part.size());
    out += part;
  }
  return out + copy;
}

}  // namespace cork::secrets::test
