#include "proxy/session/refusal.h"

#include "proxy/http/head.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace cork::session {
namespace {

using policy::Reason;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

audit::Record refused(Reason reason, std::string detail = "no route names it.") {
  audit::Record record;
  record.id = "01ARYZ6S410000000000000000";
  record.bottle = "dev";
  record.decision.reason = reason;
  record.decision.detail = std::move(detail);
  record.decision.operator_can = "add '- example.com' under bottles.dev.allow";
  return record;
}

struct Response {
  explicit Response(std::string text) : bytes(std::move(text)) {
    const auto end = http::find_head_end(bytes, 0);
    auto parsed = http::parse_response(std::string_view(bytes).substr(0, end), HttpLimits{});
    EXPECT_TRUE(parsed) << bytes;
    if (parsed) head = std::move(*parsed);
    body = std::string_view(bytes).substr(end);
  }
  [[nodiscard]] std::string_view field(std::string_view name) const {
    const Field* found = find_field(head.fields, name);
    return found == nullptr ? std::string_view() : found->value;
  }
  std::string bytes;
  http::StatusLineAndFields head;
  std::string_view body;
};

TEST(Refusal, SaysTheSameInReasonPhraseFieldAndBody) {
  const auto record = refused(Reason::host_not_allowed);
  const Response response(render_refusal(record, {}));
  EXPECT_EQ(response.head.status, 403);
  EXPECT_EQ(response.head.reason, "Refused by cork: host_not_allowed id=" + record.id);
  EXPECT_EQ(response.field("cork-decision"), "deny; reason=host_not_allowed; id=" + record.id);
  EXPECT_EQ(response.field("content-type"), "application/problem+json");
  EXPECT_EQ(response.field("cache-control"), "no-store");
  EXPECT_EQ(response.field("content-length"), std::to_string(response.body.size()));
  EXPECT_EQ(response.field("connection"), "");
  EXPECT_EQ(response.body, problem_json(record));
}

TEST(Refusal, SaysCloseWhereTheConnectionEnds) {
  const Response response(render_refusal(refused(Reason::bad_request), {.close = true}));
  EXPECT_EQ(response.field("connection"), "close");
  EXPECT_EQ(response.head.status, 400);
}

TEST(Refusal, AsksForCredentialsOnAConnectionThatStays) {
  auto record = refused(Reason::unknown_client);
  record.status = 407;
  const std::string kept = render_refusal(record, {});
  const Response response(kept);
  EXPECT_EQ(response.head.status, 407);
  EXPECT_EQ(response.field("proxy-authenticate"), "Basic realm=\"cork\"");
  EXPECT_EQ(response.field("connection"), "keep-alive");
  EXPECT_EQ(response.field("content-type"), "application/problem+json");
  EXPECT_THAT(std::string(response.body), HasSubstr("\"status\": 407"));
  EXPECT_THAT(std::string(response.body), HasSubstr("credentials included"));
  const Response closing(render_refusal(record, {.close = true}));
  EXPECT_EQ(closing.field("connection"), "close");
  EXPECT_EQ(closing.field("proxy-authenticate"), "Basic realm=\"cork\"");
}

TEST(Refusal, AsksForCredentialsWith407Alone) {
  auto record = refused(Reason::unknown_client);
  for (const int status : {0, 400, 403, 503}) {
    record.status = status;
    EXPECT_EQ(Response(render_refusal(record, {})).field("proxy-authenticate"), "") << status;
  }
}

TEST(Refusal, ACrowdedListenerIsNoBottles) {
  EXPECT_THAT(render_crowded(""), HasSubstr("this listener has as many connections open"));
  EXPECT_THAT(render_crowded("dev"), HasSubstr("bottle 'dev' has as many connections open"));
}

TEST(Refusal, AHeadRequestGetsNoBody) {
  const auto record = refused(Reason::host_not_allowed);
  const Response response(render_refusal(record, {.head_only = true}));
  EXPECT_EQ(response.body, "");
  EXPECT_EQ(response.field("content-length"), std::to_string(problem_json(record).size()));
}

TEST(Refusal, IsTextWhereNothingElseIsShown) {
  const Response response(
      render_refusal(refused(Reason::git_not_allowed), {.form = RefusalForm::text}));
  EXPECT_EQ(response.field("content-type"), "text/plain; charset=utf-8");
  EXPECT_THAT(std::string(response.body), HasSubstr("403 Forbidden: no route names it."));
  EXPECT_THAT(std::string(response.body), HasSubstr("reason: git_not_allowed"));
  EXPECT_THAT(std::string(response.body), HasSubstr("the operator can: add '- example.com'"));
  EXPECT_EQ(response.field("content-length"), std::to_string(response.body.size()));
}

TEST(Refusal, HasTheMessageThatGitLfsShows) {
  const Response response(
      render_refusal(refused(Reason::git_not_allowed), {.form = RefusalForm::lfs}));
  EXPECT_EQ(response.field("content-type"), "application/vnd.git-lfs+json");
  const auto error = boost::json::parse(response.body);
  EXPECT_EQ(error.at("message").as_string(),
            "no route names it. (reason: git_not_allowed, id: 01ARYZ6S410000000000000000)");
  EXPECT_EQ(error.at("reason").as_string(), "git_not_allowed");
}

TEST(ProblemJson, IsTheDocumentOfRfc9457) {
  const auto problem = boost::json::parse(problem_json(refused(Reason::host_not_allowed)));
  EXPECT_EQ(problem.at("type").as_string(), "about:blank");
  EXPECT_EQ(problem.at("status").as_int64(), 403);
  EXPECT_EQ(problem.at("title").as_string(), "Refused by cork");
  EXPECT_EQ(problem.at("detail").as_string(), "no route names it.");
  EXPECT_EQ(problem.at("reason").as_string(), "host_not_allowed");
  EXPECT_EQ(problem.at("id").as_string(), "01ARYZ6S410000000000000000");
  EXPECT_EQ(problem.at("operator_can").as_string(), "add '- example.com' under bottles.dev.allow");
  EXPECT_FALSE(problem.as_object().contains("where"));
}

TEST(ProblemJson, IsJsonForEveryReasonAndSaysWhatTheAgentCanDo) {
  for (const Reason reason : policy::all_refusals()) {
    const auto problem = boost::json::parse(problem_json(refused(reason)));
    EXPECT_EQ(problem.at("reason").as_string(), policy::name_of(reason));
    EXPECT_EQ(problem.at("status").as_int64(), policy::status_of(reason));
    EXPECT_FALSE(problem.at("agent_can").as_string().empty());
    const Response response(render_refusal(refused(reason), {.form = RefusalForm::text}));
    EXPECT_EQ(response.head.status, policy::status_of(reason));
  }
}

TEST(ProblemJson, IsOneLineWhateverTheDetailHolds) {
  const auto text = problem_json(refused(Reason::bad_request, "a \"quoted\"\r\nSet-Cookie: x\x01"));
  EXPECT_EQ(text.find('\n'), text.size() - 1);
  EXPECT_EQ(boost::json::parse(text).at("detail").as_string(), "a \"quoted\"\r\nSet-Cookie: x\x01");
}

TEST(ProblemJson, TellsAnAgentWhereItCanReadWhatIsAllowed) {
  EXPECT_EQ(boost::json::parse(problem_json(refused(Reason::host_not_allowed))).at("agent_can"),
            "use an allowed host (GET http://cork.internal/routes lists them) or ask the operator");
}

TEST(Refusal, WithoutARecordShowsNoId) {
  auto record = refused(Reason::host_not_allowed);
  record.id.clear();
  for (const auto form : {RefusalForm::problem, RefusalForm::text, RefusalForm::lfs}) {
    const std::string text = render_refusal(record, {.form = form});
    for (const char* mark : {"id=", "id:", "\"id\""}) EXPECT_THAT(text, Not(HasSubstr(mark)));
  }
}

TEST(ProblemJson, NamesThePlaceOfTheFindingThatBlocks) {
  auto record = refused(Reason::leak);
  record.findings.resize(2);
  record.findings[0].finding.blocking = false;
  record.findings[0].finding.place.pointer = "/first";
  record.findings[1].finding.place.pointer = "/second";
  const auto problem = boost::json::parse(problem_json(record));
  EXPECT_EQ(problem.at("where").as_string(), "body /second");
}

TEST(ProblemJson, NamesNoPlaceForWhatIsNoLeak) {
  auto record = refused(Reason::host_not_allowed);
  record.findings.resize(1);
  EXPECT_FALSE(boost::json::parse(problem_json(record)).as_object().contains("where"));
}

TEST(Refusal, HoldsNothingOfTheRequest) {
  auto record = refused(Reason::leak);
  record.path = "/some/path";
  record.host = "host.example.com";
  record.method = "PATCH";
  record.client = "127.0.0.1:5312";
  for (const auto form : {RefusalForm::problem, RefusalForm::text, RefusalForm::lfs}) {
    const std::string text = render_refusal(record, {.form = form});
    for (const auto& part : {record.path, record.host, record.method, record.client}) {
      EXPECT_THAT(text, Not(HasSubstr(part)));
    }
  }
}

TEST(FormFor, IsWhatTheUserAgentShows) {
  const auto form = [](std::string_view agent) {
    const std::vector<Field> fields{{"Accept", "*/*"}, {"User-Agent", agent}};
    return form_for(fields);
  };
  EXPECT_EQ(form("git/2.39.5"), RefusalForm::text);
  EXPECT_EQ(form("git-lfs/3.3.0 (GitHub; linux amd64; go 1.19.8)"), RefusalForm::lfs);
  EXPECT_EQ(form("curl/7.88.1"), RefusalForm::problem);
  EXPECT_EQ(form("Mozilla/5.0 git/2"), RefusalForm::problem);
  EXPECT_EQ(form_for({}), RefusalForm::problem);
}

TEST(Describe, SaysWhereAFindingIs) {
  using secrets::Part;
  using secrets::Place;
  EXPECT_EQ(describe(Place{Part::body, 17, 57, "/messages/37/content", ""}),
            "body /messages/37/content");
  EXPECT_EQ(describe(Place{Part::body, 17, 57, "", "gzip"}), "body byte 17");
  EXPECT_EQ(describe(Place{Part::field, 0, 40, "authorization", ""}), "header authorization");
  EXPECT_EQ(describe(Place{Part::query, 3, 43, "", ""}), "query");
  EXPECT_EQ(describe(Place{Part::trailer, 0, 40, "x-note", ""}), "trailer x-note");
}

}  // namespace
}  // namespace cork::session
