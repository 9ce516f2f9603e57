#include <algorithm>

#include "core/ascii.hpp"
#include "net/tunnel.hpp"

namespace oai::net {
namespace {

constexpr std::size_t most_bytes = 16 * 1024;  // of all heads of the answer
constexpr std::size_t most_reason = 100;
constexpr std::string_view http_version = "HTTP/1.";

// Behind the empty line that ends a head; npos: it has not come.
std::size_t end_of_head(std::string_view text) {
    for (std::size_t at = text.find('\n'); at != text.npos; at = text.find('\n', at + 1)) {
        const std::string_view next = text.substr(at + 1);
        if (next.starts_with('\n')) return at + 2;
        if (next.starts_with("\r\n")) return at + 3;
    }
    return text.npos;
}

// "407 Proxy Authentication Required" of a status line, as far as it can be shown; empty: it is
// none.
std::string status_of(std::string_view head) {
    std::string_view line = head.substr(0, head.find('\n'));
    if (line.ends_with('\r')) line.remove_suffix(1);
    constexpr std::size_t from = http_version.size() + 2;  // "HTTP/1.1 "
    if (line.size() < from + 3 || !digit(line[http_version.size()]) || line[from - 1] != ' ')
        return {};
    line.remove_prefix(from);
    if (!std::all_of(line.begin(), line.begin() + 3, digit)) return {};
    if (line.size() > 3 && line[3] != ' ') return {};
    std::string shown(line.substr(0, most_reason));
    std::replace_if(shown.begin(), shown.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    while (shown.ends_with(' ')) shown.pop_back();
    return shown;
}

class connect_tunnel final : public tunnel {
  public:
    connect_tunnel(const proxy& by, const std::string& host, std::uint16_t port) {
        const std::string to = host_and_port(host, port);
        outgoing_ = "CONNECT " + to + " HTTP/1.1\r\nHost: " + to + "\r\n" + by.authorization +
                    by.fields + "\r\n";
    }

    state put(std::string_view bytes) override;

  private:
    std::string head_;
    std::size_t taken_ = 0;
};

tunnel::state connect_tunnel::put(std::string_view bytes) {
    taken_ += bytes.size();
    head_.append(bytes);
    for (;;) {
        const std::size_t known = std::min(head_.size(), http_version.size());
        if (head_.compare(0, known, http_version, 0, known) != 0) return fail_as_unlike("HTTP");
        const std::size_t end = end_of_head(head_);
        if (end == head_.npos && taken_ <= most_bytes) return state::more;
        if (end == head_.npos || taken_ > most_bytes)
            return fail(errc::proxy_refused, "the head of its answer is too large");
        const std::string status = status_of(head_);
        if (status.empty()) return fail_as_unlike("HTTP");
        if (status.starts_with("407")) return fail(errc::proxy_auth, status);
        if (status.front() > '2') return fail(errc::proxy_refused, status);
        if (status.front() == '2' && end == head_.size()) return state::done;
        if (status.front() == '2') return fail(errc::proxy_refused, "it sent more than its answer");
        head_.erase(0, end);  // 1xx
    }
}

}  // namespace

std::unique_ptr<tunnel> make_connect_tunnel(const proxy& by, const std::string& host,
                                            std::uint16_t port) {
    return std::make_unique<connect_tunnel>(by, host, port);
}

}  // namespace oai::net
