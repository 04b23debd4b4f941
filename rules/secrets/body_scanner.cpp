#include "rules/secrets/body_scanner.h"

#include "base/ascii.h"
#include "rules/secrets/content_decoder.h"
#include "rules/secrets/layer.h"
#include "rules/secrets/scan.h"

#include <algorithm>
#include <utility>

namespace cork::secrets {
namespace {

// Between two such pieces a slice may end: as much as the layers scan at once.
constexpr std::size_t kFedAtOnce = 4096;
// Room is given back when so much has come: a shorter body is likely to end soon, and what comes in
// small pieces would ask for it again each time.
constexpr std::size_t kShortBytes = 4096;

bool is_form(std::string_view content_type) noexcept {
  constexpr std::string_view form = "application/x-www-form-urlencoded";
  return equals_ignoring_case(content_type.substr(0, form.size()), form);
}

}  // namespace

struct BodyScanner::State {
  explicit State(Context context)
      : codings(std::move(context.hints.content_encoding)),
        scan(std::move(context.rules), context.part, context.limits, context.key, context.actions,
             std::move(context.destination), context.memory),
        wire(scan,
             {.codings = without_identity(codings), .form = is_form(context.hints.content_type)}),
        slice_bytes(context.slice_bytes) {
    scan.look_for(std::move(context.known));
    if (context.refuse_opaque) scan.refuse_opaque();
  }

  static std::span<const std::string> without_identity(std::vector<std::string>& codings) {
    std::erase(codings, "identity");
    return codings;
  }

  template <class Work>
  Verdict run(WorkerScratch& scratch, Work work);
  void append(Bytes bytes);
  void give_back_room();

  std::vector<std::string> codings;
  Scan scan;
  Layer wire;
  std::size_t slice_bytes;
  bool ending = false, looking = false;  // finish(), idle() was called last
  Offset settled = 0;
  Offset given_back = 0;  // wire bytes when room was
};

BodyScanner::BodyScanner(Context context) : state_(std::make_unique<State>(std::move(context))) {
  const ScanLimits& limits = state_->scan.limits();
  if (state_->codings.size() > limits.depth) {
    state_->scan.raise(Verdict::over_limit, "more content codings than are looked into");
  }
  for (const std::string& coding : state_->codings) {
    // Its metadata may be anything, and the library tells nobody where it is.
    if (coding == "br" && refuses_opaque())
      state_->scan.found_sealed("br, which may hold any bytes");
    if (!is_content_coding(coding)) {
      state_->scan.raise(Verdict::unscannable, "a content coding that is not known");
    }
  }
}

BodyScanner::~BodyScanner() = default;
BodyScanner::BodyScanner(BodyScanner&&) noexcept = default;
BodyScanner& BodyScanner::operator=(BodyScanner&&) noexcept = default;

template <class Work>
Verdict BodyScanner::State::run(WorkerScratch& scratch, Work work) {
  if (!scan.going()) return scan.verdict();
  scan.use(scratch.get());
  scan.begin_slice(slice_bytes);
  scan.released(settled);
  work();
  scan.use(nullptr);
  if (!scan.going()) return scan.verdict();
  if (ending && !wire.busy()) {
    settled = scan.wire_bytes();
  } else {
    const Offset open = std::min(wire.settled(looking && !wire.busy()), wire.masked_from());
    settled = std::max(settled, open);
    give_back_room();
  }
  return scan.verdict();
}

void BodyScanner::State::give_back_room() {
  if (scan.wire_bytes() - given_back < kShortBytes) return;
  given_back = scan.wire_bytes();
  wire.give_back_room();
}

void BodyScanner::State::append(Bytes bytes) {
  const Offset begin = scan.wire_bytes();
  scan.count_wire(bytes.size());
  wire.append(bytes, {begin, begin + bytes.size()});
}

Verdict BodyScanner::feed(Bytes wire, WorkerScratch& scratch) {
  state_->looking = false;
  return state_->run(scratch, [&] { state_->append(wire); });
}

Verdict BodyScanner::feed_some(Bytes& wire, WorkerScratch& scratch) {
  state_->looking = false;
  return state_->run(scratch, [&] {
    while (!wire.empty() && state_->scan.going() && !state_->scan.full() && !state_->wire.busy()) {
      const Bytes piece = wire.first(std::min(kFedAtOnce, wire.size()));
      state_->append(piece);
      wire = wire.subspan(piece.size());
    }
  });
}

Verdict BodyScanner::idle(WorkerScratch& scratch) {
  state_->looking = true;
  return state_->run(scratch, [&] { state_->wire.process(false); });
}

Verdict BodyScanner::finish(WorkerScratch& scratch) {
  state_->ending = true;
  return state_->run(scratch, [&] { state_->wire.process(true); });
}

Verdict BodyScanner::resume(WorkerScratch& scratch) {
  return state_->run(scratch, [&] { state_->wire.resume(); });
}

bool BodyScanner::busy() const noexcept {
  return state_->scan.going() && state_->wire.busy();
}

Offset BodyScanner::settled() const noexcept {
  return state_->settled;
}
Verdict BodyScanner::verdict() const noexcept {
  return state_->scan.verdict();
}
const Actions& BodyScanner::actions() const noexcept {
  return state_->scan.actions();
}
std::vector<WireRange> BodyScanner::take_masks() {
  return state_->scan.take_masks();
}
std::span<const Finding> BodyScanner::findings() const noexcept {
  return state_->scan.findings();
}
std::span<const Fingerprint> BodyScanner::masked_known() const noexcept {
  return state_->scan.masked_known();
}
std::string_view BodyScanner::problem() const noexcept {
  return state_->scan.problem();
}
BodyScanner::Work BodyScanner::work() const noexcept {
  const Scan& scan = state_->scan;
  return {scan.wire_bytes(),    scan.scanned_bytes(), scan.examined_bytes(),
          scan.decoded_bytes(), scan.texts_made(),    scan.unread_bytes()};
}
std::size_t BodyScanner::retained_bytes() const {
  return state_->wire.retained_bytes();
}
bool BodyScanner::refuses_opaque() const noexcept {
  return state_->scan.refuses_opaque();
}
bool BodyScanner::opaque() const noexcept {
  return state_->scan.opaque();
}

}  // namespace cork::secrets
