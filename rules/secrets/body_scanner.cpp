#include "rules/secrets/body_scanner.h"

#include "base/ascii.h"
#include "rules/secrets/content_decoder.h"
#include "rules/secrets/layer.h"
#include "rules/secrets/scan.h"

#include <algorithm>
#include <utility>

namespace cork::secrets {
namespace {

bool is_form(std::string_view content_type) noexcept {
  constexpr std::string_view form = "application/x-www-form-urlencoded";
  return equals_ignoring_case(content_type.substr(0, form.size()), form);
}

}  // namespace

struct BodyScanner::State {
  explicit State(Context context)
      : codings(std::move(context.hints.content_encoding)),
        scan(std::move(context.rules), context.part, context.limits, context.key),
        wire(scan,
             {.codings = without_identity(codings), .form = is_form(context.hints.content_type)}) {}

  static std::span<const std::string> without_identity(std::vector<std::string>& codings) {
    std::erase(codings, "identity");
    return codings;
  }

  std::vector<std::string> codings;
  Scan scan;
  Layer wire;
  Offset settled = 0;
};

BodyScanner::BodyScanner(Context context) : state_(std::make_unique<State>(std::move(context))) {
  const ScanLimits& limits = state_->scan.limits();
  if (state_->codings.size() > limits.depth) {
    state_->scan.raise(Verdict::over_limit, "more content codings than are looked into");
  }
  for (const std::string& coding : state_->codings) {
    if (!is_content_coding(coding)) {
      state_->scan.raise(Verdict::unscannable, "a content coding that is not known");
    }
  }
}

BodyScanner::~BodyScanner() = default;
BodyScanner::BodyScanner(BodyScanner&&) noexcept = default;
BodyScanner& BodyScanner::operator=(BodyScanner&&) noexcept = default;

Verdict BodyScanner::feed(Bytes wire, WorkerScratch& scratch) {
  Scan& scan = state_->scan;
  if (!scan.going()) return scan.verdict();
  scan.use(scratch.get());
  const Offset begin = scan.wire_bytes();
  scan.count_wire(wire.size());
  state_->wire.append(wire, {begin, begin + wire.size()});
  scan.use(nullptr);
  if (scan.going()) state_->settled = std::max(state_->settled, state_->wire.settled(false));
  return scan.verdict();
}

Verdict BodyScanner::idle(WorkerScratch& scratch) {
  Scan& scan = state_->scan;
  if (!scan.going()) return scan.verdict();
  scan.use(scratch.get());
  state_->wire.process(false);
  scan.use(nullptr);
  if (scan.going()) state_->settled = std::max(state_->settled, state_->wire.settled(true));
  return scan.verdict();
}

Verdict BodyScanner::finish(WorkerScratch& scratch) {
  Scan& scan = state_->scan;
  if (!scan.going()) return scan.verdict();
  scan.use(scratch.get());
  state_->wire.process(true);
  scan.use(nullptr);
  if (scan.going()) state_->settled = scan.wire_bytes();
  return scan.verdict();
}

Offset BodyScanner::settled() const noexcept {
  return state_->settled;
}
Verdict BodyScanner::verdict() const noexcept {
  return state_->scan.verdict();
}
std::span<const Finding> BodyScanner::findings() const noexcept {
  return state_->scan.findings();
}
std::string_view BodyScanner::problem() const noexcept {
  return state_->scan.problem();
}
BodyScanner::Work BodyScanner::work() const noexcept {
  const Scan& scan = state_->scan;
  return {scan.wire_bytes(), scan.scanned_bytes(), scan.confirmations()};
}

}  // namespace cork::secrets
