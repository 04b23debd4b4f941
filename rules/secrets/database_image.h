// Compiled databases as bytes, and back: what is kept beside the CA so that the next start need not
// compile.
//
// Pure. The bytes begin with what they were made from (ImageKey) and a digest of all the rest, so
// that those of other rules, of another Hyperscan or processor, and damaged ones are told apart.
// Neither is a signature: who can write the file decides what cork finds. It is kept in the CA's
// folder, whose writers own the CA's key and so cork's word anyway.
//
//   store.keep(write_image(key, databases, widths));
//   if (auto image = read_image(*store.load(), key)) use(std::move(image->databases));
#pragma once

#include "rules/secrets/compiled_rule.h"
#include "rules/secrets/database.h"
#include "rules/secrets/rule.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cork::secrets {

// A digest of all that databases are made from and that is proved of the rules when they are:
// patterns, ids, regexes, Hyperscan's version, this processor's features and the form of the image.
using ImageKey = std::array<unsigned char, 32>;

// `patterns` are those of `rules`, in their order; their widths follow from the rest.
[[nodiscard]] ImageKey image_key(std::span<const Rule> rules, std::span<const Pattern> patterns);

struct Image {
  Databases databases;
  std::vector<Widths> widths;  // of each rule
};

// Empty where there is no memory for it.
[[nodiscard]] std::string write_image(const ImageKey& key, const Databases& databases,
                                      std::span<const Widths> widths);

// Nothing where `bytes` are not, whole and unchanged, what write_image() gave for that key.
[[nodiscard]] std::optional<Image> read_image(std::string_view bytes, const ImageKey& key);

}  // namespace cork::secrets
