// The pool's decisions performed; see pool.hpp for the contract. Engine thread only.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "http/acquisition.hpp"
#include "http/connection.hpp"
#include "http/pool.hpp"
#include "http/pool_policy.hpp"
#include "net/deadline_wheel.hpp"
#include "net/engine.hpp"
#include "net/ring.hpp"

namespace oai::http {

class pool_core final : public pool,
                        public std::enable_shared_from_this<pool_core>,
                        private net::resident,
                        private net::deadline {
  public:
    pool_core(net::engine& on, pool_settings settings);
    ~pool_core() override { drop_idle(); }

    task<std::unique_ptr<exchange>> acquire(std::shared_ptr<const origin> to, timeouts clocks,
                                            bool fresh, const void* key, failure& why) override;
    void cancel_acquire(const void* key) noexcept override;
    void close(bool abort) noexcept override;
    pool_stats stats() const noexcept override;

    // The end of an exchange.
    void give_back(connection& done) noexcept;
    // The session on `on` takes more or fewer exchanges than before, or none any more. May destroy
    // the connection.
    void session_changed(connection& on, const h2_session& now) noexcept;

  private:
    class claim;
    class unlent_use;

    // What is known of an origin.
    struct origin_record {
        bool broken_h2 = false;  // from now on HTTP/1.1
        int ungreeted = 0;       // HTTP/2 connections in a row that ended before they had begun
    };

    void expired() noexcept override;
    void engine_stopped() noexcept override;

    task<bool> await_turn(acquisition& who, timeouts& clocks, failure& why);
    task<bool> open(acquisition& who, const origin& to, limit within, failure& why);
    std::unique_ptr<exchange> lend(acquisition& who);
    bool speaks_h2(const net::stream& opened) const noexcept;
    connection* made(acquisition& who, const origin& to, const net::route& way,
                     std::shared_ptr<net::stream> over);
    time_point best_before() const noexcept;
    const net::tls_settings* tls_for(const origin& to, origin_id number) const noexcept;
    void fall_back(origin_id from) noexcept;
    // The granted connection, or a fresher one, if its peer has not closed it meanwhile; else `who`
    // holds its slot.
    void use_if_fit(acquisition& who, pooled_connection* granted) noexcept;
    void perform(pool_policy::handover next) noexcept;
    void serve(origin_id of) noexcept;
    void count(const net::stream& opened) noexcept;
    void sweep_at(time_point when);
    void drop_idle() noexcept;
    origin_id number(const std::shared_ptr<const origin>& of);
    std::string state() const;

    net::engine& engine_;
    const pool_settings settings_;
    net::tls_settings tls_with_h2_, tls_without_h2_;
    pool_policy policy_;
    std::unordered_map<std::string, origin_id> origins_;
    std::vector<origin_record> records_;  // by origin
    std::shared_ptr<const origin> last_origin_;
    origin_id last_number_ = 0;
    std::unordered_map<const void*, acquisition*> pending_;
    net::ring leases_;
    time_point sweep_at_;
    bool closed_ = false;   // nothing is kept any more
    bool stopped_ = false;  // the engine is gone
};

}  // namespace oai::http
