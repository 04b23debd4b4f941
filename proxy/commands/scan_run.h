// Looks into many files at once.
//
// Starts threads and joins them before it returns. The detector must outlive the call.
//
//   ScanResult result = scan_files(detector, files, 4, [](const ScanProgress& now) { draw(now); });
#pragma once

#include "proxy/commands/scan_files.h"
#include "rules/gitleaks/detector.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace cork::commands {

struct ScanProgress {
  std::size_t files = 0, all_files = 0;
  std::uint64_t bytes = 0, all_bytes = 0;
};

struct ScanResult {
  std::vector<gitleaks::Finding> findings;  // in the order of the files, then by their place
  std::vector<std::string> problems;        // files that could not be read, and why
  std::size_t files = 0;                    // looked into
  std::size_t binary = 0;                   // left out: archives, programs, documents
  std::size_t unmarked = 0;  // searched as bytes: UTF-16 without a byte order mark, by its looks
  std::uint64_t bytes = 0;
};

// `jobs`: threads, at least one. `on_progress` is called about ten times a second, in this thread;
// it may be empty.
[[nodiscard]] ScanResult scan_files(const gitleaks::Detector& detector,
                                    const std::vector<ScanFile>& files, unsigned jobs,
                                    const std::function<void(const ScanProgress&)>& on_progress);

// What an open descriptor gives, as much as there is and at most `most` bytes. An error is met
// again by whoever reads on.
[[nodiscard]] std::string read_ahead(int descriptor, std::size_t most);

// `begun`, then what an open descriptor gives until its end, reported as `name`. The descriptor
// stays open.
[[nodiscard]] ScanResult scan_descriptor(const gitleaks::Detector& detector,
                                         const gitleaks::FileName& name, int descriptor,
                                         std::string_view begun = {});

}  // namespace cork::commands
