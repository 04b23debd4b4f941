// What finders of encoded runs tell of a text: for tests.
//
// Not thread-safe.
#pragma once

#include "tests/unit/rules/secrets/encoders.h"

#include <string>
#include <utility>
#include <vector>

namespace cork::secrets::test {

class Stretches final : public Sink {
 public:
  using Sink::append;
  void append(Bytes derived, std::span<const Run> runs) override { open.append(derived, runs); }
  void boundary() override { texts.push_back(std::exchange(open, {}).text); }
  void container(Offset at) override { containers.push_back(at); }
  void zlib(Offset at) override { containers.push_back(at); }

  Collected open;  // the stretch that goes on
  std::vector<std::string> texts;
  std::vector<Offset> containers;
};

}  // namespace cork::secrets::test
