#include "proxy/commands/doctor.h"

#include "certs/authority.h"
#include "certs/files.h"
#include "proxy/commands/client_tools.h"
#include "proxy/commands/env.h"
#include "proxy/commands/print.h"
#include "proxy/commands/probe.h"
#include "proxy/commands/subprocess.h"
#include "proxy/commands/terminal.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <utility>
#include <vector>

namespace cork::commands {
namespace {

constexpr std::chrono::days kSoon{30};
constexpr std::size_t kMaxBundleBytes = std::size_t{16} << 20;
constexpr std::size_t kState = 5, kName = 10;
constexpr std::string_view kElsewhere = "`cork env`, where cork runs, prints what sets it";
constexpr std::string_view kEval = "eval \"$(cork env)\" sets it";
// What a tunnel is asked for where no route names a host; nothing is sent to it.
constexpr std::string_view kAnyHost = "example.com";

// What sets the credentials of a bottle that asks for some.
std::string env_of(const config::BottleConfig* bottle) {
  return fmt::format("eval \"$(cork env --bottle {})\" sets its credentials",
                     bottle != nullptr ? bottle->bottle.name() : "NAME");
}

class Doctor {
 public:
  Doctor(const config::Config* settings, const config::BottleConfig* bottle, const Context& context)
      : settings_(settings), bottle_(bottle), context_(context), paint_(context) {}

  int examine() {
    if (settings_ != nullptr) {
      look_at_ca();
    } else {
      report({Health::doubtful, "config",
              "there is none here, so the environment alone is looked at; if cork is to run here, "
              "`cork run` writes one",
              ""});
    }
    look_at_variables();
    look_at_door();
    look_at_tools();
    print(
        context_, "{}\n",
        wrong_ == 0 ? "Nothing is wrong." : fmt::format("{} of {} checks failed.", wrong_, count_));
    return wrong_ == 0 ? kYes : kNo;
  }

 private:
  // Where there is no configuration, `cork env` has nothing to print.
  [[nodiscard]] std::string_view eval_hint() const noexcept {
    return settings_ != nullptr ? kEval : kElsewhere;
  }

  void report(const Check& check) {
    constexpr std::array<std::string_view, 3> words{"ok", "?", "wrong"};
    constexpr std::array<Colour, 3> colours{Colour::green, Colour::yellow, Colour::red};
    const auto health = static_cast<std::size_t>(check.health);
    const std::string text =
        check.fix.empty() ? check.text : fmt::format("{}; {}", check.text, check.fix);
    print(context_, "{}  {}  {}\n", paint_(colours[health], padded(words[health], kState)),
          padded(check.name, kName),
          wrapped(visible(text), kState + 2 + kName + 2, context_.columns));
    ++count_;
    if (check.health == Health::bad) ++wrong_;
  }

  void look_at_ca() {
    const auto file = settings_->ca_directory / "ca.cert.pem";
    const auto authority = certs::Authority::load(settings_->ca_directory, context_.now());
    if (!authority) {
      std::error_code ignored;
      const bool there = std::filesystem::exists(file, ignored);
      return report({Health::bad, "CA", authority.error().what,
                     there ? "" : "`cork ca init` makes one, and so does the first `cork run`"});
    }
    ca_pem_ = authority->certificate_pem();
    const auto left =
        std::chrono::floor<std::chrono::days>(authority->not_after() - context_.now());
    const std::string text = fmt::format("{}, valid for {} days", file.native(), left.count());
    if (left < kSoon) {
      return report(
          {Health::doubtful, "CA", text,
           "move the folder away and run `cork ca init`: every client needs the new one"});
    }
    report({Health::good, "CA", text, {}});
  }

  void look_at_variables() {
    const auto upper = context_.environment("HTTPS_PROXY").value_or("");
    const auto lower = context_.environment("https_proxy").value_or("");
    const std::string& one = lower.empty() ? upper : lower;
    if (one.empty())
      return report({Health::bad, "proxy", "HTTPS_PROXY is not set", std::string(eval_hint())});
    if (!upper.empty() && !lower.empty() && upper != lower) {
      report({Health::bad, "proxy",
              "HTTPS_PROXY and https_proxy differ: clients disagree on which counts",
              "set both to the same"});
    }
    auto proxy = parse_proxy(one);
    if (!proxy) return report({Health::bad, "proxy", proxy.error().what, std::string(eval_hint())});
    if (proxy->scheme != "http") {
      return report({Health::bad, "proxy",
                     fmt::format("HTTPS_PROXY begins with {}://", proxy->scheme),
                     "write http://: what clients speak to the proxy itself is clear text"});
    }
    proxy_ = *std::move(proxy);
    report({Health::good,
            "proxy",
            fmt::format("HTTPS_PROXY is {}", proxy_->endpoint.to_string()),
            {}});
    const auto exempt =
        first_set(std::array<std::string_view, 2>{"NO_PROXY", "no_proxy"}, context_.environment);
    if (exempt && exempt->value.contains('*')) {
      report({Health::bad, "exempt", fmt::format("{} has a *: clients pass cork by", exempt->name),
              "name single hosts, as in localhost,127.0.0.1,::1"});
    }
  }

  // The proxy that the variables name, else the bottle's own door.
  void look_at_door() {
    if (!proxy_ && bottle_ != nullptr) {
      const auto door = proxy_of(bottle_->listen);
      if (!door) return report({Health::doubtful, "door", door.error().what, {}});
      const auto address = with_credentials_of(*bottle_, *door, context_);
      if (!address) return report({Health::bad, "door", address.error().what, {}});
      if (auto parsed = parse_proxy(*address)) proxy_ = *std::move(parsed);
    }
    if (!proxy_) return;
    const std::string place = proxy_->endpoint.to_string();
    auto leaf = presented_certificate(*proxy_, host_);
    if (!leaf) {
      const bool unknown =
          leaf.error().what.contains(policy::name_of(policy::Reason::unknown_client));
      return report({Health::bad, "door", fmt::format("{}: {}", place, leaf.error().what),
                     unknown ? fmt::format("it knows no bottle of this client: {}, or `clients` "
                                           "leaves its address out",
                                           env_of(bottle_))
                             : "is `cork run` running, and is this its address?"});
    }
    leaf_ = *std::move(leaf);
    if (ca_pem_.empty()) return report({Health::good, "door", place + " answers", {}});
    const auto file = settings_->ca_directory / "ca.cert.pem";
    const std::string why = distrust(leaf_.get(), file, host_);
    report({why.empty() ? Health::good : Health::bad, "door",
            why.empty()
                ? fmt::format("{} answers, with a certificate of this CA", place)
                : fmt::format("{} shows a certificate that is not of this CA: {}", place, why),
            why.empty() ? "" : "another cork runs there, or one that was started with another CA"});
  }

  // "" where a client with that file as its roots takes what the door shows; where the door shows
  // nothing, where it is a bundle that could hold the CA.
  std::string trusts(const std::string& file) {
    const auto known = verdicts_.find(file);
    if (known != verdicts_.end()) return known->second;
    std::string& why = verdicts_[file];
    const auto text = certs::read_file(file, kMaxBundleBytes);
    if (!text) {
      why = text.error().what;
    } else if (leaf_) {
      why = distrust(leaf_.get(), file, host_);
    } else if (!text->contains("-----BEGIN CERTIFICATE-----")) {
      why = "holds no certificate";
    } else if (!ca_pem_.empty() && !text->contains(ca_pem_)) {
      why = "does not hold this CA";
    }
    return why;
  }

  void look_at_tools() {
    const std::string expected =
        proxy_ ? fmt::format("http://{}", proxy_->endpoint.to_string()) : "";
    std::vector<std::string_view> absent;
    for (const ClientTool& tool : client_tools()) {
      const auto program = find_program(std::string(tool.program), context_.environment);
      if (!program) {
        absent.push_back(tool.name);
        continue;
      }
      report(check_tool(tool, {context_.environment, ask(tool, *program), expected,
                               [this](const std::string& file) { return trusts(file); }}));
    }
    if (!absent.empty()) {
      print(context_, "{}\n",
            wrapped(fmt::format("Not installed here: {}.", fmt::join(absent, ", ")), 0,
                    context_.columns));
    }
  }

  Answers ask(const ClientTool& tool, const std::filesystem::path& program) const {
    Answers answers;
    const auto say = [&](const std::vector<std::string>& arguments) {
      return ask_program(program, arguments, context_.environment).value_or("");
    };
    if (tool.name == "node") answers.node_version = say({"--version"});
    if (tool.name == "git") {
      answers.git_proxy = say({"config", "--get", "http.proxy"});
      answers.git_ca_file = say({"config", "--get", "http.sslCAInfo"});
      answers.git_verify = say({"config", "--type=bool", "--get", "http.sslVerify"});
    }
    return answers;
  }

  static Host a_host_of(const config::BottleConfig* bottle) {
    if (bottle != nullptr) {
      for (const policy::Route& route : bottle->bottle.routes()) {
        const auto host = Host::parse(route.pattern.text());
        if (host && host->is_name() && route.scheme == Scheme::https && route.port == 443) {
          return *host;
        }
      }
    }
    return *Host::parse(kAnyHost);
  }

  const config::Config* settings_;
  const config::BottleConfig* bottle_;
  const Context& context_;
  Painter paint_;
  Host host_ = a_host_of(bottle_);
  std::optional<ProxyAddress> proxy_;
  std::string ca_pem_;
  certs::X509Ptr leaf_;
  std::map<std::string, std::string> verdicts_;
  int count_ = 0, wrong_ = 0;
};

}  // namespace

int doctor(const DoctorOptions& options, const Context& context) {
  std::optional<config::Config> settings;
  const config::BottleConfig* bottle = nullptr;
  if (options.config || config::find(std::nullopt, context.environment)) {
    settings = load_settings(options.config, context, kNoCredentials);
    if (!settings) return kUsage;
    bottle = choose_bottle(*settings, options.bottle, context);
    if (bottle == nullptr) return kUsage;
  }
  return Doctor(settings ? &*settings : nullptr, bottle, context).examine();
}

void add_doctor(CLI::App& root, Run& run) {
  auto options = std::make_shared<DoctorOptions>();
  CLI::App* command = root.add_subcommand(
      "doctor", "Will every client program here use the proxy, and trust its CA?");
  command
      ->add_option_function<std::string>(
          "--bottle", [&bottle = options->bottle](const std::string& name) { bottle = name; },
          "Whose door; by default the only one's")
      ->type_name("NAME");
  add_config_option(*command, options->config);
  command->footer(
      "Looks at the CA, the environment's variables, the proxy (a handshake, and no request) and\n"
      "each program that PATH finds. Without a configuration, as in a container, at the "
      "environment\n"
      "alone. Exit code: 0 nothing is wrong, 3 something is.\n\n"
      "Examples:\n"
      "  eval \"$(cork env)\"; cork doctor");
  command->callback([options, &run] {
    run = [options](const Context& context) { return doctor(*options, context); };
  });
}

}  // namespace cork::commands
