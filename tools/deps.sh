#!/bin/sh
# Installs the system packages the build needs, or says which command would.
# With --test-servers also the real servers that tests talk to, with --fuzz what fuzz targets need.
set -eu
packages="g++ make pkg-config libssl-dev libnghttp2-dev rapidjson-dev zlib1g-dev libbrotli-dev
    libzstd-dev"
optional="ccache"

missing=""
for package in $packages; do
    case $package in
        g++) command -v c++ >/dev/null || missing="$missing $package" ;;
        make | pkg-config) command -v "$package" >/dev/null || missing="$missing $package" ;;
        libssl-dev) pkg-config --exists 'openssl >= 3' 2>/dev/null || missing="$missing $package" ;;
        libnghttp2-dev) pkg-config --exists libnghttp2 2>/dev/null || missing="$missing $package" ;;
        zlib1g-dev) pkg-config --exists zlib 2>/dev/null || missing="$missing $package" ;;
        libbrotli-dev) pkg-config --exists libbrotlidec 2>/dev/null || missing="$missing $package" ;;
        libzstd-dev) pkg-config --exists libzstd 2>/dev/null || missing="$missing $package" ;;
        rapidjson-dev)
            echo '#include <rapidjson/reader.h>' | c++ -E -x c++ - >/dev/null 2>&1 ||
                missing="$missing $package"
            ;;
    esac
done
if [ "${1:-}" = --test-servers ]; then
    [ -x /usr/sbin/nginx ] || command -v nginx >/dev/null || missing="$missing nginx-light"
    command -v nghttpx >/dev/null || missing="$missing nghttp2-proxy"
    command -v h2o >/dev/null || missing="$missing h2o"
    command -v nft >/dev/null || missing="$missing nftables"
    command -v ip >/dev/null || missing="$missing iproute2"
    command -v caddy >/dev/null || missing="$missing caddy"
    [ -x /usr/sbin/squid ] || command -v squid >/dev/null || missing="$missing squid"
    command -v tinyproxy >/dev/null || missing="$missing tinyproxy"
    command -v microsocks >/dev/null || missing="$missing microsocks"
fi
if [ "${1:-}" = --fuzz ]; then
    # The fuzzer's runtime is a package of its own.
    command -v clang++-19 >/dev/null || missing="$missing clang-19"
    ls /usr/lib/llvm-19/lib/clang/19/lib/linux/libclang_rt.fuzzer-* >/dev/null 2>&1 ||
        missing="$missing libclang-rt-19-dev"
fi
[ -n "$missing" ] || exit 0

command -v ccache >/dev/null || missing="$missing $optional"
line="apt-get install -y --no-install-recommends$missing"
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing:$missing"
    apt-get update -qq
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
    echo "Missing system packages. Install them with:" >&2
    echo "    sudo $line" >&2
    exit 1
fi
