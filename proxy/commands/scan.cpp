#include "proxy/commands/scan.h"

#include "proxy/commands/output_file.h"
#include "proxy/commands/print.h"
#include "proxy/commands/scan_baseline.h"
#include "proxy/commands/scan_files.h"
#include "proxy/commands/scan_progress.h"
#include "proxy/commands/scan_rules.h"
#include "proxy/commands/scan_run.h"
#include "proxy/commands/settings.h"
#include "proxy/config/file.h"
#include "rules/gitleaks/document.h"
#include "rules/gitleaks/ignore_list.h"

#include <fmt/format.h>
#include <unistd.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

namespace cork::commands {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxBaseline = std::size_t{256} << 20;
constexpr std::size_t kMaxIgnoreList = std::size_t{16} << 20;
constexpr std::uint64_t kMegabyte = 1'000'000;
// Compiling for Hyperscan takes as long as searching this much without it.
constexpr std::uint64_t kWorthCompiling = 4 * kMegabyte;
constexpr mode_t kReportMode = 0600;
constexpr std::string_view kIgnoreName = ".gitleaksignore";

// What was asked not to be told.
struct Known {
  gitleaks::IgnoreList ignored;
  std::optional<Baseline> baseline;

  bool holds(const gitleaks::Finding& finding) const {
    return ignored.holds(finding) || (baseline && baseline->holds(finding));
  }
};

bool add_ignored(const fs::path& file, Known& known, const Context& context) {
  const auto text = config::read_file(file, kMaxIgnoreList);
  if (!text) {
    print_error(context, "{}", render(text.error()));
    return false;
  }
  print_error(context, "{}", gitleaks::render_warnings(known.ignored.add(*text, file.native())));
  return true;
}

// The file that is named, or those in the working directory and in each folder looked into.
bool load_ignored(const ScanOptions& options, Known& known, const Context& context) {
  std::vector<fs::path> files;
  std::error_code error;
  if (options.ignore_path && !fs::is_directory(*options.ignore_path, error)) {
    return add_ignored(*options.ignore_path, known, context);
  }
  files.push_back(options.ignore_path.value_or(".") / kIgnoreName);
  for (const std::string& path : options.paths) files.push_back(fs::path(path) / kIgnoreName);
  std::set<fs::path> read;  // a folder that is named may be the working directory
  return std::ranges::all_of(files, [&](const fs::path& file) {
    return !fs::is_regular_file(file, error) || !read.insert(fs::canonical(file, error)).second ||
           add_ignored(file, known, context);
  });
}

bool load_baseline(const ScanOptions& options, Known& known, const Context& context) {
  if (!options.baseline) return true;
  const auto text = config::read_file(*options.baseline, kMaxBaseline);
  if (!text) {
    print_error(context, "{}", render(text.error()));
    return false;
  }
  auto baseline = Baseline::parse(*text);
  if (baseline) {
    known.baseline = std::move(*baseline);
    return true;
  }
  complain(context, kUsage, options.baseline->native() + ": " + baseline.error().what,
           "give the JSON report of an earlier scan");
  return false;
}

// All that is to be looked into, and what came of it.
class Scan {
 public:
  Scan(const ScanOptions& options, const Context& context) : options_(options), context_(context) {}

  int run();

 private:
  void look(const gitleaks::Config& config, const std::string& rules_file);
  void list(const gitleaks::Detector& skipping);
  void drop_known(const Known& known);
  bool write(const std::vector<gitleaks::Rule>& rules);
  void summarise();
  void add(ScanResult more);

  const ScanOptions& options_;
  const Context& context_;
  bool standard_input_ = false;
  std::vector<ScanFile> files_;
  std::set<std::pair<std::string, std::string>> listed_;  // their places, and links to them
  ScanResult result_;
  std::size_t left_out_ = 0, git_folders_ = 0, known_ = 0;
  std::size_t ignored_files_ = 0, ignored_folders_ = 0;
  std::string rules_file_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

int Scan::run() {
  for (const std::string& path : options_.paths) {
    std::error_code error;
    if (path != "-" && !fs::exists(path, error)) {
      return complain(context_, kUsage, path + ": there is no such file or folder");
    }
  }
  auto rules = scan_rules(options_.config, options_.paths, options_.groups);
  if (!rules) {
    print_error(context_, "{}", render(rules.error()));
    return kUsage;
  }
  print_error(context_, "{}", gitleaks::render_warnings(rules->warnings));
  Known known;
  if (!load_ignored(options_, known, context_) || !load_baseline(options_, known, context_)) {
    return kUsage;
  }
  rules_file_ = rules->file;
  look(rules->config, rules->file);
  drop_known(known);
  if (!options_.show_secrets) std::ranges::for_each(result_.findings, redact);
  if (!write(rules->config.rules)) return kFailed;
  summarise();
  if (!result_.findings.empty()) return kNo;
  return result_.problems.empty() ? kYes : kFailed;
}

void Scan::look(const gitleaks::Config& config, const std::string& rules_file) {
  gitleaks::DetectorOptions how{.max_decode_depth = options_.max_decode_depth,
                                .ignore_allow_marks = options_.ignore_allow_marks,
                                .hyperscan = false,
                                .not_searched = {}};
  if (!rules_file.empty()) how.not_searched.push_back(rules_file);
  if (options_.baseline) how.not_searched.push_back(options_.baseline->lexically_normal().native());
  // Only what an allowlist skips is asked of this one, and that needs no database.
  list(gitleaks::Detector({{}, config.allowlists}, how));
  std::uint64_t bytes = 0;
  for (const ScanFile& file : files_) bytes += file.size;
  // How much comes from standard input is known when that much has been read.
  const std::string begun =
      standard_input_ ? read_ahead(STDIN_FILENO, kWorthCompiling + 1) : std::string();
  how.hyperscan = bytes + begun.size() > kWorthCompiling;
  const gitleaks::Detector detector(config, how);

  ProgressBar bar(context_.err);
  const unsigned jobs = options_.jobs > 0 ? options_.jobs : std::thread::hardware_concurrency();
  add(scan_files(detector, files_, jobs, [&bar](const ScanProgress& now) { bar.draw(now); }));
  bar.clear();
  if (standard_input_) add(scan_descriptor(detector, {}, STDIN_FILENO, begun));
}

void Scan::list(const gitleaks::Detector& skipping) {
  const FileOptions how{.gitignore = options_.gitignore,
                        .follow_symlinks = options_.follow_symlinks,
                        .max_bytes = options_.max_megabytes * kMegabyte};
  for (const std::string& path : options_.paths) {
    if (path == "-") {
      standard_input_ = true;
      continue;
    }
    FileList found = list_files(
        path, how, [&skipping](const std::string& one) { return skipping.skips_path(one); });
    for (ScanFile& file : found.files) {
      // Folders that are named may be in one another.
      std::error_code error;
      fs::path place = fs::absolute(file.path, error);
      if (error) place = file.path;
      if (listed_.emplace(place.lexically_normal().native(), file.symlink).second) {
        files_.push_back(std::move(file));
      }
    }
    std::ranges::move(found.problems, std::back_inserter(result_.problems));
    for (const std::string& warning : found.warnings) {
      print_error(context_, "cork: warning: {}\n", visible(warning));
    }
    left_out_ += found.left_out;
    git_folders_ += found.git_folders;
    ignored_files_ += found.ignored_files;
    ignored_folders_ += found.ignored_folders;
  }
}

void Scan::add(ScanResult more) {
  std::ranges::move(more.findings, std::back_inserter(result_.findings));
  std::ranges::move(more.problems, std::back_inserter(result_.problems));
  result_.files += more.files;
  result_.binary += more.binary;
  result_.unmarked += more.unmarked;
  result_.bytes += more.bytes;
}

void Scan::drop_known(const Known& known) {
  known_ = std::erase_if(result_.findings, [&known](const auto& one) { return known.holds(one); });
}

bool Scan::write(const std::vector<gitleaks::Rule>& rules) {
  const ReportFormat format = options_.format.value_or(
      options_.report_path ? report_format_of_file(options_.report_path->native())
                           : ReportFormat::text);
  const Report found{result_.findings, rules};
  if (!options_.report_path || *options_.report_path == "-") {
    print(context_, "{}", report(format, found, Painter(context_)));
    return true;
  }
  Context plain = context_;
  plain.out_is_terminal = false;
  const auto written =
      replace_file(*options_.report_path, report(format, found, Painter(plain)), kReportMode);
  if (!written) complain(context_, kFailed, written.error().what);
  return written.has_value();
}

void Scan::summarise() {
  for (const std::string& problem : result_.problems) complain(context_, kFailed, problem);
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - began_);
  std::string text =
      fmt::format("{} in {}, {}, {}", counted(result_.findings.size(), "finding", "findings"),
                  counted(result_.files, "file", "files"), rounded_size(result_.bytes),
                  duration_text(static_cast<std::uint64_t>(took.count())));
  const auto say = [&text](std::size_t count, std::string_view one, std::string_view more) {
    if (count > 0) text += "; " + counted(count, one, more);
  };
  say(known_, "known one is not told", "known ones are not told");
  say(ignored_files_, "file that git ignores left out", "files that git ignores left out");
  say(ignored_folders_, "folder that git ignores not entered",
      "folders that git ignores not entered");
  say(result_.binary, "binary file left out", "binary files left out");
  say(left_out_, "large or special file left out", "large or special files left out");
  say(git_folders_, "folder of git's own (.git) left out", "folders of git's own (.git) left out");
  say(result_.unmarked, "file that looks like UTF-16, without the mark that it is read by",
      "files that look like UTF-16, without the mark that it is read by");
  // A tree that brings rules of its own may bring ones that find nothing.
  std::error_code error;
  if (!rules_file_.empty()) {
    text += fmt::format("; the rules are those of {}", rules_file_);
  } else if (fs::exists(kRulesFile, error)) {
    text += fmt::format("; the rules are cork's own (--config {} takes the ones here)", kRulesFile);
  }
  print_error(context_, "cork scan: {}\n", visible(text));
}

void add_report_options(CLI::App& command, ScanOptions& options) {
  command
      .add_option_function<std::string>(
          "--format", [&options](const std::string& name) { options.format = report_format(name); },
          "text, json, sarif, csv or junit; by default as the report's name ends, or text")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json", "sarif", "csv", "junit"}).description(""));
  const auto file = [&command](const char* name, std::optional<fs::path>& into, const char* what) {
    command
        .add_option_function<std::string>(
            name, [&into](const std::string& text) { into = text; }, what)
        ->type_name("FILE");
  };
  file("--config", options.config, "Rules in gitleaks' TOML form, or cork's own");
  add_group_option(command, options.groups);
  file("--report-path", options.report_path, "Write the report here instead of printing it (-)");
  file("--baseline-path", options.baseline, "An earlier JSON report, whose findings are not told");
  file("--gitleaks-ignore-path", options.ignore_path,
       "A .gitleaksignore, or the folder of one (the working directory)");
  command.add_flag("--show-secrets", options.show_secrets,
                   "Secrets in full, not their first characters and length");
}

void add_search_options(CLI::App& command, ScanOptions& options) {
  command.add_option("--jobs,-j", options.jobs, "Files looked into at once (one a processor)")
      ->type_name("N")
      ->check(CLI::Range(1, 1024).description(""));
  command
      .add_option("--max-decode-depth", options.max_decode_depth,
                  "How often what is encoded is decoded and looked into again (5); 0: never")
      ->type_name("N")
      ->check(CLI::Range(0, 20).description(""));
  command
      .add_option("--max-target-megabytes", options.max_megabytes, "Leave larger files out (none)")
      ->type_name("N")
      ->check(CLI::Range(0, 1'000'000'000).description(""));
  command.add_flag_callback(
      "--no-gitignore", [&options] { options.gitignore = false; },
      "Look into what git ignores, too");
  command.add_flag("--follow-symlinks", options.follow_symlinks,
                   "Look into files that symbolic links name");
  command.add_flag("--ignore-gitleaks-allow", options.ignore_allow_marks,
                   "Let 'gitleaks:allow' in a line hide nothing");
}

}  // namespace

int scan(const ScanOptions& options, const Context& context) {
  return Scan(options, context).run();
}

void add_scan(CLI::App& root, Run& run) {
  auto options = std::make_shared<ScanOptions>();
  CLI::App* command = root.add_subcommand("scan", "Look for secrets in files");
  command->add_option("path", options->paths, "Files and folders; - is standard input")
      ->type_name("PATH")
      ->required();
  add_report_options(*command, *options);
  add_search_options(*command, *options);
  command->footer(
      "Without --config: .gitleaks.toml, where one folder is given and has one; otherwise cork's\n"
      "own rules. What git ignores is left out.\n"
      "Exit code: 0 nothing found, 3 something, 1 a file could not be read, 2 usage.\n\n"
      "Examples:\n"
      "  cork scan .\n"
      "  git diff | cork scan -\n"
      "  cork scan --config .gitleaks.toml --report-path leaks.sarif src");
  command->callback([options, &run] {
    run = [options](const Context& context) { return scan(*options, context); };
  });
}

}  // namespace cork::commands
