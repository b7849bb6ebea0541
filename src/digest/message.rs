//! A digest as a message: the same week, digest and recipient give the same bytes but for the date.

use super::content::Digest;
use super::templates::Templates;
use crate::cli::plan::{DigestPlan, Person, RECIPIENT};
use anyhow::{Context, Result, bail, ensure};
use chrono::{DateTime, Utc};
use lettre::Message;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{MultiPart, SinglePart};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use starcite_ground::sha256;

/// The most bytes of the encoded HTML part: Gmail cuts a message after 102,005 bytes.
pub(crate) const MOST_BYTES: usize = 90_000;

/// The digest of a week for its recipients.
pub(crate) struct Letter<'d> {
    pub(crate) plan: &'d DigestPlan,
    pub(crate) digest: Digest,
    pub(crate) templates: Templates,
    from: &'d Person,
    pub(crate) subject: String,
    pipeline: &'d str,
}

impl<'d> Letter<'d> {
    /// Prepares a digest; the sender is `contact` where the digest names none.
    ///
    /// # Errors
    /// When a template is wrong, or there is no sender.
    pub(crate) fn of(plan: &'d DigestPlan, digest: Digest, contact: Option<&'d Person>, pipeline: &'d str) -> Result<Self> {
        let templates = Templates::of(plan)?;
        let subject = templates.subject(&digest)?;
        let from = plan.from.as_ref().or(contact);
        let from = from.with_context(|| format!("the digest {} has no sender: set from, or [contact] email", plan.name))?;
        Ok(Self { plan, digest, templates, from, subject, pipeline })
    }

    pub(crate) fn from(&self) -> &Person {
        self.from
    }

    /// Returns the message to a recipient.
    ///
    /// # Errors
    /// When a template is wrong, or the HTML part is larger than [`MOST_BYTES`].
    pub(crate) fn to(&self, recipient: &Person, date: DateTime<Utc>) -> Result<Message> {
        let digest = self.for_recipient(recipient);
        let (text, html) = (self.templates.text(&digest)?, self.templates.html(&digest)?);
        ensure!(
            !text.trim().is_empty() && !html.trim().is_empty(),
            "a template of the digest {} writes nothing: check template and text_template",
            self.plan.name
        );
        let html = SinglePart::builder().header(ContentType::TEXT_HTML).body(html);
        let bytes = html.raw_body().len();
        if bytes > MOST_BYTES {
            return Err(TooLarge(bytes).into());
        }
        let id = self.id(recipient);
        let boundary = sha256::of(format!("boundary\0{id}").as_bytes());
        let parts =
            MultiPart::alternative().boundary(&boundary[..32]).singlepart(SinglePart::builder().header(ContentType::TEXT_PLAIN).body(text)).singlepart(html);
        let mut message = Message::builder()
            .date(date.into())
            .from(self.from.mailbox().clone())
            .to(recipient.mailbox().clone())
            .subject(self.subject.clone())
            .message_id(Some(format!("<{id}>")));
        for (name, value) in self.list_headers(&digest) {
            message = message.raw_header(on_one_line(name, value)?);
        }
        message.multipart(parts).context("cannot make a message")
    }

    fn for_recipient(&self, recipient: &Person) -> Digest {
        let address = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let takes = self.plan.unsubscribe.as_ref().unwrap_or(self.from).address();
        // RFC 6068: the local part is percent-encoded, the @ may stand as it is
        let (local, domain) = takes.rsplit_once('@').unwrap_or((takes, ""));
        let mut digest = self.digest.clone();
        digest.unsubscribe = Some(format!("mailto:{}@{domain}?subject=unsubscribe%20{}", address(local), self.plan.name));
        digest.unsubscribe_url = self.plan.unsubscribe_url.as_ref().map(|url| url.replace(RECIPIENT, &address(recipient.address())));
        digest
    }

    /// Returns the part of the message's id that is the same whenever it is sent, so that a reader shows a second copy once.
    fn id(&self, recipient: &Person) -> String {
        let hash = sha256::of([self.pipeline, &self.plan.name, &self.digest.week, &recipient.key()].join("\0").as_bytes());
        format!("{}.{}.{}@{}", self.digest.week, self.plan.name, &hash[..24], self.from.mailbox().email.domain())
    }

    fn list_headers(&self, digest: &Digest) -> Vec<(&'static str, String)> {
        let unsubscribe: Vec<String> = [&digest.unsubscribe_url, &digest.unsubscribe].into_iter().flatten().map(|address| format!("<{address}>")).collect();
        let mut headers = vec![
            ("List-Id", format!("<{}.starcite.{}>", self.plan.name, self.from.mailbox().email.domain())),
            ("List-Unsubscribe", unsubscribe.join(", ")),
            ("Auto-Submitted", "auto-generated".to_owned()),
        ];
        if digest.unsubscribe_url.is_some() {
            headers.push(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
        }
        headers
    }

    /// Fails if a message is too large, with the number of papers that fits; `of` makes the letter with another number.
    ///
    /// # Errors
    /// As [`Letter::to`].
    pub(crate) fn check(&self, recipients: &[Person], of: impl Fn(usize) -> Result<Self>) -> Result<()> {
        let longest = recipients.iter().max_by_key(|person| person.address().len()).unwrap_or(self.from);
        let Some(bytes) = self.excess(longest)? else { return Ok(()) };
        let (mut most, mut too_many) = (0, self.plan.papers);
        while too_many > most + 1 {
            let papers = usize::midpoint(most, too_many);
            if of(papers)?.excess(longest)?.is_none() { most = papers } else { too_many = papers }
        }
        let size = format!("the digest {} has an HTML part of {bytes} bytes, and readers cut messages that are larger than {MOST_BYTES}", self.plan.name);
        ensure!(most > 0, "{size}: its template is too large");
        bail!("{size}: set papers = {most}, which fits, or fewer");
    }

    /// Returns the bytes of the HTML part, if it is too large.
    fn excess(&self, recipient: &Person) -> Result<Option<usize>> {
        match self.to(recipient, DateTime::UNIX_EPOCH) {
            Ok(_) => Ok(None),
            Err(error) => error.downcast_ref::<TooLarge>().map(|large| Some(large.0)).ok_or(error),
        }
    }
}

/// The error of a message that readers would cut: the bytes of its HTML part.
#[derive(Debug, thiserror::Error)]
#[error("the HTML part has {0} bytes")]
struct TooLarge(usize);

/// Returns a header that stays on one line: a folded List-Unsubscribe breaks the signature of some servers, and lettre folds.
///
/// # Errors
/// When the value is not plain ASCII, or longer than a line of a message.
fn on_one_line(name: &'static str, value: String) -> Result<HeaderValue> {
    let is_plain = value.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
    if !is_plain || name.len() + value.len() > 990 {
        bail!("{name} would have a character that no header has, or be too long: use addresses of ASCII characters for from and unsubscribe");
    }
    let header = HeaderName::new_from_ascii(name.to_owned()).context("bug: the name of a header")?;
    Ok(HeaderValue::dangerous_new_pre_encoded(header, value.clone(), value))
}
