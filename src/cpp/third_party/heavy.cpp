// Home of the precompiled header; see heavy.hpp.
