#include "mock/fine_tuning.hpp"

#include "mock/chat.hpp"
#include "mock/check.hpp"
#include "mock/endpoints.hpp"
#include "mock/object_text.hpp"
#include "mock/page.hpp"

namespace oai::mock {

namespace {

struct job {
    std::string_view model;
    std::string_view training_file;
    std::string_view status;
    std::int64_t created = 0;
    std::string_view validation_file = {};
    std::string_view suffix = "mock";
    std::string metadata = "null";
    std::int64_t seed = 42;
};

void text_or_null(object_text& out, std::string_view name, std::string_view text) {
    if (text.empty())
        out.raw(name, "null");
    else
        out.text(name, text);
}

std::string tuned_name(const job& j) {
    return "ft:" + std::string(j.model) + ":mock-organization:" + std::string(j.suffix) + ":0001";
}

std::string job_text(const std::string& id, const job& j) {
    bool over = j.status == "succeeded";
    std::string out;
    {
        object_text object(out);
        object.text("object", "fine_tuning.job").text("id", id).text("model", j.model);
        object.number("created_at", j.created).raw("error", "null");
        text_or_null(object, "fine_tuned_model", over ? tuned_name(j) : "");
        if (over)
            object.number("finished_at", j.created + 600);
        else
            object.raw("finished_at", "null");
        object.raw("hyperparameters",
                   "{\"n_epochs\":3,\"batch_size\":\"auto\",\"learning_rate_multiplier\":1.8}");
        object.text("organization_id", "mock-organization");
        object.raw("result_files", over ? "[\"file-mockresult\"]" : "[]");
        object.text("status", j.status).text("training_file", j.training_file);
        text_or_null(object, "validation_file", j.validation_file);
        if (over)
            object.number("trained_tokens", 5'768);
        else
            object.raw("trained_tokens", "null");
        object.number("seed", j.seed).raw("estimated_finish", "null").raw("integrations", "[]");
        object.raw("metadata", j.metadata);
        object.raw("method",
                   "{\"type\":\"supervised\",\"supervised\":{\"hyperparameters\":{\"n_epochs\":3,"
                   "\"batch_size\":\"auto\",\"learning_rate_multiplier\":1.8}}}");
    }
    return out;
}

reply no_job(const std::string& id) {
    return error_reply(404, "Could not find fine tune: " + id, "fine_tuning_job_id",
                       "fine_tune_not_found");
}

// The job's JSON with another status.
void set_status(record& kept, std::string_view status) {
    std::string old = "\"status\":\"" + kept.status + "\"";
    kept.json.replace(kept.json.find(old), old.size(),
                      "\"status\":\"" + std::string(status) + "\"");
    kept.status = status;
}

reply move_job(const call& c, std::string_view verb, std::string_view status) {
    bool over = false;
    bool found = c.state.jobs.change(c.id, [&](record& kept) {
        over = kept.status == "succeeded" || kept.status == "cancelled" || kept.status == "failed";
        if (!over) set_status(kept, status);
    });
    if (!found) return no_job(c.id);
    if (over) {
        return error_reply(400, "Job " + c.id + " is over: it cannot " + std::string(verb) + ".",
                           {}, "invalid_job_state");
    }
    return get_job(c);
}

}  // namespace

void add_seed_job(world& state, unsigned number) {
    static constexpr std::string_view states[] = {"succeeded", "running", "queued"};
    record kept;
    std::string digits = std::to_string(number);
    kept.id = "ftjob-seed" + std::string(4 - std::min<std::size_t>(4, digits.size()), '0') + digits;
    kept.status = states[number % 3];
    job j{"gpt-4o-mini-2024-07-18", "file-mocktraining", kept.status,
          state.created(0) - 1'000'000 + number};
    kept.json = job_text(kept.id, j);
    state.jobs.put(std::move(kept));
}

reply create_job(const call& c) {
    check good(c.body);
    good.needs_model();
    good.needs("training_file");
    good.string("training_file");
    good.string("validation_file");
    good.string("suffix");
    good.integer("seed", 0, INT32_MAX);
    good.object("metadata");
    good.object("method");
    if (good.failed()) return good.take();
    record kept;
    kept.id = c.state.new_id("ftjob-");
    kept.status = "queued";
    job j{c.body["model"].text(), c.body["training_file"].text(), kept.status, c.state.now()};
    j.validation_file = c.body["validation_file"].text();
    if (!c.body["suffix"].text().empty()) j.suffix = c.body["suffix"].text();
    j.metadata = c.body["metadata"].json();
    j.seed = c.body["seed"].integer(42);
    kept.metadata = metadata_pairs(c.body["metadata"]);
    kept.json = job_text(kept.id, j);
    std::string json = kept.json;
    c.state.jobs.put(std::move(kept));
    return json_reply(std::move(json));
}

reply list_jobs(const call& c) {
    std::vector<entry> entries;
    c.state.jobs.each(true, [&](const record& kept) {
        if (metadata_matches(c.asked.query(), kept.metadata)) {
            entries.push_back({kept.id, kept.json});
        }
    });
    return page(c, entries);
}

reply get_job(const call& c) {
    auto kept = c.state.jobs.get(c.id);
    return kept ? json_reply(std::move(kept->json)) : no_job(c.id);
}

reply cancel_job(const call& c) {
    return move_job(c, "be cancelled", "cancelled");
}
reply pause_job(const call& c) {
    return move_job(c, "be paused", "paused");
}
reply resume_job(const call& c) {
    return move_job(c, "be resumed", "queued");
}

reply list_job_events(const call& c) {
    if (!c.state.jobs.get(c.id)) return no_job(c.id);
    std::vector<entry> entries;
    for (int n = 30; n > 0; --n) {
        entry one{"ftevent-" + c.id.substr(c.id.find('-') + 1) + "-" + std::to_string(n), {}};
        object_text(one.json)
            .text("object", "fine_tuning.job.event")
            .text("id", one.id)
            .number("created_at", c.state.created(0) + n)
            .text("level", "info")
            .text("message", "Step " + std::to_string(n) + "/30: training loss=0.5")
            .raw("data", "{\"step\":" + std::to_string(n) + ",\"train_loss\":0.5}")
            .text("type", "metrics");
        entries.push_back(std::move(one));
    }
    return page(c, entries);
}

reply list_job_checkpoints(const call& c) {
    if (!c.state.jobs.get(c.id)) return no_job(c.id);
    std::vector<entry> entries;
    for (int n = 15; n > 0; --n) {
        entry one{"ftckpt-" + c.id.substr(c.id.find('-') + 1) + "-" + std::to_string(n), {}};
        object_text(one.json)
            .text("object", "fine_tuning.job.checkpoint")
            .text("id", one.id)
            .number("created_at", c.state.created(0) + n)
            .text("fine_tuned_model_checkpoint", "ft:gpt-4o-mini:mock:ckpt-" + std::to_string(n))
            .text("fine_tuning_job_id", c.id)
            .raw("metrics", "{\"step\":" + std::to_string(n * 10) +
                                ",\"train_loss\":0.5,\"train_mean_token_accuracy\":0.9}")
            .number("step_number", n * 10);
        entries.push_back(std::move(one));
    }
    return page(c, entries, 10);
}

}  // namespace oai::mock
