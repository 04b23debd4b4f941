#include "base/base64.h"
#include "tests/detection/issuer_formats.h"
#include "tests/detection/issuer_shapes.h"

// Hosts of code, registries of packages, builders, and clouds.

namespace cork::secrets::detection {

namespace {

constexpr std::string_view kGitHub =
    "https://github.blog/engineering/behind-githubs-new-authentication-token-formats/";
constexpr std::string_view kGitLab = "https://docs.gitlab.com/security/tokens/#token-prefixes";
constexpr std::string_view kAws =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html";

// A macaroon of version 2, whose location is where it is for.
std::string pypi_token(Random& r) {
  const std::string bytes = std::string("\x02\x01\x08pypi.org\x02\x24") + uuid(r) +
                            std::string("\x00\x02\x2c", 3) + "[3, \"" + uuid(r) + "\"] " +
                            std::string("\x00\x00\x06\x20", 4) + random_bytes(r, 32);
  return "pypi-" + unpadded_base64url(bytes);
}

std::vector<IssuerFormat> code() {
  return {
      {"GitHub: personal access token", kGitHub, "GITHUB_TOKEN",
       [](Random& r) { return with_crc("ghp_", 30, r); }},
      {"GitHub: OAuth token", kGitHub, "GH_TOKEN",
       [](Random& r) { return with_crc("gho_", 30, r); }},
      {"GitHub: user-to-server token", kGitHub, "GITHUB_USER_TOKEN",
       [](Random& r) { return with_crc("ghu_", 30, r); }},
      {"GitHub: server-to-server token", kGitHub, "GITHUB_APP_TOKEN",
       [](Random& r) { return with_crc("ghs_", 30, r); }},
      {"GitHub: refresh token", kGitHub, "GITHUB_REFRESH_TOKEN",
       [](Random& r) { return with_crc("ghr_", 70, r); }},
      {"GitHub: fine-grained token",
       "https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/"
       "about-authentication-to-github#githubs-token-formats",
       "GITHUB_PAT",
       [](Random& r) {
         return "github"
                "_pat_" +
                alnum(r, 22) + "_" + alnum(r, 59);
       }},
      {"GitLab: personal access token", kGitLab, "GITLAB_TOKEN",
       [](Random& r) { return "glpat-" + url_safe(r, 20); }},
      {"GitLab: routable token", kGitLab, "GITLAB_PAT",
       [](Random& r) { return routable("glpat-", r); }},
      {"GitLab: deploy token", kGitLab, "CI_DEPLOY_PASSWORD",
       [](Random& r) { return "gldt-" + url_safe(r, 20); }},
      {"GitLab: runner authentication token", kGitLab, "RUNNER_TOKEN",
       [](Random& r) { return "glrt-t1_" + url_safe(r, 20); }},
      {"GitLab: pipeline trigger token", kGitLab, "TRIGGER_TOKEN",
       [](Random& r) { return "glptt-" + hex(r, 40); }},
      {"GitLab: OAuth application secret", kGitLab, "GITLAB_CLIENT_SECRET",
       [](Random& r) { return "gloas-" + hex(r, 64); }},
      {"GitLab: agent for Kubernetes token", kGitLab, "AGENT_TOKEN",
       [](Random& r) { return "glagent-" + url_safe(r, 50); }},
      {"GitLab: feed token", kGitLab, "FEED_TOKEN",
       [](Random& r) { return "glft-" + url_safe(r, 20); }},
      {"GitLab: SCIM token", kGitLab, "SCIM_TOKEN",
       [](Random& r) { return "glsoat-" + url_safe(r, 20); }},
      {"Azure DevOps: personal access token",
       "https://github.com/microsoft/security-utilities/blob/main/docs/"
       "CommonAnnotatedSecurityKeys.md",
       "AZURE_DEVOPS_EXT_PAT",
       [](Random& r) {
         return alnum(r, 52) + "JQQJ99" + drawn(r, 1, kUpper) + drawn(r, 1, "ABCDEFGHIJKL") +
                alnum(r, 16) + "AZDO" + alnum(r, 4);
       }},
      {"Sourcegraph: access token",
       "https://sourcegraph.com/docs/cli/how-tos/creating-an-access-token", "SRC_ACCESS_TOKEN",
       [](Random& r) { return "sgp_" + hex(r, 16) + "_" + hex(r, 40); }},
      {"Sonar: user token",
       "https://docs.sonarsource.com/sonarqube-server/latest/user-guide/managing-tokens/",
       "SONAR_TOKEN", [](Random& r) { return "squ_" + hex(r, 40); }},
      {"Snyk: API token", "https://docs.snyk.io/snyk-api/authentication-for-api", "SNYK_TOKEN",
       [](Random& r) { return uuid(r); }, Held::named},
  };
}

std::vector<IssuerFormat> registries_and_builders() {
  return {
      {"npm: access token",
       "https://github.blog/changelog/2021-09-23-npm-has-a-new-access-token-format/", "NPM_TOKEN",
       [](Random& r) { return with_crc("npm_", 30, r); }},
      {"PyPI: API token", "https://pypi.org/help/#apitoken", "TWINE_PASSWORD", &pypi_token},
      {"RubyGems: API key", "https://guides.rubygems.org/api-key-scopes/", "GEM_HOST_API_KEY",
       [](Random& r) { return "rubygems_" + hex(r, 48); }},
      {"crates.io: API token", "https://doc.rust-lang.org/cargo/reference/publishing.html",
       "CARGO_REGISTRY_TOKEN", [](Random& r) { return "cio" + alnum(r, 32); }},
      {"NuGet: API key",
       "https://github.com/NuGet/NuGetGallery/blob/main/src/NuGetGallery.Services/Authentication/"
       "ApiKeyV4.cs",
       "NUGET_API_KEY",
       [](Random& r) { return base32_digits("v4" + random_bytes(r, 27)).substr(0, 46); }},
      {"Docker Hub: personal access token", "https://docs.docker.com/security/access-tokens/",
       "DOCKER_PASSWORD", [](Random& r) { return "dckr_pat_" + url_safe(r, 27); }},
      {"Docker Hub: organization access token",
       "https://docs.docker.com/enterprise/security/access-tokens/", "DOCKERHUB_TOKEN",
       [](Random& r) { return "dckr_oat_" + url_safe(r, 32); }},
      {"Artifactory: reference token",
       "https://jfrog.com/help/r/jfrog-platform-administration-documentation/reference-token",
       "ARTIFACTORY_TOKEN",
       [](Random& r) { return base64_encoded("reftkn:01:" + digits(r, 10) + ":" + alnum(r, 27)); }},
      {"Terraform Cloud: API token",
       "https://developer.hashicorp.com/terraform/cloud-docs/users-teams-organizations/api-tokens",
       "TFE_TOKEN", [](Random& r) { return alnum(r, 14) + ".atlasv1." + alnum(r, 67); }},
      {"Pulumi: access token",
       "https://www.pulumi.com/docs/pulumi-cloud/access-management/access-tokens/",
       "PULUMI_ACCESS_TOKEN", [](Random& r) { return "pul-" + hex(r, 40); }},
      {"CircleCI: personal token", "https://circleci.com/docs/managing-api-tokens/", "CIRCLE_TOKEN",
       [](Random& r) { return "CCIPAT_" + alnum(r, 22) + "_" + hex(r, 40); }},
      {"Buildkite: API access token", "https://buildkite.com/docs/apis/managing-api-tokens",
       "BUILDKITE_API_TOKEN", [](Random& r) { return "bkua_" + hex(r, 40); }},
      {"Prefect: API key", "https://docs.prefect.io/v3/how-to-guides/cloud/manage-users/api-keys",
       "PREFECT_API_KEY", [](Random& r) { return "pnu_" + alnum(r, 36); }},
      {"Infracost: API key", "https://www.infracost.io/docs/", "INFRACOST_API_KEY",
       [](Random& r) { return "ico-" + alnum(r, 32); }},
  };
}

std::vector<IssuerFormat> clouds() {
  return {
      {"AWS: access key id", kAws, "AWS_ACCESS_KEY_ID",
       [](Random& r) { return "AKIA" + drawn(r, 16, kBase32); }},
      {"AWS: temporary access key id", kAws, "AWS_ACCESS_KEY_ID",
       [](Random& r) { return "ASIA" + drawn(r, 16, kBase32); }},
      {"AWS: secret access key",
       "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html",
       "AWS_SECRET_ACCESS_KEY", [](Random& r) { return drawn(r, 40, kBase64); }, Held::named},
      {"AWS: session token",
       "https://docs.aws.amazon.com/STS/latest/APIReference/API_Credentials.html",
       "AWS_SESSION_TOKEN", [](Random& r) { return "IQoJb3JpZ2luX2Vj" + drawn(r, 340, kBase64); },
       Held::named},
      {"AWS: Bedrock API key", "https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html",
       "AWS_BEARER_TOKEN_BEDROCK",
       [](Random& r) {
         return "ABSK" + base64_encoded("BedrockAPIKey-" + drawn(r, 4, kLowerAlnum) + "-at-" +
                                        digits(r, 12) + ":" + drawn(r, 44, kBase64));
       }},
      {"Azure: storage connection string",
       "https://learn.microsoft.com/en-us/azure/storage/common/storage-configure-connection-string",
       "AZURE_STORAGE_CONNECTION_STRING",
       [](Random& r) {
         return "DefaultEndpointsProtocol=https;AccountName=" + drawn(r, 12, kLowerAlnum) +
                ";AccountKey=" + base64_encoded(random_bytes(r, 64)) +
                ";EndpointSuffix=core.windows.net";
       }},
      {"Azure: Entra client secret",
       "https://learn.microsoft.com/en-us/purview/sit-defn-azure-ad-client-secret",
       "AZURE_CLIENT_SECRET",
       [](Random& r) { return alnum(r, 3) + "8Q~" + drawn(r, 34, std::string(kAlnum) + "_~.-"); }},
      {"Google: API key", "https://cloud.google.com/docs/authentication/api-keys", "GOOGLE_API_KEY",
       [](Random& r) { return "AIzaSy" + url_safe(r, 33); }},
      {"Google: OAuth client secret",
       "https://developers.google.com/identity/protocols/oauth2/native-app", "GOOGLE_CLIENT_SECRET",
       [](Random& r) { return "GOCSPX-" + url_safe(r, 28); }},
      {"Google: OAuth access token",
       "https://developers.google.com/identity/protocols/oauth2/web-server", "GOOGLE_ACCESS_TOKEN",
       [](Random& r) { return "ya29.a0" + url_safe(r, 210); }},
      {"DigitalOcean: personal access token",
       "https://docs.digitalocean.com/reference/api/create-personal-access-token/",
       "DIGITALOCEAN_ACCESS_TOKEN", [](Random& r) { return "dop_v1_" + hex(r, 64); }},
      {"DigitalOcean: OAuth token", "https://docs.digitalocean.com/reference/api/oauth/",
       "DO_OAUTH_TOKEN", [](Random& r) { return "doo_v1_" + hex(r, 64); }},
      {"DigitalOcean: refresh token", "https://docs.digitalocean.com/reference/api/oauth/",
       "DO_REFRESH_TOKEN", [](Random& r) { return "dor_v1_" + hex(r, 64); }},
      {"Hetzner: API token", "https://docs.hetzner.cloud/", "HCLOUD_TOKEN",
       [](Random& r) { return alnum(r, 64); }, Held::named},
      {"Linode: personal access token",
       "https://techdocs.akamai.com/linode-api/reference/get-started", "LINODE_TOKEN",
       [](Random& r) { return hex(r, 64); }, Held::named},
      {"Cloudflare: API token",
       "https://developers.cloudflare.com/fundamentals/api/get-started/create-token/",
       "CLOUDFLARE_API_TOKEN", [](Random& r) { return url_safe(r, 40); }, Held::named},
      {"Fly.io: access token", "https://fly.io/docs/security/tokens/", "FLY_API_TOKEN",
       [](Random& r) { return "FlyV1 fm2_" + base64_encoded(random_bytes(r, 300)); }},
      {"Heroku: API key", "https://devcenter.heroku.com/articles/authentication", "HEROKU_API_KEY",
       [](Random& r) { return "HRKU-AA" + url_safe(r, 58); }},
      {"Netlify: personal access token",
       "https://docs.netlify.com/api-and-cli-guides/api-guides/get-started-with-api/",
       "NETLIFY_AUTH_TOKEN", [](Random& r) { return "nfp_" + alnum(r, 36); }},
      {"Render: API key", "https://render.com/docs/api", "RENDER_API_KEY",
       [](Random& r) { return "rnd_" + alnum(r, 28); }},
  };
}

}  // namespace

std::vector<IssuerFormat> formats_of_code_and_cloud() {
  std::vector<IssuerFormat> list = code();
  for (const auto& part : {registries_and_builders(), clouds()}) {
    list.insert(list.end(), part.begin(), part.end());
  }
  return list;
}

}  // namespace cork::secrets::detection
