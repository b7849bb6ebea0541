//! `[mail]`: the server that takes the digests; and addresses, which are checked before any of them is put into a message.

use lettre::message::Mailbox;
use serde::Deserialize;
use starcite_ground::{http, url, visible};
use std::path::{Path, PathBuf};

/// The variable with the password of the mail server.
pub(crate) const PASSWORD: &str = "STARCITE_SMTP_PASSWORD";

/// The longest address (RFC 5321, 4.5.3.1.3).
const LONGEST_ADDRESS: usize = 254;

/// The longest name of a person in a header: its line stays below the 998 bytes of RFC 5322, also encoded.
const LONGEST_NAME: usize = 120;

/// The section, as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MailSection {
    host: ServerName,
    port: Option<u16>,
    #[serde(default)]
    security: Security,
    user: Option<Line>,
    password_file: Option<PathBuf>,
    ca_file: Option<PathBuf>,
}

/// The server that takes messages for other servers.
#[derive(Debug, Clone)]
pub(crate) struct MailPlan {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) security: Security,
    pub(crate) user: Option<String>,
    pub(crate) password_file: Option<PathBuf>,
    /// PEM certificates of an authority that the system does not know.
    pub(crate) ca_file: Option<PathBuf>,
}

/// The protection of a connection.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Security {
    /// TLS from the first byte on (RFC 8314).
    #[default]
    Tls,
    /// TLS after a command; a server without it is refused.
    Starttls,
    /// No TLS: for a server on this machine alone.
    None,
}

impl Security {
    /// Returns the port of submission with this protection (RFC 8314, 3.3; RFC 5321, 4.5.4.2 for the server of a machine).
    fn port(self) -> u16 {
        match self {
            Self::Tls => 465,
            Self::Starttls => 587,
            Self::None => 25,
        }
    }
}

impl MailSection {
    /// Returns the plan; paths are relative to `base`.
    ///
    /// # Errors
    /// For a server of another machine without TLS, and a password file without a user.
    pub(super) fn plan(self, base: &Path) -> Result<MailPlan, String> {
        let host = self.host.0;
        if self.security == Security::None && !matches!(host.as_str(), "localhost" | "127.0.0.1" | "::1") {
            return Err(format!("[mail] security = \"none\" is for a server on this machine (localhost), and {host} is another: use \"tls\" or \"starttls\""));
        }
        if self.password_file.is_some() && self.user.is_none() {
            return Err("[mail] password_file needs user: name the user of the mail server".to_owned());
        }
        let within = |path: PathBuf| base.join(path);
        Ok(MailPlan {
            port: self.port.unwrap_or(self.security.port()),
            security: self.security,
            user: self.user.map(|user| user.0),
            password_file: self.password_file.map(within),
            ca_file: self.ca_file.map(within),
            host,
        })
    }
}

/// The name of a server.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
struct ServerName(String);

impl TryFrom<String> for ServerName {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let is_right = name == "::1" || url::is_host(&name);
        if is_right && !name.contains(':') || name == "::1" {
            Ok(Self(name))
        } else {
            Err("host is not the name of a server, such as smtp.example.org; the port is a key of its own".to_owned())
        }
    }
}

/// A text on one line, without characters that a header or a terminal obeys.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Line(pub(super) String);

impl TryFrom<String> for Line {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        check_line(&text).map(|()| Self(text))
    }
}

/// Fails for a text that is empty or has a character that a header, a terminal or a reader obeys.
pub(crate) fn check_line(text: &str) -> Result<(), String> {
    if text.trim().is_empty() {
        return Err("the text is empty".to_owned());
    }
    match text.chars().find(|char| is_obeyed(*char)) {
        Some(char) => Err(format!("the text has the character U+{:04X}, which no header of a message may have", u32::from(char))),
        None => Ok(()),
    }
}

/// True for line breaks, controls, and characters that turn the direction of a text.
fn is_obeyed(char: char) -> bool {
    char.is_control() || visible::line(char.encode_utf8(&mut [0; 4])).chars().ne([char])
}

/// An address of mail, with or without the name of its owner: `a@example.org`, `Ada <a@example.org>`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Person(Mailbox);

impl TryFrom<String> for Person {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::read(&text)
    }
}

impl Person {
    /// Reads an address as people write it.
    ///
    /// # Errors
    /// For anything else. The text is checked before lettre reads it, because its `Mailbox` panics when it prints a name with a line break.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        check_line(text)?;
        let wrong = || "it is not an address such as a@example.org or Ada <a@example.org>".to_owned();
        let mailbox: Mailbox = text.trim().parse().map_err(|_| wrong())?;
        let (name, address) = (mailbox.name.as_deref().unwrap_or_default(), mailbox.email.as_ref() as &str);
        if address.len() > LONGEST_ADDRESS || name.len() > LONGEST_NAME {
            return Err(format!("an address has at most {LONGEST_ADDRESS} bytes, and a name {LONGEST_NAME}"));
        }
        check_line(address).map_err(|_| wrong())?;
        if address.chars().any(char::is_whitespace) || !mailbox.email.domain().contains(['.', ':']) && mailbox.email.domain() != "localhost" {
            return Err(wrong());
        }
        Ok(Self(mailbox))
    }

    pub(crate) fn mailbox(&self) -> &Mailbox {
        &self.0
    }

    /// Returns the address without a name.
    pub(crate) fn address(&self) -> &str {
        self.0.email.as_ref()
    }

    /// Returns the form in which two spellings of one address are equal: lower case, because servers ignore it.
    pub(crate) fn key(&self) -> String {
        self.address().to_lowercase()
    }
}

/// The address of whoever runs starcite, as it stands in the User-Agent of each request.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Contact(Person);

impl TryFrom<String> for Contact {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl std::str::FromStr for Contact {
    type Err = String;

    /// Reads an address without a name. It has no parenthesis, because it stands in a comment of a header (RFC 9110, 10.1.5).
    fn from_str(text: &str) -> Result<Self, String> {
        let person = Person::read(text).ok().filter(|person| person.address() == text);
        let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic() && !b"()\\<>".contains(&byte));
        person.filter(|_| is_plain).map(Self).ok_or_else(|| format!("{text:?} is not an address of mail such as me@example.org, in ASCII"))
    }
}

impl Contact {
    /// Puts the address into the User-Agent of the requests of this process.
    pub(crate) fn identify(&self) {
        http::identify(self.0.address());
    }

    pub(crate) fn person(&self) -> &Person {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses_are_read_with_and_without_a_name() {
        for (text, address) in [
            ("a@example.org", "a@example.org"),
            (" a@example.org ", "a@example.org"),
            ("Ada Lovelace <a@example.org>", "a@example.org"),
            ("\"Lovelace, Ada\" <a@example.org>", "a@example.org"),
            ("J\u{f6}rg <j@example.org>", "j@example.org"),
            ("me@localhost", "me@localhost"),
        ] {
            assert_eq!(Person::read(text).unwrap().address(), address, "{text}");
        }
    }

    #[test]
    fn what_a_header_would_obey_is_refused_before_it_is_in_one() {
        for text in [
            "Ada\r\nBcc: b@example.org <a@example.org>",
            "Ada\n <a@example.org>",
            "a@example.org\r\n",
            "a\u{0}@example.org",
            "Ada \u{202e}<a@example.org>",
            "a@example.org\u{2028}",
            "",
            "a",
            "a@b",
            "a b@example.org",
            "a@example.org, b@example.org",
            "<>",
        ] {
            assert!(Person::read(text).is_err(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn an_address_that_is_read_can_be_printed(text in "(\\PC|[\r\n\t<>@\".]){0,40}|[a-z]{1,5} <[a-z]{1,3}@[a-z]{1,3}\\.org>") {
            if let Ok(person) = Person::read(&text) {
                let shown = person.mailbox().to_string();
                prop_assert!(!shown.contains(['\r', '\n']));
            }
        }
    }
}
