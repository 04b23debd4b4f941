#include "base/base64.h"
#include "tests/detection/issuer_formats.h"
#include "tests/detection/issuer_shapes.h"

// Messages, money, observation, secrets, and other services.

namespace cork::secrets::detection {

namespace {

constexpr std::string_view kSlack = "https://docs.slack.dev/authentication/tokens/";
constexpr std::string_view kStripe = "https://docs.stripe.com/keys";
constexpr std::string_view kShopify =
    "https://shopify.dev/docs/apps/build/authentication-authorization";
constexpr std::string_view kVault = "https://developer.hashicorp.com/vault/docs/concepts/tokens";
constexpr std::string_view kDoppler = "https://docs.doppler.com/docs/service-tokens";

std::string slack_id(char kind, Random& r) {
  return std::string(1, kind) + drawn(r, 10, kUpperAlnum);
}

std::string discord_token(Random& r) {
  return unpadded_base64url(digits(r, 18)) + "." + url_safe(r, 6) + "." + url_safe(r, 38);
}

std::vector<IssuerFormat> messages() {
  return {
      {"Slack: bot token", kSlack, "SLACK_BOT_TOKEN",
       [](Random& r) {
         return "xoxb-" + digits(r, 12) + "-" + digits(r, 13) + "-" + alnum(r, 24);
       }},
      {"Slack: user token", kSlack, "SLACK_USER_TOKEN",
       [](Random& r) {
         return "xoxp-" + digits(r, 12) + "-" + digits(r, 12) + "-" + digits(r, 13) + "-" +
                hex(r, 32);
       }},
      {"Slack: app-level token", kSlack, "SLACK_APP_TOKEN",
       [](Random& r) {
         return "xapp-1-" + slack_id('A', r) + "-" + digits(r, 13) + "-" + hex(r, 64);
       }},
      {"Slack: incoming webhook",
       "https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks/",
       "SLACK_WEBHOOK_URL",
       [](Random& r) {
         return "https://hooks.slack.com/services/" + slack_id('T', r) + "/" + slack_id('B', r) +
                "/" + alnum(r, 24);
       }},
      {"Discord: bot token", "https://discord.com/developers/docs/reference#authentication",
       "DISCORD_TOKEN", &discord_token},
      {"Discord: webhook", "https://discord.com/developers/docs/resources/webhook",
       "DISCORD_WEBHOOK_URL",
       [](Random& r) {
         return "https://discord.com/api/webhooks/" + digits(r, 18) + "/" + url_safe(r, 68);
       }},
      {"Telegram: bot token", "https://core.telegram.org/bots/api#authorizing-your-bot",
       "TELEGRAM_BOT_TOKEN", [](Random& r) { return digits(r, 10) + ":AA" + url_safe(r, 33); }},
      {"Twilio: auth token", "https://www.twilio.com/docs/iam/api/authtoken", "TWILIO_AUTH_TOKEN",
       [](Random& r) { return hex(r, 32); }, Held::named},
      {"Twilio: API key secret", "https://www.twilio.com/docs/iam/api-keys", "TWILIO_API_SECRET",
       [](Random& r) { return alnum(r, 32); }, Held::named},
      {"Twilio: API key SID", "https://www.twilio.com/docs/glossary/what-is-a-sid",
       "TWILIO_API_KEY", [](Random& r) { return "SK" + hex(r, 32); }, Held::named},
      {"Twilio: API key SID without its name", "https://www.twilio.com/docs/glossary/what-is-a-sid",
       "TWILIO_API_KEY", [](Random& r) { return "SK" + hex(r, 32); }, Held::alone},
      {"SendGrid: API key", "https://www.twilio.com/docs/sendgrid/ui/account-and-settings/api-keys",
       "SENDGRID_API_KEY",
       [](Random& r) { return "SG." + url_safe(r, 22) + "." + url_safe(r, 43); }},
      {"Mailgun: private key",
       "https://documentation.mailgun.com/docs/mailgun/api-reference/authentication/",
       "MAILGUN_API_KEY", [](Random& r) { return hex(r, 32) + "-" + hex(r, 8) + "-" + hex(r, 8); },
       Held::named},
      {"Mailchimp: API key", "https://mailchimp.com/developer/marketing/guides/quick-start/",
       "MAILCHIMP_API_KEY", [](Random& r) { return hex(r, 32) + "-us" + digits(r, 2); },
       Held::named},
      {"Mailchimp: API key without its name",
       "https://mailchimp.com/developer/marketing/guides/quick-start/", "MAILCHIMP_API_KEY",
       [](Random& r) { return hex(r, 32) + "-us" + digits(r, 2); }, Held::alone},
      {"Brevo: API key", "https://developers.brevo.com/docs/getting-started", "BREVO_API_KEY",
       [](Random& r) { return "xkeysib-" + hex(r, 64) + "-" + alnum(r, 16); }},
      {"Resend: API key", "https://resend.com/docs/dashboard/api-keys/introduction",
       "RESEND_API_KEY", [](Random& r) { return "re_" + alnum(r, 8) + "_" + alnum(r, 24); }},
  };
}

std::vector<IssuerFormat> money() {
  return {
      {"Stripe: secret key", kStripe, "STRIPE_SECRET_KEY",
       [](Random& r) {
         return "sk_"
                "live_" +
                alnum(r, 24);
       }},
      {"Stripe: secret key with its account", kStripe, "STRIPE_API_KEY",
       [](Random& r) {
         return "sk_"
                "live_51" +
                alnum(r, 97);
       }},
      {"Stripe: restricted key", kStripe, "STRIPE_RESTRICTED_KEY",
       [](Random& r) {
         return "rk_"
                "live_51" +
                alnum(r, 97);
       }},
      {"Stripe: webhook secret", "https://docs.stripe.com/webhooks/signature",
       "STRIPE_WEBHOOK_SECRET", [](Random& r) { return "whsec_" + alnum(r, 32); }},
      {"Square: access token", "https://developer.squareup.com/docs/build-basics/access-tokens",
       "SQUARE_ACCESS_TOKEN",
       [](Random& r) { return "EAAA" + drawn(r, 1, "El") + url_safe(r, 59); }},
      {"Square: access token of another beginning",
       "https://developer.squareup.com/docs/build-basics/access-tokens", "SQUARE_ACCESS_TOKEN",
       [](Random& r) { return "EAAAF" + url_safe(r, 59); }, Held::alone},
      {"PayPal: client secret", "https://developer.paypal.com/api/rest/authentication/",
       "PAYPAL_CLIENT_SECRET", [](Random& r) { return "E" + url_safe(r, 79); }, Held::named},
      {"Plaid: secret", "https://plaid.com/docs/quickstart/glossary/#secret", "PLAID_SECRET",
       [](Random& r) { return hex(r, 30); }, Held::named},
      {"Flutterwave: secret key", "https://developer.flutterwave.com/v3.0/docs/authentication",
       "FLW_SECRET_KEY", [](Random& r) { return "FLWSECK-" + hex(r, 32) + "-X"; }},
      {"Shopify: app access token", kShopify, "SHOPIFY_ACCESS_TOKEN",
       [](Random& r) { return "shpat_" + hex(r, 32); }},
      {"Shopify: custom app access token", kShopify, "SHOPIFY_PASSWORD",
       [](Random& r) { return "shpca_" + hex(r, 32); }},
      {"Shopify: shared secret", kShopify, "SHOPIFY_API_SECRET",
       [](Random& r) { return "shpss_" + hex(r, 32); }},
      {"EasyPost: production key", "https://docs.easypost.com/docs/authentication",
       "EASYPOST_API_KEY", [](Random& r) { return "EZAK" + hex(r, 32) + alnum(r, 22); }},
  };
}

std::vector<IssuerFormat> operations() {
  return {
      {"Vault: service token", kVault, "VAULT_TOKEN",
       [](Random& r) { return "hvs.CAESI" + url_safe(r, 86); }},
      {"Vault: short service token", kVault, "VAULT_TOKEN",
       [](Random& r) { return "hvs." + alnum(r, 24); }},
      {"Vault: batch token", kVault, "VAULT_TOKEN",
       [](Random& r) { return "hvb.AAAAAQ" + url_safe(r, 150); }},
      {"Doppler: service token", kDoppler, "DOPPLER_TOKEN",
       [](Random& r) { return "dp.st.prd." + alnum(r, 43); }},
      {"Doppler: personal token", kDoppler, "DOPPLER_TOKEN",
       [](Random& r) { return "dp.pt." + alnum(r, 43); }},
      {"Doppler: CLI token", kDoppler, "DOPPLER_TOKEN",
       [](Random& r) { return "dp.ct." + alnum(r, 43); }},
      {"Doppler: service account token", kDoppler, "DOPPLER_TOKEN",
       [](Random& r) { return "dp.sa." + alnum(r, 43); }},
      {"1Password: service account token",
       "https://developer.1password.com/docs/service-accounts/get-started/",
       "OP_SERVICE_ACCOUNT_TOKEN",
       [](Random& r) {
         return "ops_" +
                unpadded_base64url(R"({"signInAddress":"my.1password.com","userAuth":)"
                                   R"({"method":"SRPg-4096","salt":")" +
                                   url_safe(r, 22) + R"("},"email":")" + drawn(r, 13, kLowerAlnum) +
                                   R"(@1passwordserviceaccounts.com","srpX":")" + hex(r, 64) +
                                   R"(","muk":{"k":")" + url_safe(r, 43) +
                                   R"("},"secretKey":"A3-)" + drawn(r, 6, kUpperAlnum) + "\"}");
       }},
      {"Tailscale: auth key", "https://tailscale.com/kb/1085/auth-keys", "TS_AUTHKEY",
       [](Random& r) { return "tskey-auth-k" + alnum(r, 11) + "CNTRL-" + alnum(r, 32); }},
      {"Databricks: personal access token", "https://docs.databricks.com/aws/en/dev-tools/auth/pat",
       "DATABRICKS_TOKEN", [](Random& r) { return "dapi" + hex(r, 32); }},
      {"PlanetScale: service token", "https://planetscale.com/docs/api/reference/service-tokens",
       "PLANETSCALE_SERVICE_TOKEN", [](Random& r) { return "pscale_tkn_" + url_safe(r, 43); }},
      {"Supabase: access token", "https://supabase.com/docs/reference/api/introduction",
       "SUPABASE_ACCESS_TOKEN", [](Random& r) { return "sbp_" + hex(r, 40); }},
  };
}

std::vector<IssuerFormat> observation() {
  return {
      {"Grafana: service account token",
       "https://grafana.com/docs/grafana/latest/administration/service-accounts/", "GRAFANA_TOKEN",
       &grafana_token},
      {"Grafana Cloud: access policy token",
       "https://grafana.com/docs/grafana-cloud/security-and-account-management/"
       "authentication-and-permissions/access-policies/",
       "GRAFANA_CLOUD_TOKEN",
       [](Random& r) {
         return "glc_" + base64_encoded(R"({"o":")" + digits(r, 6) + R"(","n":"build","k":")" +
                                        alnum(r, 24) + R"(","m":{"r":"us"}})");
       }},
      {"Sentry: organization token", "https://docs.sentry.io/account/auth-tokens/",
       "SENTRY_AUTH_TOKEN",
       [](Random& r) {
         return "sntrys_" +
                base64_encoded(R"({"iat":1760)" + digits(r, 6) +
                               R"(.5,"url":"https://sentry.io","region_url":)"
                               R"("https://us.sentry.io","org":"acme"})") +
                "_" + drawn(r, 43, kBase64);
       }},
      {"Sentry: user token", "https://docs.sentry.io/account/auth-tokens/", "SENTRY_AUTH_TOKEN",
       [](Random& r) { return "sntryu_" + hex(r, 64); }},
      {"New Relic: user key", "https://docs.newrelic.com/docs/apis/intro-apis/new-relic-api-keys/",
       "NEW_RELIC_API_KEY", [](Random& r) { return "NRAK-" + drawn(r, 27, kUpperAlnum); }},
      {"New Relic: license key",
       "https://docs.newrelic.com/docs/apis/intro-apis/new-relic-api-keys/",
       "NEW_RELIC_LICENSE_KEY", [](Random& r) { return hex(r, 36) + "NRAL"; }},
      {"Datadog: API key", "https://docs.datadoghq.com/account_management/api-app-keys/",
       "DD_API_KEY", [](Random& r) { return hex(r, 32); }, Held::named},
      {"Datadog: application key", "https://docs.datadoghq.com/account_management/api-app-keys/",
       "DD_APP_KEY", [](Random& r) { return hex(r, 40); }, Held::named},
      {"Dynatrace: access token",
       "https://docs.dynatrace.com/docs/manage/identity-access-management/"
       "access-tokens-and-oauth-clients/access-tokens",
       "DT_API_TOKEN",
       [](Random& r) { return "dt0c01." + drawn(r, 24, kBase32) + "." + drawn(r, 64, kBase32); }},
      {"LaunchDarkly: SDK key", "https://launchdarkly.com/docs/home/account/environment/keys",
       "LAUNCHDARKLY_SDK_KEY", [](Random& r) { return "sdk-" + uuid(r); }},
      {"Okta: API token", "https://developer.okta.com/docs/guides/create-an-api-token/main/",
       "OKTA_API_TOKEN", [](Random& r) { return "00" + url_safe(r, 40); }, Held::named},
  };
}

std::vector<IssuerFormat> work() {
  return {
      {"Linear: API key", "https://linear.app/developers/graphql#personal-api-keys",
       "LINEAR_API_KEY", [](Random& r) { return "lin_api_" + alnum(r, 40); }},
      {"Notion: integration token", "https://developers.notion.com/docs/authorization",
       "NOTION_TOKEN", [](Random& r) { return "ntn_" + digits(r, 11) + alnum(r, 35); }},
      {"Notion: integration secret", "https://developers.notion.com/docs/authorization",
       "NOTION_API_KEY", [](Random& r) { return "secret_" + alnum(r, 43); }},
      {"Postman: API key",
       "https://learning.postman.com/docs/developer/postman-api/authentication/", "POSTMAN_API_KEY",
       [](Random& r) { return "PMAK-" + hex(r, 24) + "-" + hex(r, 34); }},
      {"Figma: personal access token",
       "https://developers.figma.com/docs/rest-api/personal-access-tokens/", "FIGMA_TOKEN",
       [](Random& r) { return "figd_" + url_safe(r, 40); }},
      {"Airtable: personal access token",
       "https://airtable.com/developers/web/guides/personal-access-tokens", "AIRTABLE_TOKEN",
       [](Random& r) { return "pat" + alnum(r, 14) + "." + hex(r, 64); }},
      {"Asana: personal access token", "https://developers.asana.com/docs/personal-access-token",
       "ASANA_TOKEN",
       [](Random& r) { return "2/" + digits(r, 16) + "/" + digits(r, 16) + ":" + hex(r, 32); }},
      {"Atlassian: API token",
       "https://support.atlassian.com/atlassian-account/docs/"
       "manage-api-tokens-for-your-atlassian-account/",
       "JIRA_API_TOKEN",
       [](Random& r) {
         return "ATATT3xFfGF0" + url_safe(r, 171) + "=" + drawn(r, 8, "0123456789ABCDEF");
       }},
      {"HubSpot: private app token",
       "https://developers.hubspot.com/docs/guides/apps/private-apps/overview", "HUBSPOT_TOKEN",
       [](Random& r) { return "pat-na1-" + uuid(r); }},
      {"Intercom: access token",
       "https://developers.intercom.com/docs/build-an-integration/learn-more/authentication",
       "INTERCOM_ACCESS_TOKEN",
       [](Random& r) { return base64_encoded("tok:" + uuid(r) + ":1:0"); }},
      {"Dropbox: short-lived token", "https://developers.dropbox.com/oauth-guide", "DROPBOX_TOKEN",
       [](Random& r) { return "sl.u." + url_safe(r, 140); }},
      {"Contentful: management token",
       "https://www.contentful.com/developers/docs/references/authentication/", "CONTENTFUL_TOKEN",
       [](Random& r) { return "CFPAT-" + url_safe(r, 43); }},
      {"Mapbox: secret token", "https://docs.mapbox.com/help/dive-deeper/access-tokens/",
       "MAPBOX_TOKEN",
       [](Random& r) {
         return "sk." +
                unpadded_base64url(R"({"u":"acme","a":"cm)" + drawn(r, 23, kLowerAlnum) + "\"}") +
                "." + url_safe(r, 22);
       }},
      {"PostHog: personal API key", "https://posthog.com/docs/api", "POSTHOG_PERSONAL_API_KEY",
       [](Random& r) { return "phx_" + alnum(r, 47); }},
  };
}

}  // namespace

std::vector<IssuerFormat> formats_of_services() {
  std::vector<IssuerFormat> list = messages();
  for (const auto& part : {money(), operations(), observation(), work()}) {
    list.insert(list.end(), part.begin(), part.end());
  }
  return list;
}

}  // namespace cork::secrets::detection
