#include "http/pool.hpp"

#include <algorithm>
#include <chrono>
#include <random>
#include <utility>

#include "http/h1_connection.hpp"
#include "http/h2_connection.hpp"
#include "http/pool_core.hpp"

namespace oai::http {
namespace {

// A server that hangs up on HTTP/2 this often in a row, before a word, does not mean to speak it.
constexpr int most_ungreeted = 2;

// The pool owns what its policy knows.
std::unique_ptr<connection> owned(pooled_connection* one) noexcept {
    return std::unique_ptr<connection>(static_cast<connection*>(one));
}

}  // namespace

// What an acquire holds until it has its exchange, given back however the acquire ends.
class pool_core::claim {
  public:
    claim(pool_core& on, const void* key, acquisition& who) noexcept
        : pool_(on), key_(key), who_(who) {}
    ~claim() {
        pool_.pending_.erase(key_);
        pool_.policy_.cancel(who_);
        if (!who_.holds_slot) return;
        pool_.perform(pool_.policy_.open_failed(who_));
        pool_.serve(who_.origin);
    }
    claim(const claim&) = delete;

  private:
    pool_core& pool_;
    const void* key_;
    acquisition& who_;
};

// A use of a connection that does not become an exchange, be it for want of memory.
class pool_core::unlent_use {
  public:
    unlent_use(pool_core& on, acquisition& who) noexcept : pool_(on), who_(who) {}
    ~unlent_use() {
        if (who_.use != nullptr) pool_.give_back(*who_.use);
    }
    unlent_use(const unlent_use&) = delete;

  private:
    pool_core& pool_;
    acquisition& who_;
};

pool_core::pool_core(net::engine& on, pool_settings settings)
    : engine_(on),
      settings_(std::move(settings)),
      tls_with_h2_(settings_.tls),
      tls_without_h2_(settings_.tls),
      policy_(settings_.limits) {
    tls_with_h2_.alpn = {"h2"};
    if (settings_.http2 != h2_use::prior_knowledge) tls_with_h2_.alpn.emplace_back("http/1.1");
    tls_without_h2_.alpn = {"http/1.1"};
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
    const unlent_use back(*this, who);
    who.holds_slot = granted.what == pool_policy::verdict::open;
    if (granted.what == pool_policy::verdict::reuse)
        use_if_fit(who, granted.connection);
    else
        owned(granted.connection).reset();
    if (who.use != nullptr) co_return lend(who);

    const claim given_back(*this, key, who);
    pending_[key] = &who;
    if (who.holds_slot) {
        who.times.granted = steady::now();
    } else {
        const bool came = co_await await_turn(who, clocks, why);
        if (!came) co_return nullptr;
    }
    if (who.use == nullptr) {
        const bool opened = co_await open(who, *to, clocks.connect, why);
        if (!opened) co_return nullptr;
    }
    co_return lend(who);
}

task<bool> pool_core::await_turn(acquisition& who, timeouts& clocks, failure& why) {
    const bool follows = who.follows();
    const time_point began = steady::now();
    who.enter_limit(clocks.pool, errc::pool_timeout);
    co_await who.turn();
    if (who.verdict) {
        policy_.cancel(who);
        why.code = who.verdict;
        why.detail = state();
        co_return false;
    }
    // Handed over while its peer may have been closing it.
    if (who.use != nullptr) use_if_fit(who, who.use);
    // It has waited for somebody else's connection: that time was for connecting, too.
    if (follows && clocks.connect) {
        const auto waited = std::chrono::duration_cast<milliseconds>(steady::now() - began);
        clocks.connect = std::max(*clocks.connect - waited, milliseconds::zero());
    }
    co_return true;
}

task<bool> pool_core::open(acquisition& who, const origin& to, limit within, failure& why) {
    net::dialer dialer(engine_, &settings_.sockets);
    who.dialing(&dialer);
    who.enter_limit(within, errc::connect_timeout);
    const net::tls_settings* tls = tls_for(to, who.origin);
    const net::route way = settings_.routing.way_to(to.host, to.port, tls, to.unix_path);
    auto stream = co_await dialer.dial(way, why);
    who.leave_limit();
    who.dialing(nullptr);
    who.times.dial = dialer.times();
    if (!stream) co_return false;
    count(*stream);
    why.where = phase::write;
    who.use = made(who, to, way, std::move(stream));
    who.use->good_until = best_before();
    who.holds_slot = false;
    serve(who.origin);
    co_return true;
}

// Connections that were opened together do not end together: up to a tenth less than `max_age`.
time_point pool_core::best_before() const noexcept {
    if (!settings_.limits.max_age) return time_point::max();
    static thread_local std::minstd_rand source{std::random_device{}()};
    const milliseconds most = *settings_.limits.max_age;
    const std::uint64_t less = source() % (static_cast<std::uint64_t>(most.count()) / 10 + 1);
    return steady::now() + most - milliseconds(less);
}

const net::tls_settings* pool_core::tls_for(const origin& to, origin_id number) const noexcept {
    if (!to.tls) return nullptr;
    if (settings_.http2 == h2_use::never) return &settings_.tls;
    return records_[number].broken_h2 ? &tls_without_h2_ : &tls_with_h2_;
}

bool pool_core::speaks_h2(const net::stream& opened) const noexcept {
    return settings_.http2 == h2_use::prior_knowledge || opened.protocol() == "h2";
}

connection* pool_core::made(acquisition& who, const origin& to, const net::route& way,
                            std::shared_ptr<net::stream> over) {
    if (!way.forwarded && speaks_h2(*over)) {
        ++settings_.counts->h2;
        auto link =
            std::make_shared<h2_link>(engine_, std::move(over), to, settings_.wire, settings_.h2);
        auto opened = std::make_unique<h2_connection>(engine_, *this, who.origin, std::move(link),
                                                      settings_.wire);
        const bool broken = records_[who.origin].broken_h2;
        policy_.opened(who, *opened, broken ? carries::one : carries::many,
                       settings_.h2.most_streams);
        return opened.release();
    }
    auto opened = std::make_unique<h1_connection>(engine_, who.origin, to.authority(),
                                                  std::move(over), settings_.wire);
    if (way.forwarded) opened->forward_through(way.via);
    policy_.opened(who, *opened, carries::one, 1);
    return opened.release();
}

std::unique_ptr<exchange> pool_core::lend(acquisition& who) {
    auto lent = who.use->lend(shared_from_this(), who.times);
    who.use = nullptr;
    leases_.append(*lent);
    return lent;
}

void pool_core::use_if_fit(acquisition& who, pooled_connection* granted) noexcept {
    who.use = static_cast<connection*>(granted);
    while (who.use != nullptr && !who.use->fit()) {
        const auto dead = owned(who.use);
        who.use = static_cast<connection*>(policy_.replace_dead(who, *dead, steady::now()));
    }
    who.holds_slot = who.use == nullptr;
}

void pool_core::session_changed(connection& on, const h2_session& now) noexcept {
    origin_record& record = records_[on.origin];
    if (now.greeted()) record.ungreeted = 0;
    const bool hung_up = now.draining() && !now.greeted() && !closed_;
    if (now.broken() || (hung_up && ++record.ungreeted >= most_ungreeted)) fall_back(on.origin);
    const origin_id of = on.origin;
    if (now.draining())
        perform(policy_.retire(on));
    else
        policy_.resized(on, now.capacity());
    serve(of);
}

void pool_core::fall_back(origin_id from) noexcept {
    if (records_[from].broken_h2 || settings_.http2 == h2_use::prior_knowledge) return;
    records_[from].broken_h2 = true;
    policy_.expect(from, carries::one);
    ++settings_.counts->h1_fallbacks;
}

void pool_core::count(const net::stream& opened) noexcept {
    traffic& counts = *settings_.counts;
    ++counts.connections;
    if (opened.encrypted()) ++counts.handshakes;
    if (opened.resumed()) ++counts.resumed;
}

void pool_core::give_back(connection& done) noexcept {
    done.count(*settings_.counts);
    const bool keep = !closed_ && !stopped_ && done.reusable();
    perform(policy_.release(done, keep, steady::now()));
    const auto next = policy_.next_expiry();
    if (next && (!armed() || *next < sweep_at_)) sweep_at(*next);
}

void pool_core::perform(pool_policy::handover next) noexcept {
    owned(next.close).reset();
    if (next.to == nullptr) return;
    static_cast<acquisition*>(next.to)->granted(static_cast<connection*>(next.reuse));
}

void pool_core::serve(origin_id of) noexcept {
    for (auto next = policy_.serve(of); next.to != nullptr; next = policy_.serve(of)) perform(next);
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
        static_cast<leased*>(at)->abort(errc::client_closed);
}

pool_stats pool_core::stats() const noexcept {
    return {policy_.open(), policy_.idle(), policy_.waiting()};
}

origin_id pool_core::number(const std::shared_ptr<const origin>& of) {
    if (of == last_origin_) return last_number_;
    const std::string name = (of->tls ? "https " : "http ") + of->host + ' ' +
                             std::to_string(of->port) + ' ' + of->unix_path;
    const auto [at, added] = origins_.try_emplace(name, static_cast<origin_id>(origins_.size()));
    last_number_ = at->second;
    last_origin_ = of;
    if (added) {
        records_.emplace_back();
        const bool may_share =
            of->tls ? settings_.http2 != h2_use::never : settings_.http2 == h2_use::prior_knowledge;
        policy_.expect(last_number_, may_share ? carries::unknown : carries::one);
    }
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
