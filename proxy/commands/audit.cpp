#include "proxy/commands/audit_ls.h"
#include "proxy/commands/audit_show.h"
#include "proxy/commands/audit_tail.h"
#include "proxy/commands/command.h"

#include <CLI/CLI.hpp>

#include <memory>
#include <string>

namespace cork::commands {
namespace {

template <class Options>
void add_source(CLI::App& command, const std::shared_ptr<Options>& options) {
  command
      .add_option_function<std::string>(
          "--file", [&file = options->file](const std::string& text) { file = text; },
          "The log; by default the configuration's audit.path")
      ->type_name("FILE");
  add_config_option(command, options->config);
}

void add_show(CLI::App& group, Run& run) {
  auto options = std::make_shared<AuditShowOptions>();
  CLI::App* command = group.add_subcommand("show", "One exchange, everything the log says of it");
  command->add_option("id", options->id, "Its id, or a beginning or end that no other has")
      ->type_name("ID")
      ->required();
  add_source(*command, options);
  command->callback([options, &run] {
    run = [options](const Context& context) { return audit_show(*options, context); };
  });
}

void add_tail(CLI::App& group, Run& run) {
  auto options = std::make_shared<AuditTailOptions>();
  CLI::App* command = group.add_subcommand("tail", "The last exchanges, one line each");
  command->add_option("-n,--count", options->count, "How many (20)")
      ->type_name("N")
      ->check(CLI::Range(0, 10'000).description(""));
  command->add_flag("-f,--follow", options->follow, "Wait for more, and print each as it ends");
  add_source(*command, options);
  command->callback([options, &run] {
    run = [options](const Context& context) { return audit_tail(*options, context); };
  });
}

void add_ls(CLI::App& group, Run& run) {
  auto options = std::make_shared<AuditLsOptions>();
  CLI::App* command = group.add_subcommand("ls", "The exchanges that the filters take");
  AuditFilterText& filter = options->filter;
  const auto add = [&](const char* flag, std::string& target, const char* type, const char* what) {
    return command->add_option(flag, target, what)->type_name(type);
  };
  add("--bottle", filter.bottle, "NAME", "Of this bottle");
  add("--host", filter.host, "HOST", "To this host; *.example.com, **.example.com as in a route");
  add("--decision", filter.decision, "WORD", "allow, deny or observe")
      ->check(CLI::IsMember({"allow", "deny", "observe"}).description(""));
  add("--reason", filter.reason, "CODE", "With this reason (docs/refusals.md)");
  add("--rule", filter.rule, "ID", "With a finding of this rule");
  add("--since", filter.since, "WHEN", "Begun then or later: 2h, 7d, 2026-01-02, 2026-01-02T03:04");
  add("--until", filter.until, "WHEN", "Begun before then");
  command->add_option("--limit", options->limit, "The newest so many; all")
      ->type_name("N")
      ->check(CLI::Range(1, 1'000'000).description(""));
  command
      ->add_option_function<std::string>(
          "--format",
          [&format = options->format](const std::string& name) {
            format = name == "json" ? AuditLsOptions::Format::json : AuditLsOptions::Format::text;
          },
          "text (the default) or json, one object an exchange")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json"}).description(""));
  add_source(*command, options);
  command->footer(
      "Times are UTC. The mark before the reason: + allowed, - refused, ~ would have been.\n\n"
      "Examples:\n"
      "  cork audit ls --decision deny --since 24h\n"
      "  cork audit ls --host '**.example.com' --limit 50\n"
      "  cork audit ls --reason leak --format json | jq -r .id");
  command->callback([options, &run] {
    run = [options](const Context& context) { return audit_ls(*options, context); };
  });
}

}  // namespace

void add_audit(CLI::App& root, Run& run) {
  CLI::App* group = root.add_subcommand("audit", "Review the audit log");
  group->require_subcommand(1);
  add_ls(*group, run);
  add_show(*group, run);
  add_tail(*group, run);
  group->footer(
      "Examples:\n"
      "  cork audit ls --decision deny --since 24h\n"
      "  cork audit tail -n 50\n"
      "  cork audit tail -f\n"
      "  cork audit show 01JD3S6T9C    the id of a refusal, or the beginning of one");
}

}  // namespace cork::commands
