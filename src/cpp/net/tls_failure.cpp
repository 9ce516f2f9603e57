#include "net/tls_failure.hpp"

#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/error.hpp>

namespace oai::net {
namespace {

constexpr const char* demands_certificate =
    "; the server demands a client certificate: pass cert=(certificate, key)";
constexpr const char* refuses_certificate =
    "; the server refuses the client certificate: check cert=";

std::string date_of(const ASN1_TIME* time) {
    const bio_handle memory(BIO_new(BIO_s_mem()));
    if (time == nullptr || ASN1_TIME_print(memory.get(), time) != 1) return "an unknown date";
    char* text = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

std::string text_of(const GENERAL_NAME* name) {
    if (name->type == GEN_DNS) {
        std::string text(reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName)),
                         static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName)));
        // The peer's bytes, for a log.
        const auto unprintable = [](char byte) { return byte <= ' ' || byte > '~'; };
        std::replace_if(text.begin(), text.end(), unprintable, '?');
        return text;
    }
    if (name->type != GEN_IPADD) return {};
    const unsigned char* bytes = ASN1_STRING_get0_data(name->d.iPAddress);
    const int size = ASN1_STRING_length(name->d.iPAddress);
    if (size == 4) {
        std::array<unsigned char, 4> v4;
        std::copy_n(bytes, 4, v4.begin());
        return asio::ip::make_address_v4(v4).to_string();
    }
    if (size != 16) return {};
    std::array<unsigned char, 16> v6;
    std::copy_n(bytes, 16, v6.begin());
    return asio::ip::make_address_v6(v6).to_string();
}

// The first few names that the certificate is for.
std::string names_in(const X509* certificate) {
    constexpr int most = 5;
    auto* all = static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
    const int count = sk_GENERAL_NAME_num(all);
    std::string list;
    for (int i = 0; i < count && i < most; ++i) {
        const std::string name = text_of(sk_GENERAL_NAME_value(all, i));
        if (!name.empty()) list += (list.empty() ? "" : ", ") + name;
    }
    if (count > most) list += ", ...";
    GENERAL_NAMES_free(all);
    return list.empty() ? "no name at all" : list;
}

std::string advice_on(long result, const tls_peer& peer) {
    const X509* certificate = peer.refused.get();
    switch (result) {
        case X509_V_ERR_CERT_HAS_EXPIRED:
            return ": it was valid until " + date_of(X509_get0_notAfter(certificate)) +
                   "; its owner must renew it, unless this machine's clock is wrong";
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return ": it is valid from " + date_of(X509_get0_notBefore(certificate)) +
                   "; check this machine's clock";
        case X509_V_ERR_HOSTNAME_MISMATCH:
        case X509_V_ERR_IP_ADDRESS_MISMATCH:
            return ": the certificate is for " + names_in(certificate) + "; check base_url";
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
            break;
        default:
            return {};
    }
    if (peer.with->trust.from.empty())
        return "; there are no CA certificates on this machine: install them (the package "
               "ca-certificates), or set SSL_CERT_FILE to the CA's PEM file";
    return "; set SSL_CERT_FILE to the CA's PEM file if you trust it, or pass verify= (trusted "
           "now: " +
           peer.with->trust.from + ")";
}

bool is_of_tls(error_code code) noexcept {
    return code.category() == asio::error::get_ssl_category();
}

int reason_of(error_code code) noexcept {
    return is_of_tls(code) ? ERR_GET_REASON(static_cast<unsigned long>(code.value())) : 0;
}

bool is_about_certificate(int reason) noexcept {
    return reason == SSL_R_SSLV3_ALERT_BAD_CERTIFICATE ||
           reason == SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE ||
           reason == SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED ||
           reason == SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED ||
           reason == SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN ||
           reason == SSL_R_TLSV1_ALERT_UNKNOWN_CA || reason == SSL_R_TLSV1_ALERT_ACCESS_DENIED;
}

std::string advice_on(error_code code, const tls_peer& peer) {
    switch (reason_of(code)) {
        case SSL_R_WRONG_VERSION_NUMBER:
        case SSL_R_PACKET_LENGTH_TOO_LONG:
        case SSL_R_HTTP_REQUEST:
            return "; the server does not speak TLS on this port: use an http:// address, or the "
                   "port of its https service";
        case SSL_R_UNSUPPORTED_PROTOCOL:
        case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
            return "; the server speaks no TLS version that is allowed here (1.2 or newer): it "
                   "must be upgraded";
        default:
            break;
    }
    if (peer.demanded && !peer.with->has_identity) return demands_certificate;
    if (is_about_certificate(reason_of(code))) return refuses_certificate;
    if (is_of_tls(code) || code == asio::error::operation_aborted) return {};
    return peer.with->has_identity
               ? "; the server gave up: it may refuse the client certificate, check cert="
               : "; the server gave up: it may accept other TLS versions or ciphers only";
}

}  // namespace

std::string explain_tls_failure(SSL* ssl, const tls_peer& peer, error_code code) {
    const long result = SSL_get_verify_result(ssl);
    if (result == X509_V_OK || !peer.refused)
        return "TLS handshake failed: " + code.message() + " (host " + peer.host + ")" +
               advice_on(code, peer);
    std::string text = "certificate verify failed: ";
    text += X509_verify_cert_error_string(result);
    text += " (host " + peer.host + ", depth " + std::to_string(peer.failed_depth) + ")";
    return text + advice_on(result, peer);
}

std::string explain_tls_alert(error_code code) {
    if (!is_of_tls(code)) return {};
    std::string text = "TLS failed: " + code.message();
    if (reason_of(code) == SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED)
        return text + demands_certificate;
    return is_about_certificate(reason_of(code)) ? text + refuses_certificate : text;
}

}  // namespace oai::net
