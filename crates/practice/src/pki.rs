//! The cluster's keys and certificates, made once per data folder.

use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, SanType,
};

use crate::Error;

/// The programs that authenticate with a certificate: file name, user, group.
const CLIENTS: [(&str, &str, &str); 5] = [
    ("boot", "practice:boot", "system:masters"),
    ("kwok", "practice:kwok", "system:masters"),
    ("metrics-server", "practice:metrics-server", "system:masters"),
    ("kube-controller-manager", "system:kube-controller-manager", ""),
    ("kube-scheduler", "system:kube-scheduler", ""),
];

/// Where the keys and certificates lie.
#[derive(Debug, Clone)]
pub(crate) struct Pki {
    dir: PathBuf,
    /// The CA that signed the API server's certificate.
    pub ca_pem: String,
}

impl Pki {
    /// Reads the folder's certificates, or makes them.
    pub fn open(dir: &Path) -> Result<Self, Error> {
        let finished = dir.join("pki");
        let ca = finished.join("ca.crt");
        if !ca.exists() {
            // Made aside and renamed, so that a half-made set is never taken for a whole one.
            let draft = dir.join("pki.draft");
            if draft.exists() {
                fs::remove_dir_all(&draft).map_err(Error::io("removing", &draft))?;
            }
            fs::create_dir_all(&draft).map_err(Error::io("creating", &draft))?;
            make(&draft)?;
            fs::rename(&draft, &finished).map_err(Error::io("creating", &finished))?;
        }
        let ca_pem = fs::read_to_string(&ca).map_err(Error::io("reading", &ca))?;
        Ok(Self { dir: finished, ca_pem })
    }

    /// The path of one file of the set.
    pub fn file(&self, name: &str) -> String {
        self.dir.join(name).display().to_string()
    }

    /// Writes the kubeconfigs of the programs, which name the API server's present port.
    pub fn write_kubeconfigs(&self, port: u16) -> Result<(), Error> {
        for (name, _, _) in CLIENTS {
            let text = format!(
                "apiVersion: v1\nkind: Config\ncurrent-context: practice\n\
                 clusters:\n- name: practice\n  cluster:\n    server: https://127.0.0.1:{port}\n    certificate-authority: {ca:?}\n\
                 users:\n- name: practice\n  user:\n    client-certificate: {cert:?}\n    client-key: {key:?}\n\
                 contexts:\n- name: practice\n  context:\n    cluster: practice\n    user: practice\n",
                ca = self.file("ca.crt"),
                cert = self.file(&format!("{name}.crt")),
                key = self.file(&format!("{name}.key")),
            );
            write_private(&self.dir.join(format!("{name}.conf")), &text)?;
        }
        Ok(())
    }
}

/// Writes a file that only its owner may read, replacing one as a whole.
pub(crate) fn write_private(path: &Path, text: &str) -> Result<(), Error> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let draft = path.with_extension("draft");
    let write = || {
        let mut file =
            fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
        file.write_all(text.as_bytes())?;
        fs::rename(&draft, path)
    };
    write().map_err(Error::io("writing", path))
}

fn make(dir: &Path) -> Result<(), Error> {
    let ca = authority(dir, "ca", "practice-ca")?;
    let server = [
        SanType::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        SanType::IpAddress(IpAddr::V4(Ipv4Addr::new(10, 96, 0, 1))),
        SanType::DnsName("localhost".try_into()?),
        SanType::DnsName("kubernetes.default.svc".try_into()?),
        SanType::DnsName("metrics-server.kube-system.svc".try_into()?),
    ];
    leaf(dir, "server", "practice-server", "", &server, &ca)?;
    for (name, user, group) in CLIENTS {
        leaf(dir, name, user, group, &[], &ca)?;
    }
    // Another CA than the clients', or a client could pose as the proxy in front of aggregated APIs.
    let front = authority(dir, "front-ca", "practice-front-ca")?;
    leaf(dir, "front", "front-proxy-client", "", &[], &front)?;
    let tokens = KeyPair::generate()?;
    write_private(&dir.join("sa.key"), &tokens.serialize_pem())?;
    write_private(&dir.join("sa.pub"), &tokens.public_key_pem())
}

fn authority(dir: &Path, file: &str, name: &str) -> Result<Issuer<'static, KeyPair>, Error> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.distinguished_name = subject(name, "");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages =
        vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign, KeyUsagePurpose::DigitalSignature];
    let key = KeyPair::generate()?;
    let certificate = params.self_signed(&key)?;
    write_private(&dir.join(format!("{file}.crt")), &certificate.pem())?;
    write_private(&dir.join(format!("{file}.key")), &key.serialize_pem())?;
    Ok(Issuer::new(params, key))
}

fn leaf(
    dir: &Path,
    file: &str,
    name: &str,
    group: &str,
    names: &[SanType],
    ca: &Issuer<'_, KeyPair>,
) -> Result<(), Error> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.distinguished_name = subject(name, group);
    params.subject_alt_names = names.to_vec();
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![if names.is_empty() {
        ExtendedKeyUsagePurpose::ClientAuth
    } else {
        ExtendedKeyUsagePurpose::ServerAuth
    }];
    params.use_authority_key_identifier_extension = true;
    let key = KeyPair::generate()?;
    let certificate = params.signed_by(&key, ca)?;
    write_private(&dir.join(format!("{file}.crt")), &certificate.pem())?;
    write_private(&dir.join(format!("{file}.key")), &key.serialize_pem())
}

fn subject(name: &str, group: &str) -> DistinguishedName {
    let mut subject = DistinguishedName::new();
    if !group.is_empty() {
        subject.push(DnType::OrganizationName, group);
    }
    subject.push(DnType::CommonName, name);
    subject
}
