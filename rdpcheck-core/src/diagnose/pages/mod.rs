//! What there is to say of a cause whatever the host: the prose of its page, a file for each family.

mod accepted;
mod authentication;
mod certificate;
mod client;
mod path;
mod reach;
mod security;
mod tls;

use super::Cause;

/// The prose of a cause's page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Page {
    /// What is seen when it is at work.
    pub seen: &'static str,
    /// Why it matters.
    pub matters: &'static str,
    /// What it does not prove.
    pub not_proved: &'static str,
    /// How to confirm it.
    pub confirm: &'static str,
    /// Where the facts come from: addresses or titles of documents.
    pub sources: &'static [&'static str],
}

impl Cause {
    /// What there is to say of it whatever the host.
    #[must_use]
    pub fn page(self) -> &'static Page {
        match self {
            Self::NameNotResolved => &reach::NAME_NOT_RESOLVED,
            Self::NetworkUnreachable => &reach::NETWORK_UNREACHABLE,
            Self::HostOff => &reach::HOST_OFF,
            Self::HostAsleep => &reach::HOST_ASLEEP,
            Self::FirewallDrops => &reach::FIREWALL_DROPS,
            Self::FirewallRejects => &reach::FIREWALL_REJECTS,
            Self::RdpNotListening => &reach::RDP_NOT_LISTENING,
            Self::WrongPort => &reach::WRONG_PORT,
            Self::NotRdp => &accepted::NOT_RDP,
            Self::ForwarderWithoutBackend => &accepted::FORWARDER_WITHOUT_BACKEND,
            Self::ConnectionLimit => &accepted::CONNECTION_LIMIT,
            Self::ListenerHung => &accepted::LISTENER_HUNG,
            Self::MiddleboxResetsRdp => &accepted::MIDDLEBOX_RESETS_RDP,
            Self::PacketLoss => &path::PACKET_LOSS,
            Self::PathMtuBlackHole => &path::PATH_MTU_BLACK_HOLE,
            Self::LargeHelloDropped => &path::LARGE_HELLO_DROPPED,
            Self::MiddleboxResetsTls => &path::MIDDLEBOX_RESETS_TLS,
            Self::MiddleboxDropsTls => &path::MIDDLEBOX_DROPS_TLS,
            Self::TlsIntercepted => &path::TLS_INTERCEPTED,
            Self::SlowPath => &path::SLOW_PATH,
            Self::UnstablePath => &path::UNSTABLE_PATH,
            Self::SecurityLayerRdpOnly => &security::SECURITY_LAYER_RDP_ONLY,
            Self::NlaRequired => &security::NLA_REQUIRED,
            Self::TlsRequired => &security::TLS_REQUIRED,
            Self::HostHasNoCertificate => &security::HOST_HAS_NO_CERTIFICATE,
            Self::ClientCertificateRequired => &security::CLIENT_CERTIFICATE_REQUIRED,
            Self::EntraIdRequired => &security::ENTRA_ID_REQUIRED,
            Self::NegotiationViolation => &security::NEGOTIATION_VIOLATION,
            Self::ListenerKeyUnusable => &tls::LISTENER_KEY_UNUSABLE,
            Self::NoCommonTlsVersion => &tls::NO_COMMON_TLS_VERSION,
            Self::NoCommonCipherSuite => &tls::NO_COMMON_CIPHER_SUITE,
            Self::TlsServiceHung => &tls::TLS_SERVICE_HUNG,
            Self::LegacyTlsEnabled => &tls::LEGACY_TLS_ENABLED,
            Self::CertificateExpired => &certificate::CERTIFICATE_EXPIRED,
            Self::CertificateNotYetValid => &certificate::CERTIFICATE_NOT_YET_VALID,
            Self::CertificateExpiresSoon => &certificate::CERTIFICATE_EXPIRES_SOON,
            Self::CertificateRenewalFails => &certificate::CERTIFICATE_RENEWAL_FAILS,
            Self::CertificateNameMismatch => &certificate::CERTIFICATE_NAME_MISMATCH,
            Self::CertificateUntrusted => &certificate::CERTIFICATE_UNTRUSTED,
            Self::CertificateWeak => &certificate::CERTIFICATE_WEAK,
            Self::CertificateWrongUsage => &certificate::CERTIFICATE_WRONG_USAGE,
            Self::CertificateVaries => &certificate::CERTIFICATE_VARIES,
            Self::CredsspOraclePolicy => &authentication::CREDSSP_ORACLE_POLICY,
            Self::CredsspFails => &authentication::CREDSSP_FAILS,
            Self::ClockSkew => &authentication::CLOCK_SKEW,
            Self::NoLogonServer => &authentication::NO_LOGON_SERVER,
            Self::DomainTrustBroken => &authentication::DOMAIN_TRUST_BROKEN,
            Self::CredentialsRejected => &authentication::CREDENTIALS_REJECTED,
            Self::AccountRestricted => &authentication::ACCOUNT_RESTRICTED,
            Self::NotAuthorised => &authentication::NOT_AUTHORISED,
            Self::StuckSession => &authentication::STUCK_SESSION,
            Self::Licensing => &authentication::LICENSING,
            Self::Gateway => &authentication::GATEWAY,
            Self::UdpTransportDrops => &path::UDP_TRANSPORT_DROPS,
            Self::RdpDisabled => &security::RDP_DISABLED,
            Self::RdpServiceDisabled => &security::RDP_SERVICE_DISABLED,
            Self::FirewallRuleDisabled => &security::FIREWALL_RULE_DISABLED,
            Self::FirewallServiceDead => &security::FIREWALL_SERVICE_DEAD,
            Self::IpsecRequired => &security::IPSEC_REQUIRED,
            Self::SecuritySettingsOutOfRange => &security::SECURITY_SETTINGS_OUT_OF_RANGE,
            Self::FipsOrEncryptionLevel => &security::FIPS_OR_ENCRYPTION_LEVEL,
            Self::TlsDisabledOnHost => &tls::TLS_DISABLED_ON_HOST,
            Self::PolicyFlapping => &security::POLICY_FLAPPING,
            Self::AdapterPowerSaving => &path::ADAPTER_POWER_SAVING,
            Self::SleepEnabled => &path::SLEEP_ENABLED,
            Self::ListenerBoundElsewhere => &security::LISTENER_BOUND_ELSEWHERE,
            Self::WebsocketRule => &security::WEBSOCKET_RULE,
            Self::MiddleboxDropsRdp => &accepted::MIDDLEBOX_DROPS_RDP,
            Self::MiddleboxDropsData => &accepted::MIDDLEBOX_DROPS_DATA,
            Self::NtlmRefused => &authentication::NTLM_REFUSED,
            Self::DelegationPolicy => &client::DELEGATION_POLICY,
            Self::SmartCard => &client::SMART_CARD,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn every_page_says_something_of_its_own() {
        let mut said: HashMap<String, Cause> = HashMap::new();
        for &cause in Cause::ALL {
            let page = cause.page();
            for text in [page.seen, page.matters, page.not_proved, page.confirm] {
                assert!(text.len() >= 60, "{cause}: {text}");
                assert!(
                    text.ends_with('.') && !text.contains('\n') && !text.contains("  "),
                    "{cause}: {text}"
                );
                // Neither a text nor a sentence of one is repeated.
                for sentence in
                    text.split_inclusive(". ").map(str::trim).filter(|sentence| sentence.len() > 30)
                {
                    let before = said.insert(sentence.to_owned(), cause);
                    assert_eq!(before, None, "{cause}: {sentence}");
                }
            }
            assert!(!page.sources.is_empty(), "{cause}");
            assert!(page.sources.iter().all(|source| source.len() > 5), "{cause}");
        }
    }
}
