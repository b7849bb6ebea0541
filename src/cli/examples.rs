//! The help of every command has examples that parse, and wraps once, wherever its lines end.

use super::Cli;
use clap::{Command, CommandFactory, Parser};

/// Returns each command, with its subcommands', and the text after its options.
fn commands() -> Vec<(String, String)> {
    let mut all = Vec::new();
    let mut rest = vec![("starcite".to_owned(), Cli::command())];
    while let Some((name, command)) = rest.pop() {
        let below = |below: &Command| (format!("{name} {}", below.get_name()), below.clone());
        rest.extend(command.get_subcommands().map(below));
        all.push((name, command.get_after_help().map(ToString::to_string).unwrap_or_default()));
    }
    all
}

/// Returns the arguments of each `starcite` on a line, as a shell splits them.
fn typed(line: &str) -> Vec<Vec<String>> {
    let command = line.trim_start().split("  ").next().unwrap_or_default(); // the rest is a comment
    let mut words = vec![String::new()];
    let mut is_quoted = false;
    for letter in command.chars() {
        match letter {
            '\'' => is_quoted = !is_quoted,
            ' ' if !is_quoted => words.push(String::new()),
            _ => words.iter_mut().last().unwrap().push(letter),
        }
    }
    let calls = words.split(|word| ["|", "&&"].contains(&word.as_str()));
    let arguments = |call: &[String]| {
        let begin = call.iter().position(|word| word == "starcite")?;
        Some(call[begin..].iter().take_while(|word| *word != ">").cloned().collect())
    };
    calls.filter_map(arguments).collect()
}

#[test]
fn every_command_has_examples_of_its_own_and_they_parse() {
    for (name, help) in commands() {
        let lines = help.lines().filter(|line| line.starts_with("  ") && line.contains("starcite "));
        let calls: Vec<Vec<String>> = lines.flat_map(typed).collect();
        let own: Vec<&str> = name.split(' ').collect();
        assert!(calls.iter().any(|call| call.len() >= own.len() && call.iter().zip(&own).all(|(typed, own)| typed == own)), "{name} has no example");
        for call in calls {
            let parsed = Cli::try_parse_from(&call);
            assert!(parsed.is_ok(), "{name}: {call:?}: {}", parsed.unwrap_err());
        }
    }
}

#[test]
fn an_example_fits_80_columns_and_a_paragraph_is_one_line_that_the_terminal_wraps() {
    for (name, help) in commands() {
        let lines: Vec<&str> = help.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            assert!(!line.starts_with(' ') || line.chars().count() <= 80, "{name}: {line}");
            let is_whole = line.is_empty() || line.starts_with(' ') || line.ends_with(':') || lines.get(at + 1).is_none_or(|next| next.is_empty());
            assert!(is_whole, "{name}: wrapped by hand: {line}");
        }
    }
}
