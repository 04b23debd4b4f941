#include "proxy/commands/judge.h"

#include "base/ascii.h"
#include "base/internal_host.h"
#include "base/limits.h"
#include "proxy/audit/mask.h"
#include "proxy/commands/draft_body.h"
#include "proxy/http/framing.h"
#include "proxy/http/head.h"
#include "proxy/session/body_judge.h"
#include "proxy/session/credential_check.h"
#include "proxy/session/gate.h"
#include "proxy/session/leak_refusal.h"
#include "proxy/session/own_place.h"
#include "proxy/session/request_rules.h"
#include "rules/secrets/body_scanner.h"
#include "rules/secrets/head_scanner.h"
#include "rules/secrets/known_finding.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <istream>
#include <span>
#include <string_view>
#include <utility>

namespace cork::commands {
namespace {

using policy::Decision;
using policy::Reason;
using secrets::Verdict;
using session::denied;

struct Url {
  Scheme scheme = Scheme::https;
  std::string authority;  // as spelled
  std::string target;     // path and query
};

// What stands before '@' is no host, and may be a password: it is judged, and not shown. One with a
// '/' in it ends the authority, and stands where a port would.
std::string shown(std::string_view authority, Scheme scheme) {
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
    return fmt::format("***{}", authority.substr(at));
  }
  const std::size_t colon = authority.rfind(':');
  if (colon == std::string_view::npos || Endpoint::parse_authority(authority, default_port(scheme)))
    return std::string(authority);
  // What is wrong with a port is seen by it, and five digits alone are shown of any.
  constexpr std::size_t most_digits = 5;
  const std::string_view port = authority.substr(colon + 1);
  if (authority.find(':') == colon && port.size() <= most_digits &&
      std::ranges::all_of(port, is_digit)) {
    return std::string(authority);
  }
  return fmt::format("{}:***", authority.substr(0, authority.find(':')));
}

Result<Url> split(std::string_view text) {
  Url url;
  if (const std::size_t mark = text.find("://"); mark != std::string_view::npos) {
    const std::string scheme = to_lower(text.substr(0, mark));
    if (scheme != "http" && scheme != "https") {
      return fail(
          fmt::format("'{}' is not a scheme cork speaks: write an http or https URL", scheme));
    }
    if (scheme == "http") url.scheme = Scheme::http;
    text.remove_prefix(mark + 3);
  }
  text = text.substr(0, text.find('#'));  // no client sends a fragment
  const std::size_t end = std::min(text.find_first_of("/?"), text.size());
  url.authority = text.substr(0, end);
  url.target = text.substr(end);
  if (!url.target.starts_with('/')) url.target.insert(0, "/");
  return url;
}

// Whether it could stand in a head at all; what it says is the parser's affair.
Result<void> check_header(std::string_view header) {
  constexpr std::string_view breaks("\r\n\0", 3);
  if (header.find_first_of(breaks) != std::string_view::npos) {
    return fail("a --header is one line");
  }
  if (!is_token(header.substr(0, header.find(':'))) || header.find(':') == std::string_view::npos) {
    return fail("write a --header as 'Name: value'");
  }
  return {};
}

bool has_header(const DraftRequest& draft, std::string_view name) {
  return std::ranges::any_of(draft.headers, [&](std::string_view header) {
    return equals_ignoring_case(header.substr(0, header.find(':')), name);
  });
}

// The head as a client would send it: inside the tunnel for https, in absolute-form for http.
// `body`: nullptr for none.
Result<std::string> head_text(const DraftRequest& draft, const Url& url, DraftBody* body) {
  std::string head = fmt::format("{} {}{} HTTP/1.1\r\nHost: {}\r\n", draft.method,
                                 url.scheme == Scheme::http ? "http://" + url.authority : "",
                                 url.target, url.authority);
  for (const std::string& header : draft.headers) {
    if (auto checked = check_header(header); !checked) return fail(checked.error().what);
    head += header + "\r\n";
  }
  const bool says_length =
      has_header(draft, "content-length") || has_header(draft, "transfer-encoding");
  if (body != nullptr && !says_length) {
    head += fmt::format("Content-Length: {}\r\n", body->size());
  }
  if (body != nullptr && !has_header(draft, "content-type") && body->begins_form()) {
    head += "Content-Type: application/x-www-form-urlencoded\r\n";
  }
  return head + "\r\n";
}

class Judge {
 public:
  Judge(const policy::Bottle& bottle, const std::shared_ptr<const secrets::Ruleset>& rules,
        const std::shared_ptr<const known::KnownValues>& known, const LeakContext& leaks,
        const session::Snapshot* here)
      : bottle_(bottle),
        rules_(rules),
        known_(known),
        leaks_(leaks),
        here_(here),
        scratch_(*rules) {}

  Result<Judgement> judge(const DraftRequest& draft) {
    auto url = split(draft.url);
    if (!url) return fail(url.error().what);
    std::optional<DraftBody> body;
    if (!draft.body_file.empty()) {
      auto opened = DraftBody::open(draft.body_file, STDIN_FILENO);
      if (!opened) return fail(opened.error().what);
      body.emplace(*std::move(opened));
    }
    auto head = head_text(draft, *url, body ? &*body : nullptr);
    if (!head) return fail(head.error().what);
    judgement_.method = draft.method;
    judgement_.place =
        fmt::format("{}://{}", name_of(url->scheme), shown(url->authority, url->scheme));
    if (auto no = judge_head(*url, *head)) return finish(std::move(*no));
    if (!body) return passed();
    auto judged = judge_body(body->stream(), draft.body_file);
    if (!judged) return fail(judged.error().what);
    if (std::optional<Decision> no = *std::move(judged)) return finish(std::move(*no));
    return passed();
  }

 private:
  Judgement passed() {
    auto seen = session::observed_leak(*rules_, judgement_.decision, judgement_.findings, actions_,
                                       bottle_.in_file());
    if (seen) judgement_.decision = *std::move(seen);
    return std::move(judgement_);
  }
  // In the order of the proxy: the authority as spelled, the head's form, policy, the head's
  // secrets.
  std::optional<Decision> judge_head(const Url& url, const std::string& head) {
    if (auto no = scan_authority(url)) return no;
    auto endpoint = Endpoint::parse_authority(url.authority, default_port(url.scheme));
    if (!endpoint) return denied(Reason::bad_request, endpoint.error().what + ".");
    list_others(*endpoint, url.scheme);
    if (url.scheme == Scheme::https && bottle_.passes_through(*endpoint) != nullptr) {
      if (auto own = judge_own(*endpoint)) return own;
      return judge_tunnel(*endpoint);
    }
    const auto parsed = http::parse_request(head, HttpLimits{});
    if (!parsed) {
      const bool large = parsed.error().kind == http::ParseError::Kind::too_large;
      return denied(large ? Reason::too_large : Reason::bad_request, parsed.error().what + ".");
    }
    parsed_ = *parsed;
    const auto framing = http::request_framing(parsed_);
    if (!framing) return denied(Reason::bad_request, framing.error().what + ".");
    auto request =
        session::make_request(parsed_, url.scheme == Scheme::https ? &*endpoint : nullptr);
    if (!request) return denied(Reason::bad_request, request.error().what);
    request_.emplace(std::move(*request));
    actions_ = session::actions_for(bottle_, *request_, leaks_.rules, leaks_.now);
    judgement_.place += audit::mask_segments(request_->target.path());
    if (is_internal(request_->authority.host)) {
      judgement_.by_cork = true;
      judgement_.decision.reason = Reason::allowed;
      return std::nullopt;
    }
    if (find_field(parsed_.fields, "upgrade") != nullptr) {
      return denied(Reason::upgrade_not_allowed, "cork does not forward protocol upgrades.");
    }
    if (auto expects = session::expects_continue(parsed_); !expects) {
      return denied(Reason::bad_request, expects.error().what);
    }
    if (session::repeats_content_type(parsed_.fields)) {
      return denied(Reason::bad_request, "the request names its Content-Type more than once.");
    }
    if (auto own = judge_own(request_->authority)) return own;
    judgement_.resolves_a_name = request_->authority.host.is_name();
    judgement_.decision = bottle_.decide_request(*request_);
    if (!judgement_.decision.allowed()) return judgement_.decision;
    const session::CredentialCheck credentials(bottle_, *request_, ScanLimits{}, {});
    if (auto no = credentials.judge(nullptr)) return no;
    judgement_.comes_first = credentials.would_be_first();
    return scan_head(*request_, credentials.at_home());
  }

  // RFC 6761, section 6.3: of this one name everybody knows the addresses.
  std::optional<Decision> judge_own(const Endpoint& endpoint) const {
    if (here_ == nullptr) return std::nullopt;
    if (endpoint.host.text() != "localhost") return session::decide_own(*here_, endpoint);
    for (const char* loopback : {"127.0.0.1", "::1"}) {
      const auto address = IpAddress::parse(loopback);
      if (auto own = session::decide_own(*here_, *address, endpoint.port)) return own;
    }
    return std::nullopt;
  }

  // Of what is passed through unread there is no more to judge.
  std::optional<Decision> judge_tunnel(const Endpoint& endpoint) {
    judgement_.unread = true;
    judgement_.resolves_a_name = endpoint.host.is_name();
    judgement_.decision = bottle_.decide_connect(endpoint, Scheme::https);
    if (judgement_.decision.allowed()) return std::nullopt;
    return judgement_.decision;
  }

  std::optional<Decision> scan_authority(const Url& url) {
    const auto report =
        secrets::scan_authority(*rules_, url.authority, ScanLimits{}, {}, scratch_, known_.get());
    record(report.findings);
    if (report.verdict == Verdict::clean) return std::nullopt;
    judgement_.place = "a host that is not repeated here";
    if (report.verdict == Verdict::leak) return leak(report.findings);
    return denied(Reason::scan_limit, "the host name cannot be inspected.");
  }

  std::optional<Decision> scan_head(const RequestHead& request,
                                    std::span<const secrets::AtHome> home) {
    const auto report = secrets::scan_head(*rules_, request, ScanLimits{}, leaks_.key, scratch_,
                                           home, known_.get(), actions_);
    record(report.findings);
    if (report.verdict == Verdict::clean) return std::nullopt;
    if (report.verdict == Verdict::leak) return leak(report.findings);
    return denied(Reason::scan_limit, fmt::format("the request's head {}.", report.problem));
  }

  Result<std::optional<Decision>> judge_body(std::istream& stream, const std::string& name) {
    if (!request_ || judgement_.by_cork) return std::nullopt;
    using session::Gate;
    const bool readable = session::refuses_opaque(bottle_, *request_);
    const bool canaries = known_ && known_->has_canary();
    Gate gate(secrets::BodyScanner({.rules = rules_,
                                    .part = secrets::Part::body,
                                    .hints = session::content_hints(request_->fields),
                                    .limits = ScanLimits{},
                                    .key = leaks_.key,
                                    .known = known_,
                                    .actions = actions_,
                                    .refuse_opaque = readable}),
              actions_.stop() || canaries || readable ? Gate::Mode::hold : Gate::Mode::record,
              SessionLimits{}.gate_bytes);
    session::BodyJudge rule(bottle_, *request_, ScanLimits{});
    std::array<char, 16'384> buffer;
    while (gate.verdict() == Verdict::clean &&
           (stream.read(buffer.data(), buffer.size()) || stream.gcount() > 0)) {
      const Bytes bytes = as_bytes({buffer.data(), static_cast<std::size_t>(stream.gcount())});
      if (auto no = objects(rule.feed(bytes))) return no;
      gate.push(bytes, scratch_);
      while (gate.busy()) gate.resume(scratch_);
      gate.consumed(gate.ready().size());
    }
    if (stream.bad()) return fail(fmt::format("{}: cannot be read", name));
    if (auto no = objects(rule.finish())) return no;
    if (gate.verdict() == Verdict::clean) gate.finish(scratch_);
    while (gate.busy()) gate.resume(scratch_);
    record(gate.scanner().findings());
    judgement_.body_bytes = gate.scanner().work().wire_bytes;
    judgement_.readable_bytes = session::readable_bytes(gate.scanner());
    if (gate.verdict() == Verdict::clean) return std::nullopt;
    if (gate.verdict() == Verdict::leak) return leak(gate.scanner().findings());
    return session::unscannable_decision(gate.scanner(), bottle_.in_file());
  }

  Decision leak(std::span<const secrets::Finding> findings) const {
    Decision no = session::leak_decision(*rules_, findings, actions_, bottle_.in_file());
    // No record has it, and who asks here may read the configuration.
    if (secrets::has_canary(findings)) {
      no.operator_can = "nothing lets a canary leave";
    } else if (secrets::blocks_known(findings)) {
      no.operator_can = known_advice(findings);
    }
    return no;
  }

  // Of a known value. For one in a host's name nothing helps: that is judged before any route is.
  std::string known_advice(std::span<const secrets::Finding> findings) const {
    const auto stands_in = [&](secrets::Part part) {
      return std::ranges::any_of(findings, [&](const secrets::Finding& finding) {
        return finding.kind == secrets::Kind::known_value && finding.blocking &&
               finding.place.part == part;
      });
    };
    using secrets::Part;
    if (stands_in(Part::authority)) return {};
    const bool elsewhere = std::ranges::any_of(
        std::array{Part::method, Part::path, Part::query, Part::body, Part::message, Part::trailer},
        stands_in);
    if (!elsewhere) {
      return "if it may go there, add the host to `for` of the secret that the finding names, and "
             "the field to its `in`";
    }
    const bool maskable = stands_in(Part::body) && actions_.of_known() == secrets::Action::block;
    return fmt::format(
        "`for` and `in` let it pass in header fields alone: send it in one, or set "
        "{}`on_leak: warn` on the route",
        maskable ? "`on_leak: redact`, which masks it, or " : "");
  }

  // What only observes is kept as the judgement, and does not end it.
  std::optional<Decision> objects(std::optional<Decision> no) {
    if (!no || !no->allowed()) return no;
    judgement_.decision = *std::move(no);
    return std::nullopt;
  }

  void record(std::span<const secrets::Finding> findings) {
    std::ranges::move(audit::note(*rules_, findings), std::back_inserter(judgement_.findings));
  }

  void list_others(const Endpoint& endpoint, Scheme scheme) {
    const auto deciding = bottle_.match(endpoint, scheme);
    for (const policy::Route* route : deciding) judgement_.asked.push_back(*route);
    for (const policy::Route& route : bottle_.routes()) {
      const bool decides = std::ranges::find(deciding, &route) != deciding.end();
      // Where none decides, one for another port says why.
      const bool elsewhere = route.port != endpoint.port || route.scheme != scheme;
      if (decides || (elsewhere && !deciding.empty())) continue;
      if (route.pattern.matches(endpoint.host)) judgement_.others.push_back(route);
    }
  }

  Judgement finish(Decision no) {
    // What refuses later than the policy did not choose the route, but was met on it.
    if (no.route.empty()) no.route = judgement_.decision.route;
    if (no.where.file.empty()) no.where = judgement_.decision.where;
    judgement_.decision = std::move(no);
    return std::move(judgement_);
  }

  const policy::Bottle& bottle_;
  const std::shared_ptr<const secrets::Ruleset>& rules_;
  const std::shared_ptr<const known::KnownValues>& known_;
  const LeakContext& leaks_;
  const session::Snapshot* here_;
  secrets::Actions actions_;
  secrets::WorkerScratch scratch_;
  http::RequestLineAndFields parsed_;
  std::optional<RequestHead> request_;
  Judgement judgement_;
};

}  // namespace

Result<Judgement> judge(const DraftRequest& draft, const policy::Bottle& bottle,
                        const std::shared_ptr<const secrets::Ruleset>& rules,
                        const std::shared_ptr<const known::KnownValues>& known,
                        const LeakContext& leaks, const session::Snapshot* here) {
  return Judge(bottle, rules, known, leaks, here).judge(draft);
}

}  // namespace cork::commands
