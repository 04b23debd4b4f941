#include "tests/hostile/hostile_bodies.h"
#include "tests/unit/rules/secrets/encoders.h"

#include <array>
#include <utility>

// Compressed data: bombs, many small ones, nested ones, what only begins as one, and what yields
// nothing.

namespace cork::secrets::test {
namespace {

using Make = std::function<std::string(std::size_t)>;

std::string zipped(std::string_view text) {
  return zip_entry("a", text, true);
}
std::string zlibbed(std::string_view text) {
  return deflated(text, 15);
}
std::string plain_gzip(std::string_view text) {
  return gzip(text);
}
std::string plain_zstd(std::string_view text) {
  return zstd(text);
}
std::string plain_brotli(std::string_view text) {
  return brotli(text);
}

struct Codec {
  std::string name, coding;  // empty: there is none
  std::string (*pack)(std::string_view);
};
const std::array<Codec, 5> kCodecs{{{"gzip", "gzip", &plain_gzip},
                                    {"zstd", "zstd", &plain_zstd},
                                    {"br", "br", &plain_brotli},
                                    {"zlib", "deflate", &zlibbed},
                                    {"zip", "", &zipped}}};

// What a bomb expands to, for each byte that a body shall have: whoever decodes all of it has lost.
constexpr std::size_t kExpands = 24;

void add_bombs_of(std::vector<HostileBody>& bodies, const Codec& codec) {
  const auto add = [&](const std::string& name, Make make, std::vector<std::string> codings = {}) {
    bodies.push_back({"bombs/" + codec.name + ' ' + name, std::move(make), {}, std::move(codings)});
  };
  const auto pack = codec.pack;
  const auto zeros = [pack](std::size_t bytes) {
    return pack(std::string(kExpands * bytes, '\0'));
  };
  const auto key = [pack](std::size_t bytes) {
    return pack(repeated("key=a1B2c3D4e5 ", kExpands / 4 * bytes));
  };
  const auto escapes = [pack](std::size_t bytes) {
    return pack(repeated("\\\\u0061%2561 ", kExpands / 4 * bytes));
  };
  // An ordinary expansion of the dearest text.
  const auto mild = [pack](std::size_t bytes) {
    std::string text;
    for (unsigned i = 0; text.size() < 8 * bytes; ++i) {
      text += repeated("api_key=a1B2c3D4e5 \\u0041%41 ", 400) + noise(60, i);
    }
    return pack(text);
  };
  // A file for every few bytes of wire.
  const auto many = [pack](std::size_t bytes) { return repeated(pack("a"), bytes); };
  const auto many_bombs = [pack](std::size_t bytes) {
    return repeated(pack(std::string(200'000, 'a')), bytes);
  };
  if (!codec.coding.empty()) {
    add("declared, zeros", zeros, {codec.coding});
    add("declared, candidates", key, {codec.coding});
    add("declared, escapes", escapes, {codec.coding});
    add("declared, eightfold", mild, {codec.coding});
    add("declared, of itself", [pack, zeros](std::size_t bytes) { return pack(zeros(bytes)); },
        {codec.coding, codec.coding});
  }
  if (codec.name == "br") return;  // nothing recognises it
  add("recognised, zeros", zeros);
  add("recognised, candidates", key);
  add("recognised, escapes", escapes);
  add("many small", many);
  add("many bombs", many_bombs);
  add("of many bombs",
      [pack, many_bombs](std::size_t bytes) { return pack(many_bombs(bytes) + noise(bytes)); });
  add("in base64", [pack](std::size_t bytes) {
    return base64(pack(repeated("key=a1 ", kExpands / 4 * bytes)));
  });
  add("many in base64", [pack](std::size_t bytes) {
    return repeated(base64(pack(std::string(100'000, 'a'))) + "\n", bytes);
  });
  add("many small in base64",
      [pack](std::size_t bytes) { return repeated(base64(pack("abc")) + "\n", bytes); });
  add("in hexadecimal",
      [pack](std::size_t bytes) { return hex(pack(repeated("key=a1 ", kExpands / 4 * bytes))); });
}

// Blocks of deflate that hold nothing.
std::string empty_blocks(std::size_t bytes) {
  return std::string("\x1f\x8b\x08\0\0\0\0\0\0\x03", 10) +
         repeated(std::string_view("\0\0\0\xff\xff", 5), bytes);
}

std::string skippable_frames(std::size_t bytes, std::size_t size) {
  std::string frame("\x50\x2a\x4d\x18", 4);
  for (int i = 0; i < 4; ++i) frame += static_cast<char>(size >> (8 * i) & 0xff);
  frame += std::string(size, 's');
  return zstd("text") + repeated(frame, bytes);
}

}  // namespace

void add_bombs(std::vector<HostileBody>& bodies) {
  for (const Codec& codec : kCodecs) add_bombs_of(bodies, codec);
}

void add_containers(std::vector<HostileBody>& bodies) {
  const auto add = [&](const std::string& name, Make make, std::vector<std::string> codings = {}) {
    bodies.push_back({"containers/" + name, std::move(make), {}, std::move(codings)});
  };
  const auto add_flood = [&](const std::string& name, std::string piece) {
    add(name, [piece = std::move(piece)](std::size_t bytes) { return repeated(piece, bytes); });
  };
  const std::string gzip_head("\x1f\x8b\x08\0\0\0\0\0\0\x03", 10);
  add_flood("gzip magic", "\x1f\x8b\x08");
  add_flood("gzip magic with flags", std::string("\x1f\x8b\x08\x1e", 4));
  add_flood("gzip heads", gzip_head);
  add_flood("gzip heads and a block", gzip_head + std::string("\x4b\x4c\x04", 3));
  add_flood("zstd magic", "\x28\xb5\x2f\xfd");
  add_flood("zstd frames, empty", std::string("\x28\xb5\x2f\xfd\x20\x00\x01\x00\x00", 9));
  add_flood("zstd frames with a great window",
            std::string("\x28\xb5\x2f\xfd\x00\x68\x01\x00\x00", 9));
  add_flood("zip magic", "PK\x03\x04");
  add_flood("zip entries, stored", zip_entry("a", "key=a1B2", false));
  add_flood("zip entries, cut", zipped("abcdefgh").substr(0, 34));
  add_flood("zip entries with long names",
            std::string(
                "PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xff\xff\xff\xff", 30));
  add_flood("zlib heads", "\x78\x9c\x4b");
  add_flood("magic of all", gzip_head + "\x28\xb5\x2f\xfd" + "PK\x03\x04");
  add_flood("magic in base64", "H4sIKLUvUEsD");
  add_flood("magic in base64 lines", "H4sIAAAAAAAAA0tMSk5JTUvPyMzK\n");
  add_flood("magic in hexadecimal", "1f8b080028b52ffd504b0304");
  add_flood("zlib in base64 lines", "eJwAAAAAAAAAAAAA\n");
  add_flood("zlib in hexadecimal lines", "789c000000000000000000\n");
}

void add_streams(std::vector<HostileBody>& bodies) {
  const auto add = [&](const std::string& name, Make make, std::vector<std::string> codings = {}) {
    bodies.push_back({"containers/" + name, std::move(make), {}, std::move(codings)});
  };
  const std::string gzip_head("\x1f\x8b\x08\0\0\0\0\0\0\x03", 10);
  add("empty deflate blocks", &empty_blocks);
  add("empty deflate blocks, declared", &empty_blocks, {"gzip"});
  add("stored blocks of one byte", [gzip_head](std::size_t bytes) {
    return gzip_head + repeated(std::string_view("\0\1\0\xfe\xff"
                                                 "a",
                                                 6),
                                bytes);
  });
  add("dynamic blocks of nothing", [gzip_head](std::size_t bytes) {
    // A dynamic block's code lengths, and at once its end: the dearest deflate there is.
    const std::string block = deflated(words(64), -15);
    return gzip_head + repeated(block, bytes);
  });
  add("flushed every byte",
      [](std::size_t bytes) {
        std::vector<std::size_t> cuts(bytes / 8);
        for (std::size_t i = 0; i < cuts.size(); ++i) cuts[i] = i;
        return gzip(words(bytes / 8), cuts);
      },
      {"gzip"});
  add("zstd flushed every byte",
      [](std::size_t bytes) {
        std::vector<std::size_t> cuts(bytes / 6);
        for (std::size_t i = 0; i < cuts.size(); ++i) cuts[i] = i;
        return zstd(words(bytes / 6), cuts);
      },
      {"zstd"});
  add("br flushed every byte",
      [](std::size_t bytes) {
        std::vector<std::size_t> cuts(bytes / 6);
        for (std::size_t i = 0; i < cuts.size(); ++i) cuts[i] = i;
        return brotli(words(bytes / 6), cuts);
      },
      {"br"});
  add("zstd skippable, empty", [](std::size_t bytes) { return skippable_frames(bytes, 0); });
  add("zstd skippable", [](std::size_t bytes) { return skippable_frames(bytes, 100); });
  add("zstd skippable, declared", [](std::size_t bytes) { return skippable_frames(bytes, 10); },
      {"zstd"});
  add("br metadata", [](std::size_t bytes) { return brotli_with_metadata("text", bytes); }, {"br"});
  add("gzip with a long name", [](std::size_t bytes) {
    return gzip_with("x", 8, repeated("key=a1B2c3D4 ", bytes) + std::string(1, '\0'));
  });
  add("gzip in gzip's names", [](std::size_t bytes) {
    return gzip_with("x", 8, repeated(gzip_with("y", 8, std::string("n\0", 2)), bytes));
  });
  add("incompressible", [](std::size_t bytes) { return gzip(noise(bytes)); }, {"gzip"});
  add("noise", [](std::size_t bytes) { return noise(bytes); });
  add("eight open at once", [](std::size_t bytes) {
    std::string all;
    for (unsigned i = 0; i < 8; ++i) all += gzip(noise(bytes / 8, i)).substr(0, 20);
    return all + noise(bytes);
  });
}

}  // namespace cork::secrets::test
