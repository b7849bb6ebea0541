//! Rules for the files that are copied as they are, and for the templates.

use crate::report::{ASSETS, TEMPLATES};
use crate::weeks::report_files::{SCRIPTS, STYLE};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The policy of every page: it runs our scripts alone and loads nothing from elsewhere.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; \
    require-trusted-types-for 'script'; trusted-types starcite";

/// Ways to make an element or a script of a text.
const FORBIDDEN: [&str; 14] = [
    "innerhtml",
    "outerhtml",
    "insertadjacenthtml",
    "document.write",
    "createcontextualfragment",
    "domparser",
    "sethtml",
    "srcdoc",
    "eval(",
    "new function",
    "javascript:",
    "style=",
    "<style",
    "\"style\"",
];

fn texts() -> impl Iterator<Item = (&'static str, &'static str)> {
    ASSETS.iter().copied().chain(TEMPLATES)
}

/// True if an attribute of a handler stands in a text: `on` and letters after a space or a quote, then an equals sign.
fn has_handler(text: &str) -> bool {
    text.match_indices("on").any(|(at, _)| {
        let is_start = text[..at].ends_with([' ', '\n', '"', '\'', '/']);
        let name = text[at + 2..].trim_start_matches(|c: char| c.is_ascii_lowercase());
        is_start && name.len() < text.len() - at - 2 && name.starts_with(['=', '"', '\''])
    })
}

#[test]
fn no_file_makes_elements_or_scripts_of_texts() {
    for (name, text) in texts() {
        let folded = text.to_ascii_lowercase();
        for forbidden in FORBIDDEN {
            assert!(!folded.contains(forbidden), "{name} has {forbidden}");
        }
        assert!(!has_handler(&folded.replace("\"only", "")), "{name} has the attribute of a handler");
        for (at, _) in folded.match_indices("<script") {
            let (tag, rest) = folded[at..].split_once('>').unwrap();
            assert!(tag.starts_with("<script src=\"") && tag.ends_with(" defer") && rest.starts_with("</script>"), "{name}: {tag}");
        }
        assert!(!name.ends_with(".css") || !["url(", "@import", "expression("].iter().any(|loads| folded.contains(loads)), "{name} loads something");
    }
}

#[test]
fn a_handler_is_found_where_it_stands() {
    assert!(has_handler("<a onclick=\"x\">") && has_handler("setattribute(\"onload\", x)") && !has_handler("script.onload = () => on === 1; button=\"on\""));
}

#[test]
fn each_template_names_the_policy_before_it_loads_anything_and_sends_no_referrer() {
    for (name, text) in TEMPLATES {
        let policy = format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">");
        let at = text.find(&policy).unwrap_or_else(|| panic!("{name} has another policy"));
        assert_eq!(text.matches("http-equiv").count(), 1, "{name}");
        assert!(text.find("<link").unwrap() > at && text.find("<script").is_none_or(|script| script > at), "{name}");
        assert!(text.contains("<meta name=\"referrer\" content=\"no-referrer\">"), "{name}");
    }
}

#[test]
fn the_scripts_are_those_that_a_page_may_have() {
    let names: Vec<&str> = ASSETS.iter().map(|(name, _)| *name).collect();
    assert_eq!((names[0], &names[1..]), (STYLE, &SCRIPTS[..]));
}

#[test]
fn all_files_of_the_folder_are_copied_or_filled() {
    let there = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/report/assets")).unwrap();
    let there: BTreeSet<String> = there.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(there, texts().map(|(name, _)| name.to_owned()).collect());
}
