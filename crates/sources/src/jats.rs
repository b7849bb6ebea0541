//! Extracts text from JATS, HTML and the markup that publishers take for it: tags are removed, links stay, scripts never get through.

use super::typed;
use starcite_core::normal::entity;

/// Elements that are a paragraph of their own, by local name.
const BLOCKS: &[&str] = &[
    "p",
    "title",
    "sec",
    "section",
    "abstract",
    "list",
    "list-item",
    "li",
    "ul",
    "ol",
    "div",
    "br",
    "break",
    "disp-formula",
    "disp-quote",
    "h1",
    "h2",
    "h3",
    "h4",
];
/// Elements that are left out with their contents.
const LEFT_OUT: &[&str] = &["script", "style", "tex-math", "annotation"];
/// Elements that are links.
const LINKS: &[&str] = &["ext-link", "a", "uri", "self-uri", "inline-supplementary-material"];
/// The most letters of an entity's name and its semicolon.
const LONGEST_ENTITY: usize = 33;
/// A first heading without information.
const HEADING: &str = "abstract\n";

/// Returns the text of some markup: paragraphs are lines, and a link whose address is not in its text gets it in brackets after the text.
/// Entities are decoded once. Anything that is not a tag, such as a lone `<`, is text.
pub(super) fn text(markup: &str) -> Option<String> {
    let mut text = Text::default();
    let mut rest = markup;
    while let Some(at) = memchr::memchr2(b'<', b'&', rest.as_bytes()) {
        text.push(&rest[..at]);
        rest = &rest[at..];
        rest = if rest.starts_with('<') { text.tag(rest) } else { text.entity(rest) };
    }
    text.push(rest);
    text.end()
}

#[derive(Default)]
struct Text {
    out: String,
    /// A space or a line end that is due before the next letter.
    gap: Option<char>,
    /// The open link: the begin of its text, and its address.
    open: Option<(usize, String)>,
    /// True if no `>` is left.
    no_end: bool,
}

impl Text {
    fn push(&mut self, words: &str) {
        for letter in words.chars() {
            if letter.is_whitespace() || letter.is_control() {
                self.gap = self.gap.or(Some(' '));
                continue;
            }
            self.fill_gap();
            self.out.push(letter);
        }
    }

    fn fill_gap(&mut self) {
        self.out.extend(self.gap.take().filter(|_| !self.out.is_empty()));
    }

    /// Returns the text after a tag, a comment or a lone `<`.
    fn tag<'t>(&mut self, rest: &'t str) -> &'t str {
        if let Some(comment) = rest.strip_prefix("<!--") {
            return split(comment, "-->").1;
        }
        if let Some(data) = rest.strip_prefix("<![CDATA[") {
            let (data, rest) = split(data, "]]>");
            self.push(data);
            return rest;
        }
        let is_tag = rest[1..].starts_with(|letter: char| letter.is_ascii_alphabetic() || "/!?".contains(letter));
        let end = if is_tag && !self.no_end { looked_at(memchr::memchr(b'>', rest.as_bytes()), rest) } else { None };
        self.no_end |= is_tag && end.is_none();
        let Some(end) = end else {
            self.push("<");
            return &rest[1..];
        };
        let tag = &rest[1..end];
        let (is_end, tag) = tag.strip_prefix('/').map_or((false, tag), |tag| (true, tag));
        let name = local_name(tag);
        if BLOCKS.contains(&name.as_str()) {
            self.gap = Some('\n');
        }
        let after = &rest[end + 1..];
        if LEFT_OUT.contains(&name.as_str()) && !is_end && !tag.ends_with('/') {
            return behind(after, &name);
        }
        if LINKS.contains(&name.as_str()) {
            if is_end { self.close() } else { self.open(tag) }
        }
        after
    }

    fn open(&mut self, tag: &str) {
        self.close();
        self.fill_gap();
        self.open = address(tag).map(|address| (self.out.len(), address));
        if tag.ends_with('/') {
            self.close();
        }
    }

    fn close(&mut self) {
        let Some((begin, address)) = self.open.take() else { return };
        let bare = address.split_once("://").map_or("", |(_, bare)| bare.trim_end_matches('/'));
        if self.out.get(begin..).is_some_and(|text| text.contains(bare)) {
            return;
        }
        let is_alone = self.out.len() == begin;
        self.push(&if is_alone { address } else { format!(" ({address})") });
    }

    /// Returns the text after an entity or a lone `&`.
    fn entity<'t>(&mut self, rest: &'t str) -> &'t str {
        let name = rest[1..].bytes().take(LONGEST_ENTITY).position(|byte| byte == b';').and_then(|end| rest.get(1..=end));
        let Some((name, letters)) = name.and_then(|name| Some((name, entity(name)?))) else {
            self.push("&");
            return &rest[1..];
        };
        self.push(&letters);
        &rest[name.len() + 2..]
    }

    fn end(mut self) -> Option<String> {
        self.close();
        let is_heading = self.out.get(..HEADING.len()).is_some_and(|start| start.eq_ignore_ascii_case(HEADING));
        typed::trimmed(self.out.get(if is_heading { HEADING.len() } else { 0 }..))
    }
}

/// Splits a text before and after a mark; without a mark all of it is before.
fn split<'t>(text: &'t str, mark: &str) -> (&'t str, &'t str) {
    looked_at(text.find(mark), text).map_or((text, ""), |at| (&text[..at], &text[at + mark.len()..]))
}

/// Returns what a search of a text found. Tests count the bytes that searches look at, so that none starts over again and again.
fn looked_at(found: Option<usize>, text: &str) -> Option<usize> {
    #[cfg(test)]
    tests::LOOKED_AT.with(|bytes| bytes.set(bytes.get() + found.unwrap_or(text.len())));
    let _ = text;
    found
}

/// Returns the name in a tag, without its namespace, in lower case.
fn local_name(tag: &str) -> String {
    let name = tag.split(|letter: char| letter.is_whitespace() || "/>".contains(letter)).next().unwrap_or_default();
    name.rsplit(':').next().unwrap_or_default().to_ascii_lowercase()
}

/// Returns the text after the end of an element.
fn behind<'t>(text: &'t str, name: &str) -> &'t str {
    let ends = memchr::memchr_iter(b'<', text.as_bytes()).filter(|at| text[*at..].starts_with("</"));
    let end = looked_at(ends.into_iter().find(|at| local_name(&text[at + 2..]) == name), text);
    end.map_or("", |at| split(&text[at..], ">").1)
}

/// Returns the address of a tag's link: an address of the web, or a DOI. Nothing else is an address, least of all a script.
fn address(tag: &str) -> Option<String> {
    let from = tag.find("href")? + "href".len();
    let value = tag[from..].trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|quote| "\"'".contains(*quote))?;
    let value = text(value[1..].split(quote).next()?)?;
    let is_web = ["http://", "https://"].iter().any(|scheme| value.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
    if is_web { Some(value) } else { starcite_core::paper::doi(&value).map(|doi| format!("https://doi.org/{doi}")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    thread_local! {
        /// Bytes that searches have looked at.
        pub(super) static LOOKED_AT: Cell<usize> = const { Cell::new(0) };
    }

    fn of(markup: &str) -> String {
        text(markup).unwrap_or_default()
    }

    #[test]
    fn paragraphs_are_lines_and_other_tags_go() {
        let markup = "<jats:title>Abstract</jats:title>\n   <jats:sec><jats:title>Aim</jats:title>\n  <jats:p>H<jats:sub>2</jats:sub>O is\n   <ns4:i>wet</ns4:i>.</jats:p></jats:sec>";
        assert_eq!(of(markup), "Aim\nH2O is wet.");
        assert_eq!(of("plain text, p < 0.05 & n > 3"), "plain text, p < 0.05 & n > 3");
        assert_eq!((text("<p> </p>"), text("")), (None, None));
    }

    #[test]
    fn links_keep_their_addresses() {
        let link = |href: &str, inner: &str| of(&format!("See <jats:ext-link ext-link-type=\"uri\" xlink:href=\"{href}\">{inner}</jats:ext-link>."));
        assert_eq!(link("https://github.com/o/n", "our code"), "See our code (https://github.com/o/n).");
        assert_eq!(link("https://github.com/o/n/", "github.com/o/n"), "See github.com/o/n.");
        assert_eq!(link("https://github.com/o/n?a=1&amp;b=2", ""), "See https://github.com/o/n?a=1&b=2.");
        assert_eq!(link("10.5281/zenodo.1", "data"), "See data (https://doi.org/10.5281/zenodo.1).");
        assert_eq!(of("<a href='http://a.org'>b"), "b (http://a.org)");
    }

    #[test]
    fn scripts_never_come_through() {
        for markup in [
            "a<script>alert('b')</script>c",
            "a<SCRIPT src=\"x\">if (1 < 2) { \"</p>\" }</SCRIPT >c",
            "a<style>b</style><!-- <p>b --><jats:ext-link xlink:href=\"javascript:b()\"></jats:ext-link>c",
        ] {
            assert_eq!(of(markup), "ac", "{markup}");
        }
        assert_eq!(of("a<script>b"), "a");
    }

    #[test]
    fn entities_are_read_once() {
        assert_eq!(of("&lt;b&gt; &amp;lt; &#x41;&#66; &unknown; &; &#xffffffff; AT&T"), "<b> &lt; AB &unknown; &; &#xffffffff; AT&T");
        assert_eq!(of("<![CDATA[a < b]]>"), "a < b");
    }

    #[test]
    fn broken_markup_is_looked_at_a_few_times_at_most() {
        for markup in [
            "<a".repeat(200_000),
            "</".repeat(200_000),
            "<a href='http://a.b'>".repeat(20_000),
            "&".repeat(400_000),
            "<script></".repeat(40_000),
            format!("<script>{}", "</".repeat(200_000)),
        ] {
            LOOKED_AT.set(0);
            text(&markup);
            let times = LOOKED_AT.get() / markup.len();
            assert!(times < 4, "{} is looked at {times} times", &markup[..20]);
        }
    }
}
