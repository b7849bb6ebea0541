//! Options of live sources: keys of `[[source]]` in a pipeline, and flags of `starcite extract`.

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error};
use std::collections::BTreeMap;
use std::str::FromStr;

/// An option of a live source: its row.
#[derive(Debug)]
pub struct OptionSpec {
    /// The key in pipelines, and the flag of the command line.
    pub name: &'static str,
    /// The help of the flag.
    pub help: &'static str,
    /// True if it has several values.
    pub is_list: bool,
    /// True if it chooses the papers: sources that differ in it are different sources.
    pub chooses: bool,
    /// Names of the options that can't be given with it.
    pub excludes: &'static [&'static str],
    /// Reads a value, and returns it in one form; the error is for the user.
    pub read: fn(&str) -> Result<String, String>,
}

impl OptionSpec {
    /// An option with one text of any form.
    pub(super) const TEXT: Self = Self { name: "", help: "", is_list: false, chooses: true, excludes: &[], read: |text| Ok(text.to_owned()) };

    /// Reads a text as a `T`, and returns it as written.
    pub(super) fn checked<T: FromStr<Err = String>>(text: &str) -> Result<String, String> {
        text.parse::<T>().map(|_| text.to_owned())
    }
}

/// Reads the value of an option in a pipeline.
impl<'de> DeserializeSeed<'de> for &OptionSpec {
    type Value = Vec<String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<String>, D::Error> {
        let values = if self.is_list { Vec::deserialize(deserializer)? } else { vec![String::deserialize(deserializer)?] };
        values.iter().map(|value| (self.read)(value)).collect::<Result<_, _>>().map_err(D::Error::custom)
    }
}

/// The given options of a source, by name.
#[derive(Debug, Clone, Default)]
pub struct Options(BTreeMap<&'static str, Vec<String>>);

impl Options {
    /// Returns the names of the options that are given.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.keys().copied()
    }

    /// Returns the values of an option, if it is given.
    pub fn all(&self, option: &OptionSpec) -> Option<&[String]> {
        self.0.get(option.name).map(Vec::as_slice)
    }

    /// Returns the value of an option with one.
    pub fn one(&self, option: &OptionSpec) -> Option<&str> {
        self.all(option)?.first().map(String::as_str)
    }

    /// Returns an option and another that it excludes, if both are given.
    pub fn excluding(&self, options: &[&'static OptionSpec]) -> Option<(&'static str, &'static str)> {
        let given = options.iter().filter(|option| self.0.contains_key(option.name));
        given.flat_map(|option| option.excludes.iter().map(|other| (*other, option.name))).find(|(other, _)| self.0.contains_key(other))
    }
}

impl FromIterator<(&'static str, Vec<String>)> for Options {
    fn from_iter<I: IntoIterator<Item = (&'static str, Vec<String>)>>(given: I) -> Self {
        Self(given.into_iter().collect())
    }
}
