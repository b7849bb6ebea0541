//! `[input] max_rejects`: the number of records that may be rejected in a complete run.

use serde::Deserialize;
use std::fmt;

/// Limit of rejected records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Written")]
pub(crate) enum MaxRejects {
    Count(u64),
    /// Thousandths of a per cent of the records that were read.
    Share(u64),
}

/// The value, as written.
#[derive(Deserialize)]
#[serde(untagged, expecting = "max_rejects is a number of records, such as 50, or a share of those read from \"0%\" to \"100%\", such as \"0.5%\"")]
enum Written {
    Count(u64),
    Share(String),
}

const WHOLE: u64 = 100_000;

impl MaxRejects {
    /// True if the limit allows `rejects` of the records that were read.
    pub(crate) fn allows(self, rejects: u64, records: u64) -> bool {
        match self {
            Self::Count(most) => rejects <= most,
            Self::Share(share) => u128::from(rejects) * u128::from(WHOLE) <= u128::from(share) * u128::from(records),
        }
    }
}

impl TryFrom<Written> for MaxRejects {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        match written {
            Written::Count(most) => Ok(Self::Count(most)),
            Written::Share(text) => share(&text).map(Self::Share).ok_or_else(|| {
                format!("{text:?} is not a share of the records read: max_rejects is a number, such as 50, or from \"0%\" to \"100%\", such as \"0.5%\"")
            }),
        }
    }
}

/// Reads thousandths of a per cent from `0.5%`; `None` if the text is not a share.
fn share(text: &str) -> Option<u64> {
    let number = text.strip_suffix('%')?;
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    let are_digits = [whole, part].iter().all(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()));
    if !are_digits || part.len() > 3 {
        return None;
    }
    let thousandths: u64 = format!("{whole}{part:0<3}").parse().ok()?;
    (thousandths <= WHOLE).then_some(thousandths)
}

impl fmt::Display for MaxRejects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(most) => write!(f, "{most}"),
            Self::Share(share) => write!(f, "{}%", *share as f64 / 1000.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> Result<MaxRejects, String> {
        #[derive(Deserialize)]
        struct Section {
            max_rejects: MaxRejects,
        }
        toml::from_str::<Section>(&format!("max_rejects = {value}")).map(|section| section.max_rejects).map_err(|error| error.message().to_owned())
    }

    #[test]
    fn a_number_or_a_share_is_read_and_nothing_else() {
        for (value, shown) in
            [("0", "0"), ("50", "50"), ("\"1%\"", "1%"), ("\"0.5%\"", "0.5%"), ("\"12.345%\"", "12.345%"), ("\"100%\"", "100%"), ("\"0%\"", "0%")]
        {
            assert_eq!(read(value).unwrap().to_string(), shown);
        }
        for value in ["-1", "1.5", "\"150%\"", "\"1.5\"", "\"100.001%\"", "\"1.2345%\"", "\"-1%\"", "\"%\"", "\".5%\"", "\"5.%\"", "\"1 %\"", "true", "[1]"] {
            let why = read(value).unwrap_err();
            assert!(why.contains("max_rejects is a number") && why.contains("\"0.5%\""), "{value}: {why}");
        }
    }

    #[test]
    fn a_limit_is_met_exactly() {
        assert!(MaxRejects::Count(3).allows(3, 4) && !MaxRejects::Count(3).allows(4, 1_000));
        let share = read("\"0.7%\"").unwrap();
        assert!(share.allows(7, 1_000) && !share.allows(8, 1_000) && !share.allows(7, 999) && share.allows(0, 0));
    }
}
