// Every outgoing byte passes here: it holds back what is not yet known to be clean, and masks what
// the scanner says is to be masked.
//
// Not thread-safe; one gate a body. Alone owns unsent bytes. Knows nothing of the wire version.
//
//   Verdict v = gate.push(payload, scratch);
//   while (gate.busy()) { co_await yield(); gate.resume(scratch); }
//   write(gate.ready()); gate.consumed(n);
//   v = gate.finish(scratch);                 // clean and not busy: everything is ready
#pragma once

#include "base/bytes.h"
#include "rules/secrets/body_scanner.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace cork::session {

class Gate {
 public:
  enum class Mode : std::uint8_t {
    hold,    // a leak stops the body
    record,  // a leak is only recorded: nothing is held back
  };
  // `cap`: unsent bytes; a body that cannot settle within it ends as over_limit.
  Gate(secrets::BodyScanner scanner, Mode mode, std::size_t cap);

  // Scanning is cut in slices: while busy(), an answer is not the last word, and the one who asked
  // lets others have their turn before resume().
  [[nodiscard]] bool busy() const noexcept;
  secrets::Verdict resume(secrets::WorkerScratch& scratch);

  // Anything but clean empties the gate, for good.
  secrets::Verdict push(Bytes wire, secrets::WorkerScratch& scratch);
  // The sender paused. Not while busy().
  secrets::Verdict idle(secrets::WorkerScratch& scratch);
  // The body is complete. Not while busy().
  secrets::Verdict finish(secrets::WorkerScratch& scratch);

  // May be written now; valid until the next call that is not const.
  [[nodiscard]] Bytes ready() const noexcept;
  void consumed(std::size_t n) noexcept;
  // Unsent bytes, ready or not.
  [[nodiscard]] std::size_t held() const noexcept { return held_.size() - sent_; }

  [[nodiscard]] bool holds() const noexcept { return mode_ == Mode::hold; }
  [[nodiscard]] secrets::Verdict verdict() const noexcept { return verdict_; }
  [[nodiscard]] const secrets::BodyScanner& scanner() const noexcept { return scanner_; }
  [[nodiscard]] std::uint64_t scan_ns() const noexcept { return scan_ns_; }

 private:
  template <class Scan>
  secrets::Verdict judge(Scan scan);
  void mask();
  secrets::Verdict feed(secrets::WorkerScratch& scratch);

  secrets::BodyScanner scanner_;
  Mode mode_;
  std::size_t cap_;
  std::vector<std::byte> held_;  // from wire offset base_
  std::size_t sent_ = 0;         // of held_
  std::size_t scanned_ = 0;      // of held_
  Offset base_ = 0;
  secrets::WireRange masked_;  // last
  bool masked_key_ = false;    // a private key, at its begin
  secrets::Verdict verdict_ = secrets::Verdict::clean;
  std::uint64_t scan_ns_ = 0;
};

}  // namespace cork::session
