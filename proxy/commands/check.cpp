#include "proxy/commands/check.h"

#include "proxy/commands/print.h"
#include "proxy/commands/route_text.h"
#include "proxy/commands/terminal.h"
#include "proxy/commands/warnings.h"
#include "proxy/commands/whose_text.h"
#include "proxy/config/leak_words.h"
#include "proxy/config/print_key.h"
#include "proxy/config/rule_files.h"
#include "proxy/io/socket_address.h"
#include "proxy/session/refusal.h"
#include "proxy/session/snapshot.h"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <memory>
#include <variant>

namespace cork::commands {
namespace {

void line(const Context& context, std::string_view name, std::string_view text) {
  if (text.empty()) return;
  constexpr std::size_t text_begins = 12;
  print(context, "  {:<10}{}\n", name, wrapped(visible(text), text_begins, context.columns));
}

std::string describe(const audit::FindingNote& note) {
  const secrets::Finding& finding = note.finding;
  const std::string what =
      finding.name.empty() ? note.rule : fmt::format("{} {}", note.rule, finding.name);
  std::string text = fmt::format("{} in the {}", what, session::describe(finding.place));
  if (!finding.place.encoding.empty()) text += fmt::format(" ({})", finding.place.encoding);
  if (!finding.exception.empty()) {
    text += fmt::format(": excused: {} ({})", finding.exception, finding.owner);
  } else if (finding.redacted) {
    text += ": masked";
  } else if (!finding.blocking) {
    text += ": recorded only";
  }
  return text;
}

std::string describe(const policy::Route& route) {
  return fmt::format("{} ({}) at {}", place_text(route), passes_text(route),
                     to_string(route.where));
}

std::string verdict_of(const policy::Decision& decision, const Painter& paint) {
  if (!decision.allowed()) return paint(Colour::red, "DENIED ");
  return decision.observed ? paint(Colour::yellow, "OBSERVED") : paint(Colour::green, "ALLOWED");
}

void print(const Judgement& judgement, const config::Config& settings,
           const config::BottleConfig& chosen, const Context& context) {
  const policy::Bottle& bottle = chosen.bottle;
  const policy::Decision& decision = judgement.decision;
  const Painter paint(context);
  print(context, "{} {} {}\n", verdict_of(decision, paint), visible(judgement.method),
        visible(judgement.place));
  line(context, "bottle",
       fmt::format("{} ({})", bottle.name(),
                   bottle.mode() == policy::Mode::observe ? "observe" : "enforce"));
  if (const std::string whose = whose_text(chosen); !whose.empty()) {
    line(context, "door", fmt::format("{}, for {}", door_text(settings, chosen), whose));
  }
  line(context, "reason", policy::name_of(decision.reason));
  line(context, "why", decision.detail);
  line(context, "route", decision.route);
  line(context, "decided", to_string(decision.where));
  line(context, "change", decision.operator_can);
  if (judgement.body_bytes) {
    line(context, "body",
         fmt::format("{} of its {} bytes can be read", judgement.readable_bytes,
                     *judgement.body_bytes));
  }
  for (const audit::FindingNote& note : judgement.findings) {
    line(context, "finding", describe(note));
  }
  if (judgement.by_cork) {
    line(context, "note", "cork answers it itself: it reads GET and HEAD, and sends nothing on");
  }
  if (decision.observed) {
    line(context, "note", "the bottle only observes: it would pass, and be recorded as refused");
  }
  if (decision.allowed() && judgement.unread) {
    line(context, "note",
         "passed through unread: neither the method, the path, the headers nor the body is looked "
         "at");
  }
  if (decision.allowed() && judgement.resolves_a_name) {
    line(context, "note",
         "the name is not resolved here: private addresses are refused unless the "
         "route opens them, and cork's own listeners always");
  }
  if (decision.allowed() && judgement.comes_first) {
    line(context, "note",
         "the first credential that comes there is held on to: it passes if it is that one");
  }
  if (decision.allowed()) {
    for (const policy::Route& route : bottle.routes()) {
      if (route.where != decision.where || route.pattern.text() != decision.route) continue;
      for (const Warning& warning : warnings_of(route)) {
        line(context, label_of(warning.kind), fmt::format("{}; {}", warning.what, warning.hint));
      }
    }
  }
  for (const Diagnostic& expired : config::expired_exceptions(chosen, context.now())) {
    line(context, "warning", fmt::format("{}: {}", to_string(expired.where), expired.what));
  }
  for (const policy::Route& route : judgement.asked) {
    if (route.where != decision.where) line(context, "also here", describe(route));
  }
  for (const policy::Route& route : judgement.others) {
    if (route.where != decision.where) line(context, "not asked", describe(route));
  }
}

// Where this configuration's cork listens, on this machine.
session::Snapshot here(const config::Config& settings) {
  session::Snapshot snapshot;
  snapshot.own_addresses = io::own_addresses();
  const auto add = [&snapshot](const config::Listen& listen) {
    const auto* tcp = std::get_if<config::TcpListen>(&listen.at);
    if (tcp != nullptr) snapshot.own_listeners.push_back({tcp->address, tcp->port});
  };
  if (settings.metrics) add(*settings.metrics);
  for (const config::BottleConfig& bottle : settings.bottles) add(bottle.listen);
  return snapshot;
}

}  // namespace

int check(const CheckOptions& options, const Context& context) {
  const auto settings = load_settings_to_serve(options.config, context);
  if (!settings) return kUsage;
  const config::BottleConfig* bottle = choose_bottle(*settings, options.bottle, context);
  if (bottle == nullptr) return kUsage;
  const auto rules = config::load_rules(*settings);
  if (!rules) {
    print_error(context, "{}", render(rules.error()));
    return kUsage;
  }
  DraftRequest request = options.request;
  if (request.method.empty()) request.method = request.body_file.empty() ? "GET" : "POST";
  const auto leaks = session::LeakRules::make(bottle->leaks, **rules);
  if (!leaks) {
    print_error(context, "{}", render(leaks.error()));
    return kUsage;
  }
  const LeakContext about_leaks{
      leaks->get(), context.now(),
      config::read_print_key(settings->ca_directory).value_or(secrets::FingerprintKey{})};
  const session::Snapshot own = here(*settings);
  const auto judgement = judge(request, bottle->bottle, *rules, bottle->known, about_leaks, &own);
  if (!judgement) return complain(context, kUsage, judgement.error().what);
  print(*judgement, *settings, *bottle, context);
  return judgement->decision.allowed() ? kYes : kNo;
}

void add_check(CLI::App& root, Run& run) {
  auto options = std::make_shared<CheckOptions>();
  CLI::App* command = root.add_subcommand(
      "check", "What would happen to a request, and why, without sending anything");
  command->add_option("url", options->request.url, "Where the request would go")
      ->type_name("URL")
      ->required();
  command->add_option("--method", options->request.method, "Its method; GET, or POST with --body")
      ->type_name("METHOD");
  command->add_option("--header", options->request.headers, "A header field; may be repeated")
      ->type_name("'NAME: VALUE'")
      ->allow_extra_args(false);
  command
      ->add_option("--body", options->request.body_file,
                   "A file with its body; - is standard input")
      ->type_name("FILE");
  command
      ->add_option_function<std::string>(
          "--bottle", [&bottle = options->bottle](const std::string& name) { bottle = name; },
          "Whose policy; by default the only one's")
      ->type_name("NAME");
  add_config_option(*command, options->config);
  command->footer(
      "Exit code: 0 it would pass, 3 it would be refused.\n"
      "Names are not resolved; an address in the URL is judged.\n\n"
      "Examples:\n"
      "  cork check https://pypi.org/simple/requests/\n"
      "  cork check --method POST --header 'Content-Type: application/json' \\\n"
      "             --body request.json https://api.example.com/v1/messages");
  command->callback([options, &run] {
    run = [options](const Context& context) { return check(*options, context); };
  });
}

}  // namespace cork::commands
