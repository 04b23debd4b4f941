#include "proxy/audit/folding.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace cork::audit {

namespace {

// There are as many as are configured: that is their bound.
void count_rules(std::map<std::string, std::uint64_t>& rules, const Record& record) {
  for (const FindingNote& note : record.findings) {
    if (note.finding.blocking) ++rules[note.rule];
  }
}

}  // namespace

Folding::Answer Folding::add(const Record& record, Time now) {
  OfBottle& bottle = of(record);
  Alike& alike = alike_for(bottle, record);
  // Both are paid by everyone, so that a flood that goes on keeps them empty.
  const bool alike_may = alike.lines.take(now), bottle_may = bottle.lines.take(now);
  return count(alike, record, now, alike_may && bottle_may,
               now + std::chrono::milliseconds(limits_.fold_ms));
}

Folding::Answer Folding::add_exhausted(const Record& record, Time now) {
  OfBottle& bottle = of(record);
  Alike& alike =
      bottle.alike
          .try_emplace({record.decision.reason, {}, {}, block(record.findings)},
                       Alike{TokenBucket({limits_.alike_per_second, limits_.alike_burst})})
          .first->second;
  (void)alike.lines.take(now);
  return count(alike, record, now, false,
               now + std::chrono::milliseconds(limits_.exhausted_fold_ms));
}

void Folding::forget(const Record& record) {
  const auto found = bottles_.find(whose(record));
  if (found == bottles_.end()) return;
  for (auto& [key, alike] : found->second.alike) {
    if (alike.fold && alike.fold->repeated.first.id == record.id) alike.fold.reset();
  }
}

std::vector<Repeated> Folding::take_ended(Time now) {
  for (auto bottle = bottles_.begin(); bottle != bottles_.end();) {
    auto& alike = bottle->second.alike;
    for (auto one = alike.begin(); one != alike.end();) {
      if (one->second.fold && one->second.fold->ends <= now) end(one->second);
      const bool idle = !one->second.fold && one->second.lines.full(now);
      one = idle ? alike.erase(one) : std::next(one);
    }
    const bool idle = alike.empty() && bottle->second.lines.full(now);
    bottle = idle ? bottles_.erase(bottle) : std::next(bottle);
  }
  return std::exchange(ended_, {});
}

std::vector<Repeated> Folding::take_all() {
  for (auto& [of, bottle] : bottles_) {
    for (auto& [key, alike] : bottle.alike) end(alike);
  }
  return std::exchange(ended_, {});
}

Folding::OfBottle& Folding::of(const Record& record) {
  return bottles_
      .try_emplace(whose(record),
                   OfBottle{TokenBucket({limits_.refused_per_second, limits_.refused_burst}), {}})
      .first->second;
}

Folding::Alike& Folding::alike_for(OfBottle& bottle, const Record& record) {
  Key key{record.decision.reason, record.host, record.port, false};
  // There are few reasons, so that this one more for each of them is a bound too.
  if (bottle.alike.size() >= limits_.folds && !bottle.alike.contains(key)) {
    key = {record.decision.reason, {}, {}, false};
  }
  return bottle.alike
      .try_emplace(std::move(key),
                   Alike{TokenBucket({limits_.alike_per_second, limits_.alike_burst})})
      .first->second;
}

Folding::Answer Folding::count(Alike& alike, const Record& record, Time now, bool may_write,
                               Time ends) {
  if (alike.fold && alike.fold->ends <= now) end(alike);
  if (alike.fold) {
    Repeated& repeated = alike.fold->repeated;
    ++repeated.count;
    count_rules(repeated.rules, record);
    repeated.last = std::max(repeated.last, record.time);
    repeated.several_requests = repeated.several_requests ||
                                record.method != repeated.first.method ||
                                record.path != repeated.first.path;
    repeated.several_hosts = repeated.several_hosts || record.host != repeated.first.host ||
                             record.port != repeated.first.port;
    return {How::counted, repeated.first.id};
  }
  if (may_write) return {How::whole, record.id};
  alike.fold = Fold{{record, 1, record.time, false}, ends};
  count_rules(alike.fold->repeated.rules, record);
  return {How::begins, record.id};
}

void Folding::end(Alike& alike) {
  if (alike.fold) ended_.push_back(std::move(alike.fold->repeated));
  alike.fold.reset();
}

}  // namespace cork::audit
