#include "http/pool.hpp"

#include "http/lease.hpp"
#include "http/pool_core.hpp"

namespace oai::http {
namespace {

std::unique_ptr<h1_connection> owned(pooled_connection* connection) noexcept {
    return std::unique_ptr<h1_connection>(static_cast<h1_connection*>(connection));
}

}  // namespace

// What an acquire holds until it has its exchange, given back however the acquire ends.
class pool_core::claim {
  public:
    claim(pool_core& on, const void* key, acquisition& who) : pool_(on), key_(key), who_(who) {
        pool_.pending_[key_] = &who_;
    }
    ~claim() {
        pool_.pending_.erase(key_);
        pool_.policy_.cancel(who_);
        if (who_.connection)
            pool_.give_back(std::move(who_.connection));
        else if (who_.holds_slot)
            pool_.perform(pool_.policy_.open_failed());
    }
    claim(const claim&) = delete;

  private:
    pool_core& pool_;
    const void* key_;
    acquisition& who_;
};

pool_core::pool_core(net::engine& on, pool_settings settings)
    : engine_(on), settings_(std::move(settings)), policy_(settings_.limits) {
    engine_.settle(*this);
}

task<std::unique_ptr<exchange>> pool_core::acquire(std::shared_ptr<const origin> to,
                                                   timeouts clocks, bool fresh, const void* key,
                                                   failure& why) {
    const auto self = shared_from_this();
    why = failure();
    if (closed_ || stopped_) {
        why.code = stopped_ ? errc::engine_stopped : errc::client_closed;
        co_return nullptr;
    }
    acquisition who(engine_, number(to), fresh);
    const auto granted = policy_.acquire(who, steady::now());
    who.holds_slot = granted.what != pool_policy::verdict::wait;
    if (granted.what == pool_policy::verdict::reuse)
        who.connection = still_fit(granted.connection);
    else
        owned(granted.connection).reset();
    if (who.connection) co_return lend(who);

    const claim given_back(*this, key, who);
    if (who.holds_slot) {
        who.times.granted = steady::now();
    } else {
        const bool came = co_await await_turn(who, clocks.pool, why);
        if (!came) co_return nullptr;
    }
    if (!who.connection) {
        const bool opened = co_await open(who, *to, clocks.connect, why);
        if (!opened) co_return nullptr;
    }
    co_return lend(who);
}

task<bool> pool_core::await_turn(acquisition& who, limit within, failure& why) {
    who.enter_limit(within, errc::pool_timeout);
    co_await who.turn();
    if (who.verdict) {
        policy_.cancel(who);
        why.code = who.verdict;
        why.detail = state();
        co_return false;
    }
    // Handed over while its peer may have been closing it.
    if (who.connection && !who.connection->fit()) who.connection.reset();
    co_return true;
}

task<bool> pool_core::open(acquisition& who, const origin& to, limit within, failure& why) {
    net::dialer dialer(engine_, &settings_.sockets);
    who.dialing(&dialer);
    who.enter_limit(within, errc::connect_timeout);
    const net::tls_settings* tls = to.tls ? &settings_.tls : nullptr;
    const net::route way = settings_.routing.way_to(to.host, to.port, tls, to.unix_path);
    auto stream = co_await dialer.dial(way, why);
    who.leave_limit();
    who.dialing(nullptr);
    who.times.dial = dialer.times();
    if (!stream) co_return false;
    count(*stream);
    why.where = phase::write;
    who.connection = std::make_unique<h1_connection>(engine_, who.origin, to.authority(),
                                                     std::move(stream), settings_.wire);
    if (way.forwarded) who.connection->forward_through(way.via);
    co_return true;
}

std::unique_ptr<exchange> pool_core::lend(acquisition& who) {
    who.holds_slot = false;
    auto lent = std::make_unique<lease>(shared_from_this(), std::move(who.connection), who.times);
    leases_.append(*lent);
    return lent;
}

std::unique_ptr<h1_connection> pool_core::still_fit(pooled_connection* granted) noexcept {
    while (granted) {
        auto connection = owned(granted);
        if (connection->fit()) return connection;
        granted = policy_.replace_dead(*connection, steady::now());
    }
    return nullptr;
}

void pool_core::count(const net::stream& opened) noexcept {
    traffic& counts = *settings_.counts;
    ++counts.connections;
    if (opened.encrypted()) ++counts.handshakes;
    if (opened.resumed()) ++counts.resumed;
}

void pool_core::give_back(std::unique_ptr<h1_connection> done) noexcept {
    settings_.counts->bytes_sent.add(std::exchange(done->bytes_sent, 0));
    settings_.counts->bytes_received.add(std::exchange(done->bytes_received, 0));
    const bool keep = !closed_ && !stopped_ && done->reusable();
    perform(policy_.release(*done.release(), keep, steady::now()));
    const auto next = policy_.next_expiry();
    if (next && (!armed() || *next < sweep_at_)) sweep_at(*next);
}

void pool_core::perform(pool_policy::handover next) noexcept {
    owned(next.close).reset();
    if (next.to) static_cast<acquisition*>(next.to)->granted(owned(next.reuse));
}

void pool_core::expired() noexcept {
    const auto now = steady::now();
    while (pooled_connection* old = policy_.pop_expired(now)) owned(old).reset();
    if (const auto next = policy_.next_expiry()) sweep_at(*next);
}

void pool_core::sweep_at(time_point when) {
    sweep_at_ = when;
    arm(engine_.wheel(), when);
}

void pool_core::drop_idle() noexcept {
    while (pooled_connection* idle = policy_.pop_idle()) owned(idle).reset();
}

void pool_core::engine_stopped() noexcept {
    stopped_ = true;
    disarm();
    drop_idle();
}

void pool_core::cancel_acquire(const void* key) noexcept {
    const auto at = pending_.find(key);
    if (at != pending_.end()) at->second->abort(errc::cancelled);
}

void pool_core::close(bool abort) noexcept {
    closed_ = true;
    drop_idle();
    while (pool_waiter* who = policy_.pop_waiter())
        static_cast<acquisition*>(who)->abort(errc::client_closed);
    if (!abort) return;
    for (const auto& [key, who] : pending_) who->abort(errc::client_closed);
    for (net::ring* at = leases_.after; at != &leases_; at = at->after)
        static_cast<lease*>(at)->abort(errc::client_closed);
}

pool_stats pool_core::stats() const noexcept {
    return {policy_.open(), policy_.idle(), policy_.waiting()};
}

origin_id pool_core::number(const std::shared_ptr<const origin>& of) {
    if (of == last_origin_) return last_number_;
    const std::string name = (of->tls ? "https " : "http ") + of->authority() + ' ' + of->unix_path;
    last_number_ =
        origins_.try_emplace(name, static_cast<origin_id>(origins_.size())).first->second;
    last_origin_ = of;
    return last_number_;
}

std::string pool_core::state() const {
    return std::to_string(policy_.open()) + " of " +
           std::to_string(settings_.limits.max_connections) + " connections open, " +
           std::to_string(policy_.waiting()) + " calls waiting";
}

std::shared_ptr<pool> make_pool(net::engine& on, pool_settings settings) {
    return std::make_shared<pool_core>(on, std::move(settings));
}

}  // namespace oai::http
