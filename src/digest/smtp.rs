//! One connection to a mail server, by lettre: opened, and given one message a recipient. Each step's reply is known, so that it is known as well
//! whether the server may have the message.

use crate::cli::plan::{MailPlan, PASSWORD, Person, Security};
use anyhow::{Context, Result, anyhow, bail};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{Certificate, SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use secrecy::{ExposeSecret, SecretString};
use starcite_ground::interrupt::waiting;
use starcite_ground::owed::Owed;
use starcite_ground::{secret, visible};
use std::io;
use std::path::Path;
use std::time::Duration;

/// The longest wait for a reply. The last one, after the text, may take longer (RFC 5321, 4.5.3.2.6: ten minutes).
const TIMEOUT: Duration = Duration::from_secs(60);
const LAST_TIMEOUT: Duration = Duration::from_mins(10);

/// The most characters of a server's reply that are told.
const REPLY: usize = 300;

/// A server to connect to, with its password.
pub(crate) struct Server<'p> {
    plan: &'p MailPlan,
    credentials: Option<(String, SecretString)>,
    tls: Option<TlsParameters>,
    hello: ClientId,
}

/// An open connection.
pub(crate) struct Connection(SmtpConnection);

/// The end of the attempt to hand over a message.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Handed {
    /// The server took it, with this reply.
    Sent(String),
    /// The server refuses it for good.
    Refused(String),
    /// The server does not take it now; it has not got it.
    Later(String),
    /// The connection broke after the text was begun: the server may have it.
    Open(String),
}

impl<'p> Server<'p> {
    /// Reads the password and the certificates; `password_file` goes before the plan's, and both before the variable.
    ///
    /// # Errors
    /// When a file can't be read, or a user has no password.
    pub(crate) fn of(plan: &'p MailPlan, password_file: Option<&Path>, from: &Person) -> Result<Self> {
        let credentials = plan.user.as_ref().map(|user| Ok::<_, anyhow::Error>((user.clone(), password(plan, password_file)?))).transpose()?;
        let tls = if plan.security == Security::None { None } else { Some(tls(plan)?) };
        Ok(Self { plan, credentials, tls, hello: ClientId::Domain(from.mailbox().email.domain().to_owned()) })
    }

    /// Returns the server's name and port.
    pub(crate) fn name(&self) -> String {
        format!("{}:{}", self.plan.host, self.plan.port)
    }

    /// Connects, encrypts and authenticates.
    ///
    /// # Errors
    /// [`Owed`] for a server that can't be reached or asks to wait; another error for one that refuses, with the next step.
    pub(crate) fn connect(&self) -> Result<Connection> {
        let name = self.name();
        let from_start = self.tls.as_ref().filter(|_| self.plan.security == Security::Tls);
        let address = (self.plan.host.as_str(), self.plan.port);
        let mut smtp =
            SmtpConnection::connect(address, Some(TIMEOUT), &self.hello, from_start, None).map_err(|error| refused(&name, "takes no connection", &error))?;
        if let (Security::Starttls, Some(tls)) = (self.plan.security, &self.tls) {
            if !smtp.can_starttls() {
                smtp.abort();
                bail!("{name} does not offer STARTTLS, and nothing is sent in the clear: set [mail] security = \"tls\" and its port, or ask who runs it");
            }
            smtp.starttls(tls, &self.hello).map_err(|error| refused(&name, "does not start TLS", &error))?;
        }
        if let Some((user, password)) = &self.credentials {
            let credentials = Credentials::new(user.clone(), password.expose_secret().to_owned());
            if let Err(error) = smtp.auth(&[Mechanism::Plain, Mechanism::Login], &credentials) {
                smtp.abort();
                return Err(refused(&name, &format!("does not accept the user {user}"), &error));
            }
        }
        Ok(Connection(smtp))
    }
}

impl Connection {
    /// Hands a message over; `before` runs after the server accepted the recipient, before it gets the text.
    ///
    /// # Errors
    /// When the server refuses the sender, which is not about this recipient, or `before` fails.
    pub(crate) fn hand_over(&mut self, from: &Person, to: &Person, message: &[u8], before: impl FnOnce() -> Result<()>) -> Result<Handed> {
        let smtp = &mut self.0;
        let is_plain = from.address().is_ascii() && to.address().is_ascii();
        if !is_plain && !smtp.server_info().supports_feature(Extension::SmtpUtfEight) {
            return Ok(Handed::Refused("the server takes addresses of ASCII characters alone".to_owned()));
        }
        let parameters = if is_plain { vec![] } else { vec![MailParameter::SmtpUtfEight] };
        if let Err(error) = smtp.command(Mail::new(Some(from.mailbox().email.clone()), parameters)) {
            if error.is_permanent() {
                return Err(anyhow!(
                    "the mail server refuses the sender {} ({}): set from to an address that its user may send from",
                    from.address(),
                    reply(&error, None)
                ));
            }
            return Ok(self.not_taken(&error, to));
        }
        let accepted = smtp.command(Rcpt::new(to.mailbox().email.clone(), vec![])).and_then(|_| smtp.command(Data));
        if let Err(error) = accepted {
            return Ok(self.not_taken(&error, to));
        }
        before()?;
        let _ = self.0.set_timeout(Some(LAST_TIMEOUT));
        let handed = match self.0.message(message) {
            Ok(taken) => Handed::Sent(cut(&format!("{} {}", taken.code(), taken.message().collect::<Vec<_>>().join(" ")), Some(to))),
            Err(error) if error.status().is_some() => self.not_taken(&error, to),
            Err(error) => Handed::Open(reply(&error, Some(to))),
        };
        let _ = self.0.set_timeout(Some(TIMEOUT));
        Ok(handed)
    }

    /// Judges a reply that came instead of a step forward, and makes the connection ready for the next message.
    fn not_taken(&mut self, error: &Error, to: &Person) -> Handed {
        let told = reply(error, Some(to));
        let is_shut = error.status().is_none_or(|code| code.to_string() == "421") || self.0.command(Rset).is_err();
        if is_shut {
            self.0.abort();
        }
        if error.is_permanent() { Handed::Refused(told) } else { Handed::Later(told) }
    }

    /// True if the connection can't be used any more.
    pub(crate) fn is_broken(&self) -> bool {
        self.0.has_broken()
    }

    /// Ends the connection.
    pub(crate) fn end(mut self) {
        let _ = self.0.quit();
    }
}

fn password(plan: &MailPlan, file: Option<&Path>) -> Result<SecretString> {
    if let Some(file) = file.or(plan.password_file.as_deref()) {
        secret::warning(file).iter().for_each(|warning| tracing::warn!("{warning}"));
        return secret::read(file, "the password file", "the password of the mail server");
    }
    let set = std::env::var(PASSWORD).ok().filter(|password| !password.is_empty());
    set.map(Into::into)
        .with_context(|| format!("[mail] names a user and there is no password: set {PASSWORD}, or name a file with [mail] password_file or --password-file"))
}

fn tls(plan: &MailPlan) -> Result<TlsParameters> {
    let mut builder = TlsParameters::builder(plan.host.clone());
    if let Some(file) = &plan.ca_file {
        let pem = waiting(|| std::fs::read(file)).with_context(|| format!("cannot read the certificates {}: check [mail] ca_file", file.display()))?;
        builder = builder.add_root_certificate(Certificate::from_pem(&pem).with_context(|| format!("{} holds no PEM certificate", file.display()))?);
    }
    builder.build().with_context(|| format!("cannot prepare TLS for {}", plan.host))
}

/// Describes why a connection was not made.
fn refused(name: &str, what: &str, error: &Error) -> anyhow::Error {
    let told = format!("the mail server {name} {what}: {}", reply(error, None));
    if error.is_permanent() {
        anyhow!("{told}: check [mail] host, port, user and password")
    } else if error.is_tls() || is_about_certificates(error) {
        anyhow!("{told}: check [mail] host and security; for a certificate of one's own name its authority in ca_file")
    } else if error.is_client() {
        anyhow!("{told}: check [mail] security and user")
    } else {
        Owed(told).into()
    }
}

/// True if a handshake failed because of the certificate: rustls wraps such an error as one of the network.
fn is_about_certificates(error: &Error) -> bool {
    reply(error, None).to_ascii_lowercase().contains("certificate")
}

/// Returns the words of an error, with the server's reply, without the address of the recipient.
fn reply(error: &Error, to: Option<&Person>) -> String {
    use std::error::Error as _;
    let source = error.source().map(|source| source.to_string()).unwrap_or_default();
    let kind = error.source().and_then(|source| source.downcast_ref::<io::Error>()).map(io::Error::kind);
    let text = match error.status() {
        Some(code) => format!("{code} {source}"),
        None if matches!(kind, Some(io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)) => "no reply in time".to_owned(),
        None if source.is_empty() => error.to_string(),
        None => source,
    };
    cut(&text, to)
}

fn cut(text: &str, to: Option<&Person>) -> String {
    let text = visible::line(text.trim()).into_owned();
    let text = to.map_or_else(|| text.clone(), |to| without(&text, to.address()));
    text.char_indices().nth(REPLY).map_or_else(|| text.clone(), |(end, _)| format!("{}…", &text[..end]))
}

/// Returns a text without an address, in any case: what is stored names nobody.
fn without(text: &str, address: &str) -> String {
    let (lower, address) = (text.to_ascii_lowercase(), address.to_ascii_lowercase());
    let mut left = String::with_capacity(text.len());
    let mut end = 0;
    for (at, found) in lower.match_indices(&address) {
        left.push_str(&text[end..at]);
        left.push('…');
        end = at + found.len();
    }
    left.push_str(&text[end..]);
    left
}
