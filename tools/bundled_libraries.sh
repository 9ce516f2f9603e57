#!/bin/sh
# usage: tools/bundled_libraries.sh TRIPLET   Builds the libraries that wheels bring along, as
# archives, into build/vcpkg/libraries: on machines whose own are missing, shared or too old.
set -eu
triplet=$1
release=2025.06.13
place=build/vcpkg
if command -v apk >/dev/null; then
    apk add --no-cache bash curl git linux-headers ninja perl pkgconf tar unzip zip
elif command -v dnf >/dev/null; then
    dnf install -y -q curl git perl-core pkgconf-pkg-config tar unzip zip
fi
test -d "$place/.git" ||
    git clone -q --depth 1 --branch "$release" https://github.com/microsoft/vcpkg "$place"
export VCPKG_FORCE_SYSTEM_BINARIES=1 VCPKG_DISABLE_METRICS=1
"$place/bootstrap-vcpkg.sh" -disableMetrics
"$place/vcpkg" install --triplet "$triplet" openssl nghttp2 zlib brotli zstd rapidjson
ln -sfn "installed/$triplet" "$place/libraries"
