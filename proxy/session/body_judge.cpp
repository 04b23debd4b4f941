#include "proxy/session/body_judge.h"

#include "proxy/session/request_rules.h"

#include <utility>

namespace cork::session {

using policy::Decision;

namespace {

class Into final : public secrets::Sink {
 public:
  Into(policy::BodyRule& rule, std::optional<Decision>& said) : rule_(rule), said_(said) {}

  void append(Bytes derived, std::span<const secrets::Run>) override {
    if (!said_) said_ = rule_.feed(as_text(derived));
  }
  [[nodiscard]] bool full() const noexcept override { return said_.has_value(); }

 private:
  policy::BodyRule& rule_;
  std::optional<Decision>& said_;
};

}  // namespace

BodyJudge::BodyJudge(const policy::Bottle& bottle, const RequestHead& request,
                     const ScanLimits& limits, MemoryBudget* memory)
    : rule_(bottle, request) {
  const auto codings = content_hints(request.fields).content_encoding;
  if (!rule_.has_say() || codings.empty()) return;
  if (codings.size() == 1)
    decoder_ = secrets::make_content_decoder(codings.front(), limits, memory);
  if (!decoder_) problem_ = "its content coding is unknown, or not the only one";
}

std::optional<Decision> BodyJudge::feed(Bytes payload) {
  if (!rule_.has_say()) return std::nullopt;
  if (!problem_.empty()) return rule_.undecodable(problem_);
  if (!decoder_) return rule_.feed(as_text(payload));
  Into into(rule_, said_);
  const Offset begin = std::exchange(fed_, fed_ + payload.size());
  return decoded(decoder_->push(payload, begin, into));
}

std::optional<Decision> BodyJudge::finish() {
  if (!rule_.has_say()) return std::nullopt;
  if (!problem_.empty()) return rule_.undecodable(problem_);
  if (!decoder_) return rule_.finish();
  Into into(rule_, said_);
  if (auto no = decoded(decoder_->finish(into))) return no;
  return rule_.finish();
}

std::optional<Decision> BodyJudge::objection_of(const policy::Bottle& now,
                                                const RequestHead& request) const {
  policy::BodyRule rule(now, request);
  if (rule_.covers(rule)) return std::nullopt;
  return rule.refuse("began to leave before that was asked of it");
}

std::optional<Decision> BodyJudge::decoded(secrets::Verdict verdict) {
  if (said_) return std::exchange(said_, std::nullopt);
  if (verdict == secrets::Verdict::clean) return std::nullopt;
  return rule_.undecodable(decoder_->problem());
}

}  // namespace cork::session
