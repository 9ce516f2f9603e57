// What the bundled server reads of a client: requests, and values of a query.
#include <boost/beast/http/error.hpp>

#include "core/error.hpp"
#include "fuzz.hpp"
#include "mock/request_parser.hpp"
#include "targets.hpp"

namespace oai::fuzz {
namespace {

constexpr std::size_t most_body = 4096;

struct result {
    error_code ec;
    bool whole = false;
    std::size_t used = 0;
    mock::request message;
};

// As its connection feeds the parser: what was not taken comes again, with more behind it.
result parsed(const pieces& input) {
    mock::request_parser parser(most_body);
    result got;
    std::string pending;
    for (const std::string_view piece : input) {
        pending += piece;
        while (!got.ec && !parser.is_done() && !pending.empty()) {
            const std::size_t used = parser.put(boost::asio::buffer(pending), got.ec);
            if (got.ec == boost::beast::http::error::need_more) got.ec = error_code();
            got.used += used;
            pending.erase(0, used);
            if (used == 0) break;
        }
        if (got.ec || parser.is_done()) break;
    }
    got.whole = parser.is_done();
    got.message = std::move(parser.message);
    return got;
}

std::string written(const mock::request& message) {
    std::string out = message.method + " " + message.target + " HTTP/1.1\r\n";
    for (const auto& [name, value] : message.headers)
        if (!mock::same_name(name, "content-length") && !mock::same_name(name, "transfer-encoding"))
            out.append(name).append(": ").append(value).append("\r\n");
    out += "content-length: " + std::to_string(message.body.size()) + "\r\n\r\n";
    return out + message.body;
}

bool same(const mock::request& one, const mock::request& other) {
    return one.method == other.method && one.target == other.target && one.body == other.body &&
           one.headers == other.headers;
}

std::string encoded(std::string_view text) {
    constexpr char hex[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        out += '%';
        out += hex[byte >> 4];
        out += hex[byte & 15];
    }
    return out;
}

}  // namespace

void mock_request(std::string_view input) {
    const result whole = parsed({input});
    for (const std::uint64_t longest : {1, 60}) {
        const result cut_up = parsed(cut(input, longest));
        require(cut_up.whole == whole.whole, "cuts do not change whether it is whole");
        require(!whole.whole || (same(cut_up.message, whole.message) && cut_up.used == whole.used),
                "nor what it says");
    }
    require(mock::percent_decoded(encoded(input)) == input, "what is percent-encoded comes back");
    if (!whole.whole) return;
    require(whole.message.body.size() <= most_body, "a body is no larger than allowed");
    const result again = parsed({written(whole.message)});
    require(again.whole && again.message.body == whole.message.body &&
                again.message.target == whole.message.target,
            "a request is written and read again");
    const std::string_view query = whole.message.query();
    require(mock::query_value(query, "model").size() <= query.size(), "a value is a part of it");
}

}  // namespace oai::fuzz
