#include "mock/router.hpp"

#include <optional>

#include "mock/endpoints.hpp"
#include "mock/text.hpp"

namespace oai::mock {

namespace {

using endpoint = reply (*)(const call&);

struct route {
    std::string_view path;  // "*" stands for one segment, the id
    endpoint get = nullptr;
    endpoint post = nullptr;
    endpoint erase = nullptr;
    bool form = false;  // a POST brings a form, not JSON
};

constexpr route routes[] = {
    {"/chat/completions", list_chats, create_chat, nullptr},
    {"/chat/completions/*", get_chat, update_chat, delete_chat},
    {"/chat/completions/*/messages", list_chat_messages, nullptr, nullptr},
    {"/completions", nullptr, create_completion, nullptr},
    {"/responses", nullptr, create_response, nullptr},
    {"/responses/*", get_response, nullptr, delete_response},
    {"/responses/*/cancel", nullptr, cancel_response, nullptr},
    {"/responses/*/input_items", list_input_items, nullptr, nullptr},
    {"/embeddings", nullptr, create_embeddings, nullptr},
    {"/moderations", nullptr, create_moderation, nullptr},
    {"/files", nullptr, create_file, nullptr, true},
    {"/models", list_models, nullptr, nullptr},
    {"/models/*", get_model, nullptr, delete_model},
    {"/fine_tuning/jobs", list_jobs, create_job, nullptr},
    {"/fine_tuning/jobs/*", get_job, nullptr, nullptr},
    {"/fine_tuning/jobs/*/cancel", nullptr, cancel_job, nullptr},
    {"/fine_tuning/jobs/*/pause", nullptr, pause_job, nullptr},
    {"/fine_tuning/jobs/*/resume", nullptr, resume_job, nullptr},
    {"/fine_tuning/jobs/*/events", list_job_events, nullptr, nullptr},
    {"/fine_tuning/jobs/*/checkpoints", list_job_checkpoints, nullptr, nullptr},
};

bool matches(std::string_view pattern, std::string_view path, std::string_view& id) {
    auto star = pattern.find('*');
    if (star == pattern.npos) return pattern == path;
    if (!path.starts_with(pattern.substr(0, star))) return false;
    std::string_view rest = path.substr(star);
    auto end = std::min(rest.find('/'), rest.size());
    id = rest.substr(0, end);
    return !id.empty() && rest.substr(end) == pattern.substr(star + 1);
}

const route* find_route(std::string_view path, std::string_view& id) {
    for (const route& one : routes) {
        if (matches(one.path, path, id)) return &one;
    }
    return nullptr;
}

std::optional<reply> unauthorized(const request& asked, const options& settings) {
    std::string_view given = asked.header("authorization");
    constexpr std::string_view scheme = "bearer ";
    bool bearer = given.size() > scheme.size() && same_name(given.substr(0, scheme.size()), scheme);
    std::string_view key = bearer ? given.substr(scheme.size()) : std::string_view();
    if (!key.empty() && (settings.api_key.empty() || key == settings.api_key)) return std::nullopt;
    std::string message =
        key.empty() ? "You didn't provide an API key: send it in an Authorization header, as "
                      "\"Authorization: Bearer YOUR_KEY\"."
                    : "Incorrect API key provided: " + std::string(key.substr(0, 3)) + "***.";
    return error_reply(401, message, {}, "invalid_api_key");
}

reply not_allowed(const request& asked, const route& one) {
    reply out = error_reply(405,
                            "Not allowed to " + asked.method + " on " + asked.target +
                                " (HINT: Perhaps you meant to use a different HTTP method?)",
                            {}, "method_not_supported");
    std::string allowed;
    for (auto [name, f] : {std::pair("GET", one.get), {"POST", one.post}, {"DELETE", one.erase}}) {
        if (f != nullptr) allowed += (allowed.empty() ? "" : ", ") + std::string(name);
    }
    out.headers = "allow: " + allowed + "\r\n";
    return out;
}

bool is_json(std::string_view type) {
    type = type.substr(0, type.find(';'));
    while (!type.empty() && type.back() == ' ') type.remove_suffix(1);
    return same_name(type, "application/json");
}

// The body of a POST; bodies may be absent where an endpoint needs none.
std::optional<reply> parse_body(const request& asked, std::optional<json::document>& parsed) {
    if (asked.method != "POST" || asked.body.empty()) return std::nullopt;
    std::string_view type = asked.header("content-type");
    if (!is_json(type)) {
        return error_reply(415,
                           "Unsupported content type '" + std::string(type) +
                               "'. This API takes 'application/json'.",
                           {}, "unsupported_content_type");
    }
    parsed = json::document::parse(asked.body);
    if (!parsed || value(*parsed, 0).type() != json::kind::object) {
        parsed.reset();
        return error_reply(400, "The body of the request is not a JSON object.", {},
                           "invalid_json");
    }
    return std::nullopt;
}

// A model named "mock-fault:delay=1" carries faults, like the header.
void faults_of_model(value body, faults& wrong) {
    constexpr std::string_view prefix = "mock-fault:";
    std::string_view model = body["model"].text();
    if (model.starts_with(prefix)) parse_faults(model.substr(prefix.size()), wrong);
}

void faults_by_chance(world& state, faults& wrong) {
    if (state.settings.failures.empty() || wrong.any) return;
    double draw = chance(state.settings.seed, state.requests.load());
    for (const failure_rate& one : state.settings.failures) {
        if (draw < one.share) {
            wrong.status = one.status;
            wrong.any = true;
            return;
        }
        draw -= one.share;
    }
}

// With fail-times the faults hold for the first attempts of one logical call only.
void settle_attempts(const request& asked, world& state, faults& wrong) {
    if (wrong.fail_times == 0) return;
    std::string_view key = asked.header("idempotency-key");
    std::uint64_t name = key.empty() ? hash(asked.body, hash(asked.target)) : hash(key);
    if (!state.fails_again(name, wrong.fail_times)) {
        wrong = faults();
        return;
    }
    bool other = wrong.disconnect != cut::none || wrong.hang || wrong.truncate || wrong.html ||
                 wrong.bad_json || wrong.empty_body || wrong.error_event;
    if (!wrong.status && !other) wrong.status = 500;
}

std::optional<reply> asked_for_failure(const faults& wrong) {
    if (!wrong.unknown.empty()) {
        return error_reply(400, "Unknown fault '" + wrong.unknown + "' in X-Mock-Fault.",
                           "X-Mock-Fault", "unknown_fault");
    }
    if (wrong.status) return status_reply(*wrong.status);
    return std::nullopt;
}

void add_fault_headers(const faults& wrong, reply& out) {
    for (const auto& [name, text] : {std::pair("retry-after", &wrong.retry_after),
                                     {"retry-after-ms", &wrong.retry_after_ms},
                                     {"x-should-retry", &wrong.should_retry},
                                     {"location", &wrong.location}}) {
        if (!text->empty()) out.headers += std::string(name) + ": " + *text + "\r\n";
    }
}

reply routed(const request& asked, world& state, faults& wrong) {
    if (!wrong.unknown.empty()) return *asked_for_failure(wrong);
    std::optional<json::document> body;
    auto bad_body = parse_body(asked, body);
    value root = body ? value(*body, 0) : value();
    faults_of_model(root, wrong);
    faults_by_chance(state, wrong);
    settle_attempts(asked, state, wrong);
    if (auto failure = asked_for_failure(wrong)) return *failure;
    if (auto refused = unauthorized(asked, state.settings)) return *refused;
    std::string_view id;
    const route* found = find_route(asked.path(), id);
    if (found == nullptr) {
        return error_reply(404, "Invalid URL (" + asked.method + " " + asked.target + ")");
    }
    endpoint target = asked.method == "GET"      ? found->get
                      : asked.method == "POST"   ? found->post
                      : asked.method == "DELETE" ? found->erase
                                                 : nullptr;
    if (target == nullptr) return not_allowed(asked, *found);
    if (bad_body && !found->form) return *bad_body;
    return target(call{asked, root, percent_decoded(id), wrong, state});
}

}  // namespace

answer answer_to(const request& asked, world& state) {
    answer out;
    for (const auto& [name, text] : asked.headers) {
        if (same_name(name, "x-mock-fault")) parse_faults(text, out.wrong);
    }
    out.what = routed(asked, state, out.wrong);
    if (out.wrong.html && out.what.status < 400) out.what.status = 502;
    if (out.wrong.any) add_fault_headers(out.wrong, out.what);
    return out;
}

}  // namespace oai::mock
