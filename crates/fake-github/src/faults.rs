//! Faults by seed: the same request of the same run has the same fault.

use serde_json::Value;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// The kinds and the frequency of faults.
#[derive(Debug, Clone)]
pub struct Faults {
    /// The share of requests with a fault, 0 to 1.
    pub share: f64,
    /// The delay of a late reply.
    pub delay_ms: u64,
    /// The size of a body that is too large.
    pub large_bytes: usize,
    /// The target of a redirect to another host.
    pub elsewhere: String,
    /// The number of fields after which a query runs out of resources; 0 is never.
    pub most_fields: u64,
}

impl Default for Faults {
    fn default() -> Self {
        Self { share: 0.0, delay_ms: 15_000, large_bytes: 200 << 20, elsewhere: "http://127.0.0.1:9/elsewhere".to_owned(), most_fields: 0 }
    }
}

/// A kind of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    Error500,
    Error503,
    Reset,
    Truncated,
    Malformed,
    Html,
    Late,
    SecondaryOn200,
    SecondaryOn403,
    SecondaryOn429,
    Large,
    Redirect,
    Deep,
    GarbageHeaders,
    LostAlias,
}

const ALL: [Fault; 15] = [
    Fault::Error500,
    Fault::Error503,
    Fault::Reset,
    Fault::Truncated,
    Fault::Malformed,
    Fault::Html,
    Fault::Late,
    Fault::SecondaryOn200,
    Fault::SecondaryOn403,
    Fault::SecondaryOn429,
    Fault::Large,
    Fault::Redirect,
    Fault::Deep,
    Fault::GarbageHeaders,
    Fault::LostAlias,
];

impl Faults {
    /// Returns the fault of a request, by its number.
    pub(crate) fn of(&self, number: u64, seed: u64) -> Option<Fault> {
        let chance = |what: &str| xxh3_64_with_seed(format!("{number} {what}").as_bytes(), seed);
        let goes_wrong = (chance("goes wrong") % 1_000_000) as f64 / 1_000_000.0 < self.share;
        goes_wrong.then(|| ALL[(chance("how") % ALL.len() as u64) as usize])
    }
}

/// Removes one answer from a reply, without an error for it.
pub(crate) fn lose_one(reply: &mut Value) {
    let Some(data) = reply.get_mut("data").and_then(Value::as_object_mut) else { return };
    if let Some((_, answer)) = data.iter_mut().find(|(alias, answer)| alias.starts_with('r') && *alias != "rateLimit" && answer.is_object()) {
        *answer = Value::Null;
    } else if let Some(first) = data.get_mut("nodes").and_then(|nodes| nodes.get_mut(0)) {
        *first = Value::Null;
    }
}
