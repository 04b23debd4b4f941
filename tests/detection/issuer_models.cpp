#include "tests/detection/issuer_formats.h"
#include "tests/detection/issuer_shapes.h"

// Whoever runs models, and what is used beside them.

namespace cork::secrets::detection {

namespace {

constexpr std::string_view kAnthropic = "https://docs.claude.com/en/api/overview";
constexpr std::string_view kOpenAi =
    "https://platform.openai.com/docs/api-reference/authentication";

std::string openai(std::string_view prefix, std::size_t half, Random& r) {
  return std::string(prefix) + url_safe(r, half) +
         "T3Blbk"
         "FJ" +
         url_safe(r, half);
}

}  // namespace

std::vector<IssuerFormat> formats_of_models() {
  return {
      {"Anthropic: API key", kAnthropic, "ANTHROPIC_API_KEY",
       [](Random& r) { return "sk-ant-api03-" + url_safe(r, 93) + "AA"; }},
      {"Anthropic: admin key", "https://docs.claude.com/en/api/administration-api",
       "ANTHROPIC_ADMIN_KEY", [](Random& r) { return "sk-ant-admin01-" + url_safe(r, 93) + "AA"; }},
      {"Anthropic: OAuth token", "https://docs.claude.com/en/docs/claude-code/authentication",
       "CLAUDE_CODE_OAUTH_TOKEN",
       [](Random& r) { return "sk-ant-oat01-" + url_safe(r, 93) + "AA"; }},
      {"OpenAI: user key", kOpenAi, "OPENAI_API_KEY",
       [](Random& r) {
         return "sk-" + alnum(r, 20) +
                "T3Blbk"
                "FJ" +
                alnum(r, 20);
       }},
      {"OpenAI: project key", kOpenAi, "OPENAI_API_KEY",
       [](Random& r) { return openai("sk-proj-", 74, r); }},
      {"OpenAI: service account key", kOpenAi, "OPENAI_API_KEY",
       [](Random& r) { return openai("sk-svcacct-", 74, r); }},
      {"OpenAI: admin key", "https://platform.openai.com/docs/api-reference/administration",
       "OPENAI_ADMIN_KEY", [](Random& r) { return openai("sk-admin-", 58, r); }},
      {"Hugging Face: user access token", "https://huggingface.co/docs/hub/security-tokens",
       "HF_TOKEN",
       [](Random& r) { return "hf_" + drawn(r, 34, std::string(kLower) + std::string(kUpper)); }},
      {"Groq: API key", "https://console.groq.com/docs/quickstart", "GROQ_API_KEY",
       [](Random& r) { return "gsk_" + alnum(r, 52); }},
      {"xAI: API key", "https://docs.x.ai/docs/tutorial", "XAI_API_KEY",
       [](Random& r) { return "xai-" + alnum(r, 80); }},
      {"OpenRouter: API key", "https://openrouter.ai/docs/api-reference/authentication",
       "OPENROUTER_API_KEY", [](Random& r) { return "sk-or-v1-" + hex(r, 64); }},
      {"Perplexity: API key", "https://docs.perplexity.ai/getting-started/quickstart",
       "PERPLEXITY_API_KEY", [](Random& r) { return "pplx-" + alnum(r, 48); }},
      {"Replicate: API token", "https://replicate.com/docs/topics/security/api-tokens",
       "REPLICATE_API_TOKEN", [](Random& r) { return "r8_" + alnum(r, 37); }},
      {"Mistral: API key", "https://docs.mistral.ai/getting-started/quickstart/", "MISTRAL_API_KEY",
       [](Random& r) { return alnum(r, 32); }, Held::named},
      {"Cohere: API key", "https://docs.cohere.com/reference/about", "COHERE_API_KEY",
       [](Random& r) { return alnum(r, 40); }, Held::named},
      {"NVIDIA: API key", "https://docs.api.nvidia.com/nim/docs/api-quickstart", "NVIDIA_API_KEY",
       [](Random& r) { return "nvapi-" + url_safe(r, 64); }},
      {"LangSmith: API key", "https://docs.langchain.com/langsmith/create-account-api-key",
       "LANGSMITH_API_KEY", [](Random& r) { return "lsv2_pt_" + hex(r, 32) + "_" + hex(r, 10); }},
      {"Pinecone: API key", "https://docs.pinecone.io/guides/projects/manage-api-keys",
       "PINECONE_API_KEY", [](Random& r) { return "pcsk_" + alnum(r, 6) + "_" + alnum(r, 62); }},
      {"Tavily: API key", "https://docs.tavily.com/documentation/api-reference/introduction",
       "TAVILY_API_KEY", [](Random& r) { return "tvly-dev-" + alnum(r, 32); }},
      {"Langfuse: secret key", "https://langfuse.com/docs/observability/get-started",
       "LANGFUSE_SECRET_KEY", [](Random& r) { return "sk-lf-" + uuid(r); }},
  };
}

}  // namespace cork::secrets::detection
