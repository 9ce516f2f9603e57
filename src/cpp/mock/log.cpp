#include "mock/log.hpp"

#include <array>
#include <cstdio>
#include <ctime>

namespace oai::mock {

namespace {

struct cached_date {
    std::time_t second = 0;
    std::array<char, 40> text{};
    std::size_t size = 0;
};

}  // namespace

void log_line(const options& settings, std::uint64_t connection, std::string_view text) {
    if (settings.quiet) return;
    std::time_t now = std::time(nullptr);
    std::tm parts{};
    localtime_r(&now, &parts);
    char clock[16];
    std::strftime(clock, sizeof clock, "%H:%M:%S", &parts);
    std::string line = clock;
    line += " #" + std::to_string(connection) + " ";
    line += text;
    line += '\n';
    std::fwrite(line.data(), 1, line.size(), stderr);
}

void log_request(const options& settings, std::uint64_t connection, const request& asked,
                 int status, bool stream) {
    if (settings.quiet) return;
    std::string text = asked.method + " ";
    // A target may hold anything a client sent: keep the terminal safe.
    for (char c : asked.target) text += c >= 0x20 && c < 0x7f ? c : '?';
    text += " -> " + std::to_string(status);
    if (stream) text += " stream";
    log_line(settings, connection, text);
}

std::string_view http_date() {
    thread_local cached_date cache;
    std::time_t now = std::time(nullptr);
    if (now != cache.second) {
        cache.second = now;
        std::tm parts{};
        gmtime_r(&now, &parts);
        static constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
        static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
        int size = std::snprintf(cache.text.data(), cache.text.size(),
                                 "%s, %02d %s %04d %02d:%02d:%02d GMT", days[parts.tm_wday],
                                 parts.tm_mday, months[parts.tm_mon], parts.tm_year + 1900,
                                 parts.tm_hour, parts.tm_min, parts.tm_sec);
        cache.size = static_cast<std::size_t>(size);
    }
    return {cache.text.data(), cache.size};
}

}  // namespace oai::mock
