// A pack of git (gitformat-pack(5)): what a push sends. Its objects one behind the other; of one
// that is told by its difference from another, what that adds. What it copies was sent before, in
// the pack or long ago.
#include "rules/secrets/containers.h"
#include "rules/secrets/content_decoder.h"
#include "rules/secrets/inflater.h"

#include <algorithm>
#include <array>
#include <bit>

namespace cork::secrets {
namespace {

class GitPackDecoder final : public ContentDecoder {
 public:
  GitPackDecoder(const ScanLimits& limits, MemoryBudget* memory) noexcept
      : ContentDecoder(limits, limits.silent_wire_bytes), inflater_(memory) {}
  [[nodiscard]] std::string_view name() const noexcept override { return "git"; }

 private:
  enum class State : std::uint8_t { header, object, size, distance, base, data };
  static constexpr std::size_t kHeaderBytes = 12;
  static constexpr std::size_t kSha1Bytes = 20, kSha256Bytes = 32, kZlibHeaderBytes = 2;
  static constexpr unsigned kDistanceDelta = 6, kNamedDelta = 7, kMore = 0x80;

  Verdict decode(Bytes& slice) override;
  Verdict end() override { return refuse(Verdict::unscannable, "git pack ends early"); }
  Verdict header_byte(std::byte byte);
  Verdict object_byte(unsigned byte);
  Verdict base_byte(std::byte byte);
  Verdict begin_data(Bytes front);
  Verdict inflate(Bytes& slice);
  bool put(Bytes output);
  bool put_added(Bytes output);
  bool instruction(unsigned byte);
  Verdict end_object();
  [[nodiscard]] bool is_delta() const noexcept { return type_ >= kDistanceDelta; }

  State state_ = State::header;
  std::array<std::byte, kSha256Bytes + kZlibHeaderBytes> read_{};
  std::size_t filled_ = 0;
  std::uint32_t objects_left_ = 0;
  unsigned type_ = 0;
  // Of a difference: two sizes at its front; bytes of an instruction to copy; bytes it adds.
  unsigned sizes_left_ = 0, skipped_ = 0, added_ = 0;
  Inflater inflater_;
};

Verdict GitPackDecoder::decode(Bytes& slice) {
  while ((!slice.empty() || draining_) && verdict() == Verdict::clean && !full()) {
    if (state_ == State::data) {
      inflate(slice);
      continue;
    }
    const std::byte byte = slice.front();
    slice = slice.subspan(1);
    switch (state_) {
      case State::header:
        header_byte(byte);
        break;
      case State::base:
        base_byte(byte);
        break;
      default:
        object_byte(std::to_integer<unsigned>(byte));
    }
  }
  return verdict();
}

// By which it was recognised, and how many objects there are.
Verdict GitPackDecoder::header_byte(std::byte byte) {
  read_[filled_++] = byte;
  if (filled_ < kHeaderBytes) return verdict();
  for (std::size_t i = kHeaderBytes - 4; i < kHeaderBytes; ++i) {
    objects_left_ = objects_left_ << 8 | std::to_integer<std::uint32_t>(read_[i]);
  }
  state_ = State::object;
  return objects_left_ > 0 ? verdict() : refuse(Verdict::unscannable, "a git pack of no objects");
}

// Of what stands in front of an object: its type and size, and how far back its base is.
Verdict GitPackDecoder::object_byte(unsigned byte) {
  const bool more = (byte & kMore) != 0;
  if (state_ == State::object) {
    type_ = byte >> 4 & 7u;
    if (type_ == 0 || type_ == 5) return refuse(Verdict::unscannable, "no object of git's");
    state_ = State::size;
  }
  if (more) return verdict();
  filled_ = 0;
  if (state_ == State::size && type_ == kDistanceDelta) {
    state_ = State::distance;
    return verdict();
  }
  state_ = State::base;
  return verdict();
}

// The base's name, where the object has one, and the front of its data, which tells how long a name
// is: nothing else does.
Verdict GitPackDecoder::base_byte(std::byte byte) {
  read_[filled_++] = byte;
  const bool named = type_ == kNamedDelta;
  const std::size_t shortest = kZlibHeaderBytes + (named ? kSha1Bytes : 0);
  const std::size_t longest = kZlibHeaderBytes + (named ? kSha256Bytes : 0);
  if (filled_ != shortest && filled_ != longest) return verdict();
  const Bytes front = Bytes(read_).subspan(filled_ - kZlibHeaderBytes, kZlibHeaderBytes);
  if (is_zlib_header(static_cast<char>(front[0]), static_cast<char>(front[1]))) {
    return begin_data(front);
  }
  return filled_ < longest ? verdict() : refuse(Verdict::unscannable, "no object of git's");
}

Verdict GitPackDecoder::begin_data(Bytes front) {
  state_ = State::data;
  sizes_left_ = 2;
  skipped_ = added_ = 0;
  inflater_.restart(Inflater::Format::zlib);
  return inflate(front);
}

Verdict GitPackDecoder::inflate(Bytes& slice) {
  const auto progress = inflater_.inflate_some(
      slice, output_, [this](Bytes output) { return put(output) && !full(); });
  draining_ = inflater_.draining();
  switch (progress) {
    case Inflater::Progress::no_memory:
      return refuse(Verdict::over_limit, kOutOfMemory);
    case Inflater::Progress::broken:
      return refuse(Verdict::unscannable, "git object that does not inflate");
    case Inflater::Progress::ended:
      return verdict() == Verdict::clean ? end_object() : verdict();
    default:
      return verdict();
  }
}

bool GitPackDecoder::put(Bytes output) {
  if (!is_delta()) return emit(output);
  while (!output.empty()) {
    const std::size_t taken = std::min<std::size_t>(output.size(), added_ > 0 ? added_ : 1);
    const Bytes part = output.first(taken);
    output = output.subspan(taken);
    if (added_ > 0 ? !put_added(part) : !instruction(std::to_integer<unsigned>(part[0]))) {
      return false;
    }
  }
  return true;
}

bool GitPackDecoder::put_added(Bytes output) {
  added_ -= static_cast<unsigned>(output.size());
  return emit(output);
}

// A byte of one, or of what stands in front of them.
bool GitPackDecoder::instruction(unsigned byte) {
  if (sizes_left_ > 0) {
    if ((byte & kMore) == 0) --sizes_left_;
  } else if (skipped_ > 0) {
    --skipped_;
  } else if ((byte & kMore) != 0) {
    // Which bytes of where and how much follow is what its other bits say. Something else stands
    // there, so that what is added before and behind is apart.
    skipped_ = static_cast<unsigned>(std::popcount(byte & ~kMore));
    return emit(as_bytes("\n"));
  } else {
    added_ = byte;
  }
  return true;
}

Verdict GitPackDecoder::end_object() {
  if (!emit(as_bytes("\n"))) return verdict();
  state_ = State::object;
  return --objects_left_ > 0 ? verdict() : refuse(Verdict::unscannable, "the end of a git pack");
}

}  // namespace

std::unique_ptr<Decoder> make_git_pack_decoder(const ScanLimits& limits, MemoryBudget* memory) {
  return std::make_unique<GitPackDecoder>(limits, memory);
}

}  // namespace cork::secrets
