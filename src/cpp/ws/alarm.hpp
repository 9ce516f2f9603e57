// A deadline that calls a member function. Engine thread only.
#pragma once

#include "net/deadline_wheel.hpp"

namespace oai::ws {

template <class Owner>
class alarm final : public net::deadline {
  public:
    using reaction = void (Owner::*)() noexcept;

    alarm(Owner& of, reaction what) noexcept : of_(of), what_(what) {}

  private:
    void expired() noexcept override { (of_.*what_)(); }

    Owner& of_;
    const reaction what_;
};

}  // namespace oai::ws
