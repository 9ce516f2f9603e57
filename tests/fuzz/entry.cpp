// libFuzzer's way into one target; OAI_FUZZ_TARGET is its name.
#include <signal.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "targets.hpp"

namespace {

// libFuzzer's alarm, every few seconds, would end a system call that waits for the client.
bool let_calls_resume() {
    struct sigaction how;
    if (sigaction(SIGALRM, nullptr, &how) != 0) return false;
    how.sa_flags |= SA_RESTART;
    return sigaction(SIGALRM, &how, nullptr) == 0;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const bool resume = let_calls_resume();
    if (!resume) std::abort();
    oai::fuzz::OAI_FUZZ_TARGET({reinterpret_cast<const char*>(data), size});
    return 0;
}
