// Runs every target on its seeds, which hold every crash that was ever found, without libFuzzer.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "targets.hpp"

namespace {

namespace files = std::filesystem;

struct target {
    const char* name;
    void (*run)(std::string_view);
};

constexpr target targets[] = {
    {"content", oai::fuzz::content},
    {"h1", oai::fuzz::h1},
    {"h2", oai::fuzz::h2},
    {"headers", oai::fuzz::headers},
    {"json", oai::fuzz::json},
    {"mock_request", oai::fuzz::mock_request},
    {"proxy_rules", oai::fuzz::proxy_rules},
    {"redirect", oai::fuzz::redirect},
    {"sse", oai::fuzz::sse},
    {"tunnel", oai::fuzz::tunnel},
    {"ws", oai::fuzz::ws},
};

std::string content_of(const files::path& file) {
    std::ifstream from(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(from), {}};
}

}  // namespace

int main(int, char** arguments) {
    for (const target& each : targets) {
        int seeds = 0;
        for (const auto& entry : files::directory_iterator(files::path(arguments[1]) / each.name)) {
            // Told before it runs: an abort leaves this as the last line.
            std::printf("%s\n", entry.path().c_str());
            std::fflush(stdout);
            each.run(content_of(entry.path()));
            ++seeds;
        }
        if (seeds == 0) return std::printf("%s has no seeds\n", each.name), 1;
    }
}
