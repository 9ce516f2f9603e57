#include "ws/connection.hpp"

#include <new>
#include <utility>

#include "ws/session.hpp"

namespace oai::ws {

std::shared_ptr<connection> connection::open(settings how, std::unique_ptr<watcher> news) {
    net::engine& engine = net::engine::shared();
    auto shared = std::make_shared<oai::ws::channel>(how.marks, std::move(news));
    auto made = std::make_shared<session>(engine, std::move(how), shared);
    session::submit(made);
    return std::shared_ptr<connection>(new connection(engine, std::move(shared), std::move(made)));
}

connection::connection(net::engine& on, std::shared_ptr<oai::ws::channel> shared,
                       std::shared_ptr<session> engine_side)
    : engine_(on),
      channel_(std::move(shared)),
      session_(std::move(engine_side)),
      generation_(net::engine::generation()) {}

connection::~connection() {
    abort();
}

template <class F>
void connection::tell_engine(F what) noexcept {
    // After a fork or a restart the engine of this connection, and with it the session, is gone.
    if (generation_ != net::engine::generation()) return;
    engine_.submit(net::make_job([to = session_, what = std::move(what)]() mutable noexcept {
        try {
            what(*to);
        } catch (const std::bad_alloc&) {
            to->give_up();
        }
    }));
}

std::uint64_t connection::send(message what) {
    const std::scoped_lock lock(sending_);
    tell_engine([what = std::move(what)](session& to) mutable { to.send(std::move(what)); });
    return ++sends_;
}

void connection::close(close_frame with) {
    tell_engine([with = std::move(with)](session& to) mutable { to.close(std::move(with)); });
}

void connection::abort() noexcept {
    tell_engine([](session& to) { to.abort(); });
}

popped connection::pop(message& out) {
    bool resume = false;
    const popped got = channel_->pop(out, resume);
    if (resume) tell_engine([](session& to) { to.resume(); });
    return got;
}

}  // namespace oai::ws
