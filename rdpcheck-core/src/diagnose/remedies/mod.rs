//! What can be done about a cause. Each with its undo and risk; what harms is not offered, and `folklore` says why.

mod accepted;
mod authentication;
mod certificate;
mod facts;
mod folklore;
mod path;
mod reach;
mod remedy;
mod row;
mod security;
#[cfg(test)]
mod tests;
mod tls;

pub(super) use facts::Facts;
pub use remedy::{NotOffered, Remedy, RemedyKind, RemedyPlace, Shell};

use super::Cause;
use row::Row;

impl Cause {
    /// Every remedy of it, for hosts of every product. What a check would fill in stands in capitals.
    #[must_use]
    pub fn remedies(self) -> Vec<Remedy> {
        rows(self).iter().map(|row| row.remedy(&Facts::NONE)).collect()
    }

    /// Why there is no remedy for it; `None` when there is one.
    #[must_use]
    pub fn no_remedy(self) -> Option<&'static str> {
        WITHOUT.iter().find(|(cause, _)| *cause == self).map(|(_, reason)| *reason)
    }

    /// Advice that is often given for it and harms or is of no use.
    #[must_use]
    pub fn not_offered(self) -> Vec<NotOffered> {
        folklore::of(self)
    }
}

/// The remedies for this host, the first to try first.
pub(super) fn for_cause(cause: Cause, facts: &Facts) -> Vec<Remedy> {
    rows(cause).into_iter().filter(|row| row.fits(facts)).map(|row| row.remedy(facts)).collect()
}

/// Causes that nothing is offered for.
const WITHOUT: &[(Cause, &str)] = &[(
    Cause::WebsocketRule,
    "the rules are for browsers that come through WebSocket; a client that connects to the RDP port does not need them, and they are off on healthy hosts",
)];

/// The table: the remedies of each cause, the likeliest and least risky first, what only isolates the fault last.
fn rows(cause: Cause) -> Vec<&'static Row> {
    use {
        accepted as a, authentication as n, certificate as c, path as p, reach as r, security as s, tls as t,
    };
    match cause {
        // Reaching the host
        Cause::NameNotResolved => vec![&r::FLUSH_CLIENT_DNS, &r::CORRECT_DNS_RECORD, &r::CONNECT_BY_ADDRESS],
        Cause::NetworkUnreachable => vec![&r::RESTORE_ROUTE],
        Cause::HostOff => vec![&r::SWITCH_HOST_ON, &r::WAKE_ON_LAN],
        Cause::HostAsleep => {
            vec![&r::WAKE_ON_LAN, &r::KEEP_AWAKE, &r::ENABLE_WAKE_ON_MAGIC_PACKET, &r::MASK_SLEEP]
        }
        Cause::SleepEnabled => vec![&r::KEEP_AWAKE, &r::ENABLE_WAKE_ON_MAGIC_PACKET, &r::MASK_SLEEP],
        Cause::FirewallDrops => vec![
            &r::ENABLE_FIREWALL_RULES,
            &r::ADD_FIREWALL_RULE,
            &r::ENABLE_FIREWALL_RULES_NETSH,
            &r::ADD_FIREWALL_RULE_NETSH,
            &r::OPEN_PORT_UFW,
            &r::OPEN_PORT_FIREWALLD,
            &r::OPEN_PORT_ON_PATH,
        ],
        // The firewall of Windows drops; what rejects is mostly between, or on Linux.
        Cause::FirewallRejects => vec![
            &r::OPEN_PORT_ON_PATH,
            &r::OPEN_PORT_UFW,
            &r::OPEN_PORT_FIREWALLD,
            &r::ENABLE_FIREWALL_RULES,
            &r::ADD_FIREWALL_RULE,
            &r::ENABLE_FIREWALL_RULES_NETSH,
            &r::ADD_FIREWALL_RULE_NETSH,
        ],
        Cause::FirewallRuleDisabled => vec![
            &r::ENABLE_FIREWALL_RULES,
            &r::ADD_FIREWALL_RULE,
            &r::ENABLE_FIREWALL_RULES_NETSH,
            &r::ADD_FIREWALL_RULE_NETSH,
        ],
        Cause::FirewallServiceDead => vec![&r::START_FIREWALL_SERVICES, &r::REPAIR_LOOPBACK_LIST],
        Cause::IpsecRequired => vec![&r::GIVE_CLIENT_IPSEC, &r::IPSEC_RULES_OFF],
        Cause::RdpNotListening => vec![
            &r::ALLOW_CONNECTIONS,
            &r::START_TERM_SERVICE,
            &r::ALLOW_CONNECTIONS_BY_POLICY,
            &r::START_XRDP,
            &r::START_GNOME,
        ],
        Cause::RdpDisabled => {
            vec![&r::ALLOW_CONNECTIONS, &r::ALLOW_CONNECTIONS_BY_POLICY, &r::START_XRDP, &r::START_GNOME]
        }
        Cause::RdpServiceDisabled => vec![&r::START_TERM_SERVICE, &r::START_XRDP, &r::START_GNOME],
        Cause::PolicyFlapping => vec![&r::ALLOW_CONNECTIONS, &r::ALLOW_CONNECTIONS_BY_POLICY],
        Cause::ListenerBoundElsewhere => vec![&r::LISTEN_ON_ALL_ADAPTERS],
        Cause::WrongPort => vec![&r::CONNECT_TO_PORT, &r::MOVE_LISTENER, &r::MOVE_XRDP],
        // Accepted, then nothing
        Cause::NotRdp => vec![&a::MOVE_OTHER_SERVICE, &r::CONNECT_TO_PORT],
        Cause::ForwarderWithoutBackend => vec![&a::CORRECT_FORWARDER, &a::GO_AROUND],
        Cause::ConnectionLimit => vec![
            &a::CLOSE_TO_INTERNET,
            &a::RAISE_LIMIT,
            &a::RAISE_XRDP_LIMIT,
            &a::END_SESSION,
            &a::END_LINUX_SESSION,
        ],
        Cause::ListenerHung | Cause::TlsServiceHung => vec![
            &a::RESTART_TERM_SERVICE,
            &a::KILL_TERM_SERVICE,
            &a::RESTART_XRDP,
            &a::RESTART_GNOME,
            &a::GO_AROUND,
        ],
        Cause::MiddleboxResetsRdp
        | Cause::MiddleboxDropsRdp
        | Cause::MiddleboxResetsTls
        | Cause::MiddleboxDropsTls => vec![&a::CORRECT_INSPECTION, &a::GO_AROUND, &a::EXEMPT_FOR_TEST],
        Cause::MiddleboxDropsData => vec![&a::REPAIR_RETURN_PATH, &a::GO_AROUND, &a::EXEMPT_FOR_TEST],
        // The path
        Cause::PacketLoss => vec![&p::REPLACE_LINK, &p::UPDATE_ADAPTER_DRIVER],
        Cause::UnstablePath => vec![&p::REPLACE_LINK, &p::KEEP_ALIVE, &p::UPDATE_ADAPTER_DRIVER],
        Cause::SlowPath => vec![&p::SHORTEN_PATH, &p::LOWER_EXPERIENCE],
        Cause::PathMtuBlackHole => vec![&p::LET_ICMP_PASS, &p::CLAMP_MSS, &p::SMALL_MTU],
        Cause::LargeHelloDropped => vec![&a::CORRECT_INSPECTION, &p::SMALL_HELLO, &a::EXEMPT_FOR_TEST],
        Cause::TlsIntercepted => vec![&p::LEAVE_TLS_CLOSED, &p::STOP_TYPING_PASSWORDS],
        Cause::UdpTransportDrops => vec![&p::UDP_WHOLE_OR_NOT, &p::UPDATE_BOTH_ENDS, &p::CLIENT_UDP_OFF],
        Cause::AdapterPowerSaving => {
            vec![&p::ADAPTER_STAYS_ON, &p::ADAPTER_NOT_SWITCHED_OFF, &p::WIFI_STAYS_AWAKE]
        }
        // Agreeing on security
        Cause::SecurityLayerRdpOnly => vec![
            &s::NEGOTIATE_LAYER,
            &s::LAYER_BY_POLICY,
            &s::XRDP_NEGOTIATES,
            &t::XRDP_READS_KEY,
            &s::SHADOW_OFFERS_TLS,
            &s::WESTON_TLS,
        ],
        Cause::NlaRequired => vec![&s::CLIENT_WITH_CREDSSP, &s::NLA_OFF_FOR_TEST, &s::SHADOW_NLA_OFF],
        Cause::TlsRequired => vec![&s::CLIENT_WITH_TLS],
        Cause::HostHasNoCertificate => vec![
            &t::START_KEY_SERVICES,
            &t::UNBIND_CERTIFICATE,
            &c::LET_SYSTEM_WRITE,
            &c::RENEW,
            &t::XRDP_READS_KEY,
            &c::XRDP_NEW,
            &t::GNOME_FILES,
            &t::SHADOW_FILES,
            &s::WESTON_TLS,
            &t::IRONRDP_FILES,
            &s::LAYER_RDP_FOR_TEST,
        ],
        Cause::ClientCertificateRequired => vec![&s::GIVE_CLIENT_CERTIFICATE, &s::STOP_ASKING_CERTIFICATE],
        Cause::EntraIdRequired => vec![&s::ENTRA_SIGN_IN],
        Cause::NegotiationViolation => vec![&s::UPDATE_SERVER, &a::GO_AROUND],
        Cause::SecuritySettingsOutOfRange => vec![&s::SETTINGS_IN_RANGE, &s::LAYER_BY_POLICY],
        Cause::FipsOrEncryptionLevel => {
            vec![&s::CLIENT_WITH_FIPS, &s::ENCRYPTION_LEVEL, &s::FIPS_OFF_FOR_TEST]
        }
        // TLS
        Cause::ListenerKeyUnusable => vec![
            &t::GRANT_KEY,
            &t::UNBIND_CERTIFICATE,
            &c::RENEW,
            &t::XRDP_PAIR,
            &t::XRDP_READS_KEY,
            &t::GNOME_FILES,
            &t::SHADOW_FILES,
            &s::WESTON_TLS,
            &t::IRONRDP_FILES,
            &s::LAYER_RDP_FOR_TEST,
        ],
        Cause::NoCommonTlsVersion => vec![
            &t::ENABLE_TLS12,
            &t::INSTALL_KB3080079,
            &t::XRDP_TLS_VERSIONS,
            &t::UPDATE_CLIENT,
            &t::ENABLE_TLS12_ON_CLIENT,
            &s::LAYER_RDP_FOR_TEST,
        ],
        Cause::TlsDisabledOnHost => vec![
            &t::ENABLE_TLS12,
            &t::INSTALL_KB3080079,
            &t::EMPTY_SUITE_POLICY,
            &t::XRDP_TLS_VERSIONS,
            &s::LAYER_RDP_FOR_TEST,
        ],
        Cause::NoCommonCipherSuite => vec![
            &t::ENABLE_SUITE,
            &t::EMPTY_SUITE_POLICY,
            &t::ENABLE_TLS12,
            &t::UPDATE_WINDOWS,
            &t::XRDP_TLS_CIPHERS,
            &t::UPDATE_CLIENT,
            &s::LAYER_RDP_FOR_TEST,
        ],
        Cause::LegacyTlsEnabled => {
            vec![&t::DISABLE_OLD_TLS, &t::ENABLE_TLS12, &t::XRDP_TLS_VERSIONS, &t::OPENSSL_MINIMUM]
        }
        // Certificate
        Cause::CertificateExpired => {
            vec![&c::RENEW, &c::REPLACE, &c::XRDP_NEW, &t::GNOME_FILES, &t::SHADOW_FILES, &t::IRONRDP_FILES]
        }
        Cause::CertificateExpiresSoon => vec![
            &c::WATCH_RENEWAL,
            &c::REPLACE,
            &c::XRDP_NEW,
            &t::GNOME_FILES,
            &t::SHADOW_FILES,
            &t::IRONRDP_FILES,
        ],
        Cause::CertificateRenewalFails => {
            vec![&t::START_KEY_SERVICES, &c::LET_SYSTEM_WRITE, &c::RENEW, &t::GRANT_KEY]
        }
        Cause::CertificateNotYetValid | Cause::ClockSkew => {
            vec![&n::CHECK_CLIENT_CLOCK, &n::RESYNC_CLOCK, &n::LINUX_CLOCK]
        }
        Cause::CertificateNameMismatch => vec![
            &c::CONNECT_BY_NAME,
            &c::REQUEST,
            &c::BIND,
            &c::XRDP_NEW,
            &t::GNOME_FILES,
            &c::SEPARATE_ADDRESSES,
        ],
        Cause::CertificateUntrusted => vec![&c::TRUST_ON_CLIENT, &c::REQUEST, &c::BIND],
        Cause::CertificateWeak | Cause::CertificateWrongUsage => vec![
            &c::REPLACE,
            &c::REQUEST,
            &c::BIND,
            &c::XRDP_NEW,
            &t::GNOME_FILES,
            &t::SHADOW_FILES,
            &t::IRONRDP_FILES,
        ],
        Cause::CertificateVaries => vec![&c::ONE_CERTIFICATE, &c::SEPARATE_ADDRESSES, &p::LEAVE_TLS_CLOSED],
        // Authentication and session
        Cause::CredsspOraclePolicy => {
            vec![&n::UPDATE_HOST_CREDSSP, &n::UPDATE_CLIENT_CREDSSP, &n::ORACLE_MITIGATED]
        }
        Cause::CredsspFails => vec![
            &n::FULL_NAME,
            &n::GNOME_CREDENTIALS,
            &n::SHADOW_SAM,
            &a::RESTART_TERM_SERVICE,
            &s::NLA_OFF_FOR_TEST,
            &s::SHADOW_NLA_OFF,
        ],
        Cause::NoLogonServer => vec![&n::FIND_LOGON_SERVER, &n::LOCAL_ACCOUNT],
        Cause::DomainTrustBroken => vec![&n::REPAIR_CHANNEL, &n::LOCAL_ACCOUNT],
        Cause::CredentialsRejected => {
            vec![&n::NAME_ACCOUNT_IN_FULL, &n::DELETE_SAVED, &n::GNOME_CREDENTIALS, &n::RESET_PASSWORD]
        }
        Cause::AccountRestricted => vec![&n::CHANGE_EXPIRED, &n::UNLOCK_ACCOUNT, &n::ENABLE_ACCOUNT],
        Cause::NotAuthorised => vec![&n::ADD_TO_USERS, &n::RIGHTS, &n::XRDP_GROUP],
        Cause::DelegationPolicy => vec![&n::FULL_NAME, &n::ALLOW_DELEGATION],
        Cause::SmartCard => vec![&n::START_SMART_CARD_SERVICE, &n::UNBLOCK_CARD],
        Cause::NtlmRefused => vec![&n::FULL_NAME, &n::KERBEROS_BY_ADDRESS, &n::NTLM_EXCEPTION],
        Cause::StuckSession => vec![&a::END_SESSION, &a::END_SESSION_FROM_AFAR, &a::END_LINUX_SESSION],
        Cause::Licensing => vec![&n::LICENCE_SERVER, &n::RENEW_CLIENT_LICENCE],
        Cause::Gateway => vec![&n::GATEWAY_POLICIES, &n::GATEWAY_CERTIFICATE, &n::WITHOUT_GATEWAY],
        Cause::WebsocketRule => vec![],
    }
}
