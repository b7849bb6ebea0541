//! Arguments that the rows of the sources define: the options of live sources, and the addresses of services.

use super::unseen::{ADDRESS, WITH_KEY};
use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches};
use starcite_sources::{Addresses, OptionSpec, Options, Service, SourceKind};

/// Options of live sources: requests to a service in place of files.
#[derive(Debug)]
pub(crate) struct AskArgs(pub(crate) Options);

impl Args for AskArgs {
    fn augment_args(command: Command) -> Command {
        command.args(SourceKind::options(|live| live.flags).into_iter().map(flag))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for AskArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let given = |option: &OptionSpec| Some((option.name, matches.get_many::<String>(option.name)?.cloned().collect()));
        Ok(Self(SourceKind::options(|live| live.flags).into_iter().filter_map(given).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Returns the flag of an option.
fn flag(option: &'static OptionSpec) -> Arg {
    let sources = SourceKind::names(|kind| kind.has_option(|live| live.flags, option.name));
    let flag = Arg::new(option.name).long(option.name).value_name(option.name.to_uppercase()).value_parser(option.read).help_heading("Live sources");
    let flag = flag.help(format!("{}, for --from {sources}", option.help)).conflicts_with("files").conflicts_with_all(option.excludes);
    if option.is_list { flag.action(ArgAction::Append).value_delimiter(',') } else { flag }
}

/// The addresses of services that replace those of their rows.
#[derive(Debug)]
pub(crate) struct AddressArgs(pub(crate) Addresses);

impl Args for AddressArgs {
    fn augment_args(command: Command) -> Command {
        command.args(SourceKind::services().into_iter().map(address))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for AddressArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let given = |service: &Service| Some((service.name, matches.get_one::<String>(&id(service))?.clone()));
        Ok(Self(SourceKind::services().into_iter().filter_map(given).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Returns the hidden flag of a service's address.
fn address(service: &'static Service) -> Arg {
    let variable = format!("STARCITE_{}", id(service).to_uppercase().replace('-', "_"));
    let is_right = if service.key_variable.is_some() { WITH_KEY } else { ADDRESS };
    Arg::new(id(service)).long(id(service)).env(variable).value_parser(is_right).help(format!("Where the API of {} is", service.title)).hide(true)
}

fn id(service: &Service) -> String {
    format!("{}-url", service.name)
}
