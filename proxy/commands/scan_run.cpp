#include "proxy/commands/scan_run.h"

#include "base/descriptor.h"
#include "proxy/commands/scan_utf16.h"
#include "rules/gitleaks/file_type.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <exception>
#include <iterator>
#include <mutex>
#include <thread>
#include <tuple>

namespace cork::commands {
namespace {

using gitleaks::Detector;
using gitleaks::Finding;

constexpr std::chrono::milliseconds kDrawn{100};

struct Reading {
  int descriptor;
  std::string_view begun = {};  // was read before
  int error = 0;
  std::uint64_t bytes = 0;

  // All that the span holds, unless the end comes first.
  std::size_t fill(std::span<char> into) {
    std::size_t filled = begun.copy(into.data(), into.size());
    begun.remove_prefix(filled);
    while (filled < into.size()) {
      const ssize_t got = read_some(descriptor, into.subspan(filled));
      if (got < 0) error = errno;
      if (got <= 0) break;
      filled += static_cast<std::size_t>(got);
    }
    bytes += filled;
    return filled;
  }
};

void sort_by_place(std::vector<Finding>& findings) {
  std::ranges::sort(findings, {}, [](const Finding& finding) {
    return std::tie(finding.start_line, finding.start_column, finding.rule, finding.end_line,
                    finding.end_column, finding.secret);
  });
}

void scan_into(ScanResult& result, const Detector& detector, const gitleaks::FileName& name,
               Reading reading, Detector::Scratch& scratch) {
  Utf16Reader text([&reading](std::span<char> into) { return reading.fill(into); });
  gitleaks::FragmentReader pieces([&text](std::span<char> into) { return text.fill(into); });
  while (const auto piece = pieces.next()) {
    std::ranges::move(detector.detect(name, *piece, scratch), std::back_inserter(result.findings));
  }
  result.bytes = reading.bytes;
  result.files = pieces.is_binary() ? 0 : 1;
  result.binary = pieces.is_binary() ? 1 : 0;
  result.unmarked = text.is_unmarked() && !pieces.is_binary() ? 1 : 0;
  if (reading.error != 0) {
    result.problems.push_back(fmt::format("{}: {}", name.path, std::strerror(reading.error)));
  }
  sort_by_place(result.findings);
}

ScanResult scan_file(const Detector& detector, const ScanFile& file, Detector::Scratch& scratch) {
  ScanResult result;
  if (gitleaks::is_archive_name(file.path)) {
    result.binary = 1;
    return result;
  }
  const Descriptor descriptor(::open(file.path.c_str(), O_RDONLY | O_CLOEXEC));
  if (descriptor.get() < 0) {
    result.problems.push_back(fmt::format("{}: {}", file.path, std::strerror(errno)));
    return result;
  }
  scan_into(result, detector, {file.path, file.symlink}, {descriptor.get()}, scratch);
  return result;
}

void add(ScanResult& sum, ScanResult one) {
  std::ranges::move(one.findings, std::back_inserter(sum.findings));
  std::ranges::move(one.problems, std::back_inserter(sum.problems));
  sum.files += one.files;
  sum.binary += one.binary;
  sum.unmarked += one.unmarked;
  sum.bytes += one.bytes;
}

// The work that threads take from one list, each file as one is free.
class Crew {
 public:
  Crew(const Detector& detector, const std::vector<ScanFile>& files)
      : detector_(detector), files_(files), results_(files.size()) {}

  void work() {
    try {
      Detector::Scratch scratch(detector_.prefilter());
      for (std::size_t i = next_++; i < files_.size(); i = next_++) {
        results_[i] = scan_file(detector_, files_[i], scratch);
        bytes_ += files_[i].size;
        ++done_;
      }
    } catch (...) {
      const std::lock_guard lock(mutex_);
      failure_ = std::current_exception();
    }
    const std::lock_guard lock(mutex_);
    ++finished_;
    all_finished_.notify_one();
  }

  void wait(std::size_t threads, const std::function<void(const ScanProgress&)>& on_progress,
            std::uint64_t all_bytes) {
    std::unique_lock lock(mutex_);
    while (!all_finished_.wait_for(lock, kDrawn, [&] { return finished_ == threads; })) {
      if (on_progress) on_progress({done_, files_.size(), bytes_, all_bytes});
    }
    if (failure_) std::rethrow_exception(failure_);
  }

  std::vector<ScanResult> take() { return std::move(results_); }

 private:
  const Detector& detector_;
  const std::vector<ScanFile>& files_;
  std::vector<ScanResult> results_;
  std::atomic<std::size_t> next_ = 0, done_ = 0;
  std::atomic<std::uint64_t> bytes_ = 0;
  std::mutex mutex_;
  std::condition_variable all_finished_;
  std::size_t finished_ = 0;
  std::exception_ptr failure_;
};

}  // namespace

ScanResult scan_files(const Detector& detector, const std::vector<ScanFile>& files, unsigned jobs,
                      const std::function<void(const ScanProgress&)>& on_progress) {
  std::uint64_t all_bytes = 0;
  for (const ScanFile& file : files) all_bytes += file.size;
  Crew crew(detector, files);
  const std::size_t count = std::clamp<std::size_t>(files.size(), 1, std::max(jobs, 1U));
  {
    std::vector<std::jthread> threads;
    threads.reserve(count);
    for (std::size_t i = 0; i < count; ++i) threads.emplace_back([&crew] { crew.work(); });
    crew.wait(count, on_progress, all_bytes);
  }
  ScanResult sum;
  for (ScanResult& one : crew.take()) add(sum, std::move(one));
  return sum;
}

std::string read_ahead(int descriptor, std::size_t most) {
  std::string text(most, '\0');
  text.resize(Reading{descriptor}.fill(text));
  return text;
}

ScanResult scan_descriptor(const Detector& detector, const gitleaks::FileName& name, int descriptor,
                           std::string_view begun) {
  ScanResult result;
  Detector::Scratch scratch(detector.prefilter());
  scan_into(result, detector, name, {descriptor, begun}, scratch);
  return result;
}

}  // namespace cork::commands
