// What proxies answer: a byte at a time and all at once, against a reading of the whole answer.
// The first letter says what is dug: c (CONNECT), s (SOCKS5), a (SOCKS5 with a password).
#include "net/tunnel.hpp"

#include "fuzz.hpp"
#include "targets.hpp"

namespace oai::fuzz {
namespace {

using state = net::tunnel::state;

constexpr std::size_t longest = 2048;

net::proxy proxy_for(char kind) {
    net::proxy by;
    by.speaks = kind == 'c' ? net::proxy::kind::http : net::proxy::kind::socks5h;
    by.host = "proxy.test";
    by.port = 3128;
    if (kind == 'a') by.user = "user", by.password = "secret";
    return by;
}

std::unique_ptr<net::tunnel> tunnel_for(char kind) {
    const net::proxy by = proxy_for(kind);
    return kind == 'c' ? net::make_connect_tunnel(by, "api.test", 443)
                       : net::make_socks_tunnel(by, "api.test", 443);
}

bool digits(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// RFC 9110 9.3.6, of an answer that is there as a whole.
state connect_reference(std::string_view answer) {
    constexpr std::string_view start = "HTTP/1.";
    for (;;) {
        const std::size_t known = std::min(answer.size(), start.size());
        if (answer.substr(0, known) != start.substr(0, known)) return state::failed;
        std::string_view rest = answer, first, line;
        for (bool at_first = true;; at_first = false) {
            const std::size_t end = rest.find('\n');
            if (end == rest.npos) return state::more;
            line = rest.substr(0, end);
            rest.remove_prefix(end + 1);
            if (line.ends_with('\r')) line.remove_suffix(1);
            if (at_first) first = line;
            if (!at_first && line.empty()) break;
        }
        const bool good = first.size() >= 12 && digits(first.substr(7, 1)) && first[8] == ' ' &&
                          digits(first.substr(9, 3)) && (first.size() == 12 || first[12] == ' ');
        if (!good || first[9] > '2') return state::failed;
        if (first[9] == '2') return rest.empty() ? state::done : state::failed;
        answer = rest;
    }
}

// RFC 1928 and 1929, of a proxy that speaks when it is asked.
state socks_reference(std::string_view answer, bool password) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(answer[at]); };
    if (answer.size() < 2) return state::more;
    if (byte(0) != 5 || (byte(1) != 0 && !(password && byte(1) == 2))) return state::failed;
    const bool login = byte(1) == 2;
    answer.remove_prefix(2);
    if (login) {
        if (answer.size() < 2) return state::more;
        if (byte(0) != 1 || byte(1) != 0) return state::failed;
        answer.remove_prefix(2);
    }
    if (answer.size() < 2) return state::more;
    if (byte(0) != 5 || byte(1) != 0) return state::failed;
    if (answer.size() < 5) return state::more;
    const std::size_t size = byte(3) == 1   ? 10
                             : byte(3) == 4 ? 22
                             : byte(3) == 3 ? 7u + byte(4)
                                            : 0;
    if (size == 0 || answer.size() > size) return state::failed;
    return answer.size() == size ? state::done : state::more;
}

state reference(char kind, std::string_view answer) {
    return kind == 'c' ? connect_reference(answer) : socks_reference(answer, kind == 'a');
}

state put_checked(net::tunnel& dug, std::string_view bytes) {
    const state now = dug.put(bytes);
    require((now == state::failed) == (dug.code() != errc::success), "a failure has its code");
    require(now != state::failed || !dug.reason().empty(), "and its reason");
    require(std::ranges::all_of(dug.reason(), [](char c) { return c >= ' ' && c <= '~'; }),
            "which can be shown");
    return now;
}

}  // namespace

void tunnel(std::string_view input) {
    if (input.empty() || input.size() > longest) return;
    const char kind = input.front() == 'a' ? 'a' : input.front() == 's' ? 's' : 'c';
    input.remove_prefix(1);

    const auto whole = tunnel_for(kind);
    require(!whole->outgoing().empty(), "we speak first");
    const state at_once = input.empty() ? state::more : put_checked(*whole, input);
    // A SOCKS proxy that answers what it was not asked yet is refused.
    if (kind == 'c' || at_once == state::done)
        require(at_once == reference(kind, input), "at once, as the RFC says");

    const auto slow = tunnel_for(kind);
    for (std::size_t size = 1; size <= input.size(); ++size) {
        slow->outgoing();
        const state now = put_checked(*slow, input.substr(size - 1, 1));
        require(now == reference(kind, input.substr(0, size)), "byte by byte, as the RFC says");
        if (now != state::more) return;
    }
}

}  // namespace oai::fuzz
