// Fine-tuning jobs that exist when the server starts.
#pragma once

namespace oai::mock {

struct world;

void add_seed_job(world& state, unsigned number);

}  // namespace oai::mock
