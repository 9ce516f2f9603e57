// Every endpoint: a function from a call to its reply. The router knows which is which.
#pragma once

#include "mock/router.hpp"

namespace oai::mock {

reply create_chat(const call& c);
reply list_chats(const call& c);
reply get_chat(const call& c);
reply update_chat(const call& c);
reply delete_chat(const call& c);
reply list_chat_messages(const call& c);

reply create_completion(const call& c);

reply create_response(const call& c);
reply get_response(const call& c);
reply delete_response(const call& c);
reply cancel_response(const call& c);
reply list_input_items(const call& c);

reply create_embeddings(const call& c);
reply create_moderation(const call& c);

reply create_file(const call& c);

reply list_models(const call& c);
reply get_model(const call& c);
reply delete_model(const call& c);

reply create_job(const call& c);
reply list_jobs(const call& c);
reply get_job(const call& c);
reply cancel_job(const call& c);
reply pause_job(const call& c);
reply resume_job(const call& c);
reply list_job_events(const call& c);
reply list_job_checkpoints(const call& c);

}  // namespace oai::mock
