//! Summary of an OAI-PMH reply (<https://www.openarchives.org/OAI/openarchivesprotocol.html>): its records, and the continuation of the list.

use super::input::Limits;
use super::xml::{self, Format};
use super::{Framer, Reader, excerpt};
use chrono::NaiveDate;
use quick_xml::Reader as XmlReader;
use quick_xml::events::Event;
use starcite_core::Date;

static REPLY: Format = Format { root: "OAI-PMH", records: &["record", "error"], attributes: &[("header", "status"), ("error", "code")] };

/// Returns the records of a reply, or of several one after the other.
pub(super) fn records<'a>(input: Reader<'a>, limits: Limits) -> Framer<'a> {
    xml::records(input, limits, &REPLY)
}

/// The parts of a reply that a harvester needs.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) records: u64,
    /// The token that continues the list.
    pub(super) token: Option<String>,
    /// The newest datestamp.
    pub(super) last_day: Option<NaiveDate>,
    /// The day of the server's clock.
    pub(super) answered_on: Option<NaiveDate>,
    /// The code of an error; `says` is its text.
    pub(super) error: Option<String>,
    pub(super) says: String,
    /// The day before which the server has nothing, in a reply to `Identify`.
    pub(super) earliest: Option<NaiveDate>,
}

/// Reads a whole reply.
///
/// # Errors
/// When it is not XML, is cut off, or has no root element of OAI-PMH.
pub(super) fn page(body: &[u8]) -> Result<Page, String> {
    let mut xml = XmlReader::from_reader(body);
    let (mut page, mut text, mut buffer, mut is_oai) = (Page::default(), String::new(), Vec::new(), false);
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer).map_err(|error| error.to_string())? {
            Event::Start(start) | Event::Empty(start) => {
                text.clear();
                match start.local_name().as_ref() {
                    "OAI-PMH" => is_oai = true,
                    "record" => page.records += 1,
                    "error" => page.error = start.try_get_attribute("code").ok().flatten().map(|code| code.value.to_string()),
                    _ => {}
                }
            }
            Event::Text(part) => text.push_str(&part),
            Event::GeneralRef(entity) => text.push_str(&xml::resolved(&entity).ok_or_else(|| format!("the entity &{}; is unknown", &*entity))?),
            Event::End(end) => match end.local_name().as_ref() {
                "datestamp" => page.last_day = day(&text).max(page.last_day),
                "responseDate" => page.answered_on = day(&text),
                "earliestDatestamp" => page.earliest = day(&text),
                "error" => page.says = excerpt(text.trim().as_bytes()),
                "resumptionToken" => page.token = Some(text.trim().to_owned()).filter(|token| !token.is_empty()),
                "OAI-PMH" if is_oai => return Ok(page),
                _ => {}
            },
            Event::Eof => return Err(if is_oai { "the reply does not end".to_owned() } else { "no OAI-PMH reply".to_owned() }),
            _ => {}
        }
    }
}

fn day(text: &str) -> Option<NaiveDate> {
    Date::read(text)?.day
}
