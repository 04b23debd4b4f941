#include "base/json_text.h"
#include "proxy/commands/report.h"

#include <fmt/format.h>

#include <iterator>

namespace cork::commands {
namespace {

// The members of one object, a line each.
class Members {
 public:
  Members(std::string& out, std::size_t indent) : out_(out), indent_(indent) {}

  void text(std::string_view name, std::string_view value) {
    begin(name);
    append_json(out_, value);
  }
  template <class Number>
  void number(std::string_view name, Number value) {
    begin(name);
    fmt::format_to(std::back_inserter(out_), "{}", value);
  }
  void texts(std::string_view name, const std::vector<std::string>& values) {
    begin(name);
    out_ += '[';
    for (const std::string& value : values) {
      if (&value != values.data()) out_ += ", ";
      append_json(out_, value);
    }
    out_ += ']';
  }

 private:
  void begin(std::string_view name) {
    out_ += first_ ? "\n" : ",\n";
    first_ = false;
    out_.append(indent_, ' ');
    append_json(out_, name);
    out_ += ": ";
  }

  std::string& out_;
  std::size_t indent_;
  bool first_ = true;
};

}  // namespace

std::string finding_json(const gitleaks::Finding& finding, std::size_t indent) {
  std::string out(indent, ' ');
  out += '{';
  Members members(out, indent + 1);
  members.text("RuleID", finding.rule);
  members.text("Description", finding.description);
  members.number("StartLine", finding.start_line);
  members.number("EndLine", finding.end_line);
  members.number("StartColumn", finding.start_column);
  members.number("EndColumn", finding.end_column);
  members.text("Match", finding.match);
  members.text("Secret", finding.secret);
  members.text("File", finding.file);
  members.text("SymlinkFile", finding.symlink);
  members.text("Commit", "");
  members.number("Entropy", finding.entropy);
  for (const char* name : {"Author", "Email", "Date", "Message"}) members.text(name, "");
  members.texts("Tags", finding.tags);
  members.text("Fingerprint", finding.fingerprint);
  out += '\n';
  out.append(indent, ' ');
  out += '}';
  return out;
}

std::string report_json(const std::vector<gitleaks::Finding>& findings) {
  if (findings.empty()) return "[]\n";
  std::string out = "[";
  for (const gitleaks::Finding& finding : findings) {
    out += &finding == findings.data() ? "\n" : ",\n";
    out += finding_json(finding, 1);
  }
  return out + "\n]\n";
}

}  // namespace cork::commands
