//! Values of options that errors do not repeat.

use clap::builder::{StringValueParser, TypedValueParser};
use clap::error::ErrorKind;
use starcite_ground::url;

/// Parser of a value whose error does not repeat it, as clap's own would: a wrong value may hold a password.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unseen {
    is_right: fn(&str) -> bool,
    what: &'static str,
}

pub(super) const ADDRESS: Unseen =
    Unseen { is_right: url::is_address, what: "the address of a service, such as https://api.example.org, without a user, a query and a fragment" };
pub(super) const WITH_KEY: Unseen = Unseen {
    is_right: |text| url::is_address(text) && url::is_unheard(text),
    what: "the address of a service, such as https://api.example.org, without a user, a query and a fragment; http:// is for this machine alone, since a key goes there",
};
pub(super) const HOST: Unseen = Unseen { is_right: url::is_host, what: "the name of a host, such as github.com or git.example.org" };

impl TypedValueParser for Unseen {
    type Value = String;

    fn parse_ref(&self, command: &clap::Command, arg: Option<&clap::Arg>, value: &std::ffi::OsStr) -> Result<String, clap::Error> {
        let value = StringValueParser::new().parse_ref(command, arg, value)?;
        if (self.is_right)(&value) {
            return Ok(value);
        }
        let flag = arg.and_then(clap::Arg::get_long).unwrap_or_default();
        Err(command.clone().error(ErrorKind::ValueValidation, format!("the value of --{flag} is not {}", self.what)))
    }
}
