#include "net/tunnel.hpp"

namespace oai::net {
namespace {

constexpr char version = 5, sub_version = 1;
constexpr char no_authentication = 0, by_password = 2;
constexpr char connect_command = 1, of_ipv4 = 1, of_name = 3, of_ipv6 = 4;

// RFC 1928 6
const char* refusal(unsigned char reply) {
    constexpr const char* words[] = {
        "",
        "general failure",
        "connection not allowed by its rules",
        "network unreachable",
        "host unreachable",
        "connection refused by the host",
        "time to live expired",
        "command not supported",
        "address type not supported",
    };
    return reply < std::size(words) ? words[reply] : "unknown failure";
}

std::string with_length(std::string_view text) {
    return std::string(1, static_cast<char>(text.size())).append(text);
}

template <class Bytes>
void append_address(std::string& out, char kind, const Bytes& bytes) {
    out.append(1, kind).append(bytes.begin(), bytes.end());
}

void append_destination(std::string& out, const std::string& host, std::uint16_t port) {
    error_code is_name;
    const auto address = asio::ip::make_address(host, is_name);
    if (is_name)
        append_address(out, of_name, with_length(host));
    else if (address.is_v4())
        append_address(out, of_ipv4, address.to_v4().to_bytes());
    else
        append_address(out, of_ipv6, address.to_v6().to_bytes());
    out += static_cast<char>(port >> 8);
    out += static_cast<char>(port & 0xff);
}

class socks_tunnel final : public tunnel {
  public:
    socks_tunnel(const proxy& by, const std::string& host, std::uint16_t port)
        : host_(host), port_(port) {
        if (!by.user.empty())
            login_ = sub_version + with_length(by.user) + with_length(by.password);
        outgoing_ = login_.empty() ? std::string{version, 1, no_authentication}
                                   : std::string{version, 2, no_authentication, by_password};
    }

    state put(std::string_view bytes) override;

  private:
    enum class awaited { method, login, reply };

    state take_method();
    state take_login();
    state take_reply();
    void ask() {
        outgoing_ = {version, connect_command, 0};
        append_destination(outgoing_, host_, port_);
        awaited_ = awaited::reply;
        input_.clear();
    }

    const std::string host_;
    const std::uint16_t port_;
    std::string login_;  // empty: no user was given
    std::string input_;
    awaited awaited_ = awaited::method;
};

tunnel::state socks_tunnel::put(std::string_view bytes) {
    input_.append(bytes);
    if (input_.size() < 2) return state::more;
    if (awaited_ == awaited::method) return take_method();
    if (awaited_ == awaited::login) return take_login();
    return take_reply();
}

tunnel::state socks_tunnel::take_method() {
    if (input_[0] != version || input_.size() > 2) return fail_as_unlike("SOCKS5");
    if (input_[1] == no_authentication) return ask(), state::more;
    if (login_.empty()) return fail(errc::proxy_auth, "it wants a user name and a password");
    if (input_[1] != by_password)
        return fail(errc::proxy_auth, "it takes no user name and password");
    outgoing_ = login_;
    awaited_ = awaited::login;
    input_.clear();
    return state::more;
}

tunnel::state socks_tunnel::take_login() {
    if (input_[0] != sub_version || input_.size() > 2) return fail_as_unlike("SOCKS5");
    if (input_[1] != 0) return fail(errc::proxy_auth, "it does not accept the user or password");
    return ask(), state::more;
}

tunnel::state socks_tunnel::take_reply() {
    if (input_[0] != version) return fail_as_unlike("SOCKS5");
    if (input_[1] != 0)
        return fail(errc::proxy_refused, refusal(static_cast<unsigned char>(input_[1])));
    if (input_.size() < 5) return state::more;
    std::size_t size = 4 + 2;  // and the address that it connects from, of any kind
    if (input_[3] == of_ipv4)
        size += 4;
    else if (input_[3] == of_ipv6)
        size += 16;
    else if (input_[3] == of_name)
        size += 1 + static_cast<unsigned char>(input_[4]);
    else
        return fail_as_unlike("SOCKS5");
    if (input_.size() > size) return fail(errc::proxy_refused, "it sent more than its answer");
    return input_.size() == size ? state::done : state::more;
}

}  // namespace

std::unique_ptr<tunnel> make_socks_tunnel(const proxy& by, const std::string& host,
                                          std::uint16_t port) {
    return std::make_unique<socks_tunnel>(by, host, port);
}

}  // namespace oai::net
