#include "net/reactor_descriptors.hpp"

#include <boost/asio/detail/config.hpp>

#include "net/descriptors.hpp"

#if defined(BOOST_ASIO_HAS_EPOLL)
#include <boost/asio/detail/epoll_reactor.hpp>

namespace oai::net {
namespace {

using boost::asio::detail::epoll_reactor;

// Asio does not tell these numbers, but an explicit instantiation may name private members.
template <class Tag, typename Tag::type Member>
struct reveal {
    friend typename Tag::type member(Tag) { return Member; }
};

struct epoll_tag {
    using type = int epoll_reactor::*;
    friend type member(epoll_tag);
};
struct timer_tag {
    using type = int epoll_reactor::*;
    friend type member(timer_tag);
};
struct interrupter_tag {
    using type = boost::asio::detail::select_interrupter epoll_reactor::*;
    friend type member(interrupter_tag);
};

template struct reveal<epoll_tag, &epoll_reactor::epoll_fd_>;
template struct reveal<timer_tag, &epoll_reactor::timer_fd_>;
template struct reveal<interrupter_tag, &epoll_reactor::interrupter_>;

template <class Act>
void for_each(boost::asio::io_context& context, Act act) {
    auto& reactor = boost::asio::use_service<epoll_reactor>(context);
    act(reactor.*member(epoll_tag()));
    act(reactor.*member(timer_tag()));
    act((reactor.*member(interrupter_tag())).read_descriptor());
}

}  // namespace

void remember_reactor_descriptors(boost::asio::io_context& context) noexcept {
    for_each(context, remember_descriptor);
}

void forget_reactor_descriptors(boost::asio::io_context& context) noexcept {
    for_each(context, forget_descriptor);
}

}  // namespace oai::net

#else

namespace oai::net {

void remember_reactor_descriptors(boost::asio::io_context&) noexcept {}
void forget_reactor_descriptors(boost::asio::io_context&) noexcept {}

}  // namespace oai::net

#endif
