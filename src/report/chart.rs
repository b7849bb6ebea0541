//! Charts as SVG: colours are classes, which style sheets give in light and dark; sizes are attributes, because pages allow no `style`.

mod of_report;

pub(super) use of_report::charts;

use super::words::shortened;
use super::xml::Xml;
use crate::weeks::overview::grouped;
use serde::Serialize;
use starcite_ground::visible;

/// Width of a chart: that of a small telephone's page, on which text has its own size.
const WIDTH: u32 = 360;
const FONT: u32 = 12;
/// Height of a line of text.
const LINE: u32 = 18;
const BAR: u32 = 12;
const BAND: u32 = 20;
/// Space between two texts.
const GAP: u32 = 8;
/// Space for a value after a bar.
const VALUE: u32 = 80;

/// A chart of a page, with the table that has the same figures.
#[derive(Debug, Serialize)]
pub(super) struct Chart {
    id: &'static str,
    title: &'static str,
    /// A sentence under it.
    words: String,
    svg: String,
    columns: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

/// The words of a chart.
struct Words {
    id: &'static str,
    title: &'static str,
    words: String,
    /// Column of the labels, and of the counts.
    columns: [&'static str; 2],
    /// True if the counts make up one whole, so that each has a share.
    is_whole: bool,
}

/// A count with its label.
#[derive(Debug, Clone)]
struct Part {
    label: String,
    count: u64,
    /// The number of its colour among the eight; `None` for what is unknown.
    colour: Option<usize>,
}

impl Part {
    fn class(&self, of: &str) -> String {
        self.colour.map_or_else(|| format!("{of} unknown"), |colour| format!("{of} k{}", colour % 8))
    }
}

impl Words {
    fn chart(self, parts: &[Part], svg: String) -> Chart {
        let total = total(parts);
        let share = |count: u64| if total == 0 { "–".to_owned() } else { format!("{:.1} %", count as f64 * 100.0 / total as f64) };
        let cells = |part: &Part| vec![visible::line(&part.label).into_owned(), number(part.count), share(part.count)];
        let (mut columns, mut rows) = (vec![self.columns[0], self.columns[1], "share"], parts.iter().map(cells).collect::<Vec<_>>());
        if !self.is_whole {
            columns.pop();
            rows.iter_mut().for_each(|row| drop(row.pop()));
        }
        Chart { id: self.id, title: self.title, words: self.words, svg, columns, rows }
    }

    /// Returns the element around a drawing of that height.
    fn svg(&self, parts: &[Part], height: u32, draw: impl FnOnce(&mut Xml)) -> String {
        let (title, desc) = (format!("chart-{}-title", self.id), format!("chart-{}-desc", self.id));
        let described: Vec<String> = parts.iter().map(|part| format!("{}: {}", part.label, number(part.count))).collect();
        let mut xml = Xml::new();
        let (box_, named) = (format!("0 0 {WIDTH} {height}"), format!("{title} {desc}"));
        let [width, height, font] = [WIDTH, height, FONT].map(|size| size.to_string());
        let attributes = [
            ("class", "chart"),
            ("role", "img"),
            ("aria-labelledby", &named),
            ("viewBox", &box_),
            ("width", &width),
            ("height", &height),
            ("font-size", &font),
        ];
        xml.open("svg", &attributes);
        xml.text("title", &[("id", &title)], self.title);
        xml.text("desc", &[("id", &desc)], &if described.is_empty() { format!("No {}.", self.columns[1]) } else { described.join("; ") });
        draw(&mut xml);
        xml.close("svg");
        String::from_utf8_lossy(&xml.into_bytes()).into_owned()
    }

    /// Draws a sentence in place of a chart of nothing.
    fn nothing(&self, parts: &[Part]) -> String {
        self.svg(parts, LINE, |xml| text(xml, "label", 0, LINE - 5, "start", &format!("No {}.", self.columns[1])))
    }
}

/// Draws one bar of bands. A band has its label and its count below it if they fit there, else in a row of the legend.
fn stacked(words: Words, parts: &[Part]) -> Chart {
    let total = total(parts);
    if total == 0 {
        let svg = words.nothing(parts);
        return words.chart(parts, svg);
    }
    let ends = parts.iter().scan(0, |sum, part| {
        *sum += u128::from(part.count);
        Some((*sum * u128::from(WIDTH) * 100 / total) as u64) // at most the width
    });
    let ends: Vec<u64> = ends.collect();
    let begins: Vec<u64> = std::iter::once(0).chain(ends.iter().copied()).take(parts.len()).collect();
    let has_room = |at: usize| {
        let needed = width(&visible::line(&parts[at].label)).max(width(&number(parts[at].count))) + GAP;
        u64::from(needed) * 100 <= ends[at] - begins[at]
    };
    let (below, in_legend): (Vec<usize>, Vec<usize>) = (0..parts.len()).partition(|at| has_room(*at));
    let legend = BAND + if below.is_empty() { 0 } else { 2 * LINE } + GAP;
    let height = legend + LINE * in_legend.len() as u32;
    let svg = words.svg(parts, height, |xml| {
        for (at, part) in parts.iter().enumerate() {
            rectangle(xml, &part.class("band"), begins[at], 0, ends[at] - begins[at], BAND);
        }
        for at in below {
            let x = (begins[at] / 100) as u32;
            text(xml, "label", x, BAND + LINE - 3, "start", &parts[at].label);
            text(xml, "value", x, BAND + 2 * LINE - 3, "start", &number(parts[at].count));
        }
        for (row, at) in in_legend.into_iter().enumerate() {
            let (part, y) = (&parts[at], legend + LINE * row as u32);
            rectangle(xml, &part.class("band key"), 0, y + 3, 100 * u64::from(BAR), BAR);
            row_of_text(xml, part, BAR + GAP, y + LINE - 4);
        }
    });
    words.chart(parts, svg)
}

/// Draws a list of bars, each below its label and before its count.
fn bars(words: Words, parts: &[Part]) -> Chart {
    let Some(most) = parts.iter().map(|part| part.count).max().filter(|most| *most > 0) else {
        let svg = words.nothing(parts);
        return words.chart(parts, svg);
    };
    let row = LINE + BAR + GAP;
    let height = row * parts.len() as u32;
    let svg = words.svg(parts, height, |xml| {
        for (at, part) in parts.iter().enumerate() {
            let y = row * at as u32;
            let length = u128::from(part.count) * u128::from(WIDTH - VALUE) * 100 / u128::from(most);
            let class = if part.colour.is_none() { "bar unknown" } else { "bar" };
            text(xml, "label", 0, y + LINE - 5, "start", &fitted(&part.label, WIDTH));
            rectangle(xml, class, 0, y + LINE, length as u64, BAR);
            let [top, bottom] = [y + LINE - 2, y + LINE + BAR + 2].map(|y| y.to_string());
            xml.empty("line", &[("class", "axis"), ("x1", "0"), ("y1", &top), ("x2", "0"), ("y2", &bottom)]);
            text(xml, "value", (length / 100) as u32 + GAP, y + LINE + BAR - 2, "start", &number(part.count));
        }
    });
    words.chart(parts, svg)
}

fn total(parts: &[Part]) -> u128 {
    parts.iter().map(|part| u128::from(part.count)).sum()
}

fn number(count: u64) -> String {
    usize::try_from(count).map_or_else(|_| count.to_string(), grouped)
}

/// Draws a rectangle; `x` and `width` are hundredths, so that widths add up.
fn rectangle(xml: &mut Xml, class: &str, x: u64, y: u32, width: u64, height: u32) {
    let hundredths = |size: u64| format!("{}.{:02}", size / 100, size % 100);
    let [y, height] = [y, height].map(|size| size.to_string());
    xml.empty("rect", &[("class", class), ("x", &hundredths(x)), ("y", &y), ("width", &hundredths(width)), ("height", &height)]);
}

fn text(xml: &mut Xml, class: &str, x: u32, y: u32, anchor: &str, text: &str) {
    let [x, y] = [x, y].map(|size| size.to_string());
    xml.text("text", &[("class", class), ("x", &x), ("y", &y), ("text-anchor", anchor)], text);
}

/// Draws a label, and its count at the right.
fn row_of_text(xml: &mut Xml, part: &Part, x: u32, y: u32) {
    let count = number(part.count);
    text(xml, "label", x, y, "start", &fitted(&part.label, WIDTH - x - width(&count) - GAP));
    text(xml, "value", WIDTH, y, "end", &count);
}

/// Returns the width of a text in the widest of the usual fonts, which is more than in most.
fn width(text: &str) -> u32 {
    text.chars().map(|c| if c.is_ascii() { 8 } else { 2 * FONT }).sum()
}

/// Returns a label as far as it has room.
fn fitted(label: &str, room: u32) -> String {
    let shown = visible::line(label);
    let mut most = shown.chars().count();
    let mut fitted = shown.into_owned();
    while width(&fitted) > room && most > 0 {
        most = (most * room as usize / width(&fitted) as usize).min(most - 1);
        fitted = shortened(&fitted, most);
    }
    fitted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::xml::parsed::Element;
    use proptest::prelude::*;

    fn words() -> Words {
        Words { id: "test", title: "A <test>", words: String::new(), columns: ["tier", "papers"], is_whole: true }
    }

    fn parts() -> impl Strategy<Value = Vec<Part>> {
        let label = prop_oneof![".*", "\\PC*", "[a-z ]{0,60}", Just("</text><script>alert(1)</script>\"'&]]>\u{202e}\0\u{fffe}".to_owned())];
        let count = prop_oneof![Just(0), 0..20u64, 0..100_000u64, any::<u64>()];
        let part = (label, count, proptest::option::of(0..20usize)).prop_map(|(label, count, colour)| Part { label, count, colour });
        proptest::collection::vec(part, 0..12)
    }

    fn number_of(element: &Element, attribute: &str) -> f64 {
        element.value(attribute).parse().unwrap()
    }

    /// Returns the left, right and lower edge of a text.
    fn edges(text: &Element) -> (f64, f64, f64) {
        let (x, wide) = (number_of(text, "x"), f64::from(width(&text.text)));
        let left = if text.value("text-anchor") == "end" { x - wide } else { x };
        (left, left + wide, number_of(text, "y"))
    }

    fn check(chart: &Chart, parts: &[Part]) -> Result<Element, TestCaseError> {
        prop_assert!(!chart.svg.contains("script>") && !chart.svg.contains("style"), "{}", chart.svg);
        let svg = Element::parse(chart.svg.as_bytes());
        prop_assert_eq!(svg.value("aria-labelledby"), "chart-test-title chart-test-desc");
        prop_assert_eq!(svg.only("title"), "A <test>");
        let known = ["class", "role", "aria-labelledby", "viewBox", "width", "height", "font-size", "id", "x", "y", "x1", "x2", "y1", "y2", "text-anchor"];
        for element in svg.tree() {
            prop_assert!(element.attributes.keys().all(|name| known.contains(&name.as_str())), "{:?}", element);
            prop_assert!(["svg", "title", "desc", "rect", "text", "line"].contains(&element.name.as_str()));
        }
        let texts = |class: &str| svg.all("text").filter(|text| text.value("class") == class).map(|text| text.text.clone()).collect::<Vec<_>>();
        let (mut labels, mut values) = (texts("label"), texts("value"));
        let counts: Vec<String> = parts.iter().map(|part| number(part.count)).collect();
        if total(parts) == 0 {
            prop_assert_eq!((labels, values), (vec!["No papers.".to_owned()], vec![]));
        } else {
            let mut wanted: Vec<String> = parts.iter().map(|part| visible::line(&part.label).into_owned()).collect();
            let mut sorted = counts.clone();
            [&mut labels, &mut values, &mut wanted, &mut sorted].into_iter().for_each(|texts| texts.sort());
            prop_assert_eq!(values, sorted);
            prop_assert_eq!(labels.len(), wanted.len());
            for label in &labels {
                let start = label.strip_suffix('…').unwrap_or(label);
                prop_assert!(wanted.iter().any(|wanted| wanted == label || wanted.starts_with(start)), "{} of {:?}", label, wanted);
            }
            let drawn: Vec<&Element> = svg.all("text").collect();
            for (at, one) in drawn.iter().enumerate() {
                let (left, right, y) = edges(one);
                prop_assert!(left >= 0.0 && y > 0.0 && y <= number_of(&svg, "height"));
                prop_assert!(right <= f64::from(WIDTH) || one.value("class") == "value", "{:?}", one);
                for other in &drawn[..at] {
                    let (other_left, other_right, other_y) = edges(other);
                    prop_assert!(y != other_y || right <= other_left || other_right <= left, "{:?} over {:?}", one, other);
                }
            }
        }
        let rows: Vec<String> = chart.rows.iter().map(|row| row[1].clone()).collect();
        prop_assert_eq!(rows, counts);
        Ok(svg)
    }

    proptest! {
        #[test]
        fn bands_have_their_labels_and_make_up_the_whole(parts in parts()) {
            let svg = check(&stacked(words(), &parts), &parts)?;
            let bands: Vec<&Element> = svg.all("rect").filter(|one| !one.value("class").contains("key")).collect();
            if total(&parts) > 0 {
                prop_assert_eq!(bands.len(), parts.len());
                let mut x = 0.0;
                for (band, part) in bands.iter().zip(&parts) {
                    prop_assert!((number_of(band, "x") - x).abs() < 0.001);
                    prop_assert_eq!(band.value("class").contains("unknown"), part.colour.is_none());
                    x += number_of(band, "width");
                }
                prop_assert!((x - f64::from(WIDTH)).abs() < 0.001);
            }
        }

        #[test]
        fn bars_have_their_labels_and_are_as_long_as_their_counts(parts in parts()) {
            let svg = check(&bars(words(), &parts), &parts)?;
            let most = parts.iter().map(|part| part.count).max().unwrap_or_default();
            for (bar, part) in svg.all("rect").zip(&parts) {
                let length = part.count as f64 / most as f64 * f64::from(WIDTH - VALUE);
                prop_assert!((number_of(bar, "width") - length).abs() < 0.02);
            }
        }
    }

    #[test]
    fn a_short_label_is_drawn_whole() {
        let parts = ["licensed", "not asked about yet"].map(|label| Part { label: label.to_owned(), count: 3, colour: Some(1) });
        for chart in [stacked(words(), &parts), bars(words(), &parts)] {
            assert!(parts.iter().all(|part| chart.svg.contains(&format!(">{}</text>", part.label))), "{}", chart.svg);
        }
    }
}
