//! Compares texts by their letters and digits alone.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A text's letters and digits in lower case, without accents, markup and LaTeX commands, with their positions.
#[derive(Debug)]
pub(crate) struct Letters {
    letters: Vec<u8>,
    /// For each byte of `letters`: the span of its character in the text.
    places: Vec<(u32, u32)>,
    /// For each byte of `letters`: true if it begins a word.
    begins: Vec<bool>,
}

impl Letters {
    /// Splits a text into letters. A text of 4 GiB or more has no letters.
    pub(crate) fn of(text: &str) -> Self {
        let mut all = Self { letters: Vec::new(), places: Vec::new(), begins: Vec::new() };
        let mut begins = true;
        let mut at = 0;
        while let Some(c) = text[at..].chars().next() {
            let (taken, stands_for) = markup(&text[at..]);
            if text.len() > u32::MAX as usize {
                break;
            }
            let end = at + taken.max(c.len_utf8());
            let before = all.letters.len();
            if taken > 0 {
                stands_for.chars().for_each(|c| all.push(c, at, end, begins));
            } else {
                all.push(c, at, end, begins);
            }
            if all.letters.len() > before {
                begins = false;
            } else if taken == 0 && !joins(c) {
                begins = true;
            }
            at = end;
        }
        all
    }

    fn push(&mut self, c: char, start: usize, end: usize, begins: bool) {
        let mut utf8 = [0; 4];
        for letter in folded(c) {
            for byte in letter.encode_utf8(&mut utf8).bytes() {
                self.begins.push(begins && self.places.last().is_none_or(|last| last.0 != start as u32));
                self.letters.push(byte);
                self.places.push((start as u32, end as u32));
            }
        }
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.letters
    }

    /// Returns the letters with a space between words.
    pub(crate) fn words_apart(&self) -> String {
        let mut words = Vec::with_capacity(self.letters.len());
        for (at, byte) in self.letters.iter().enumerate() {
            if at > 0 && self.begins[at] {
                words.push(b' ');
            }
            words.push(*byte);
        }
        String::from_utf8_lossy(&words).into_owned()
    }

    /// Returns the number of words.
    pub(crate) fn words(&self) -> usize {
        self.begins.iter().filter(|begins| **begins).count()
    }

    /// True if a word begins with this byte of the letters, or if it is past the end.
    pub(crate) fn begins_word(&self, at: usize) -> bool {
        self.begins.get(at).is_none_or(|begins| *begins)
    }

    /// Returns the span in the text of the letters from one byte to another.
    pub(crate) fn place(&self, start: usize, end: usize) -> (usize, usize) {
        (self.places[start].0 as usize, self.places[end - 1].1 as usize)
    }
}

/// Commands of formulas that print a letter, with the letter; the capital forms of these as well.
const GREEK: &[(&str, &str)] = &[
    ("alpha", "α"),
    ("beta", "β"),
    ("gamma", "γ"),
    ("delta", "δ"),
    ("epsilon", "ε"),
    ("varepsilon", "ε"),
    ("zeta", "ζ"),
    ("eta", "η"),
    ("theta", "θ"),
    ("vartheta", "θ"),
    ("iota", "ι"),
    ("kappa", "κ"),
    ("lambda", "λ"),
    ("mu", "μ"),
    ("nu", "ν"),
    ("xi", "ξ"),
    ("pi", "π"),
    ("rho", "ρ"),
    ("sigma", "σ"),
    ("tau", "τ"),
    ("upsilon", "υ"),
    ("phi", "φ"),
    ("varphi", "φ"),
    ("chi", "χ"),
    ("psi", "ψ"),
    ("omega", "ω"),
    ("ell", "l"),
];
/// Commands that print their own name.
const FUNCTIONS: &[&str] = &["log", "ln", "exp", "sin", "cos", "tan", "max", "min", "sup", "inf", "lim", "det", "dim", "ker", "mod", "arg", "deg", "gcd", "Pr"];

/// Returns the length and the printed letters of a LaTeX command (`\textbf`), a tag (`<br>`) or an entity (`&amp;`) at the start of a text.
fn markup(text: &str) -> (usize, &str) {
    let bytes = text.as_bytes();
    let letters = |from: usize| bytes[from..].iter().take_while(|b| b.is_ascii_alphabetic()).count();
    match bytes {
        [b'\\', next, ..] if next.is_ascii_alphabetic() => {
            let end = 1 + letters(1);
            (end, printed(&text[1..end]))
        }
        [b'&', next, ..] if next.is_ascii_alphabetic() => {
            let name = letters(1);
            (if name < 10 && bytes.get(1 + name) == Some(&b';') { name + 2 } else { 0 }, "")
        }
        [b'<', next, ..] if next.is_ascii_alphabetic() || *next == b'/' => {
            (bytes.iter().take(200).take_while(|b| **b != b'\n').position(|b| *b == b'>').map_or(0, |end| end + 1), "")
        }
        _ => (0, ""),
    }
}

fn printed(command: &str) -> &str {
    let is_greek = |name: &str| command.eq_ignore_ascii_case(name) && command[1..] == name[1..];
    let greek = GREEK.iter().find(|(name, _)| is_greek(name)).map(|(_, letter)| *letter);
    greek.unwrap_or(if FUNCTIONS.contains(&command) { command } else { "" })
}

/// True for characters inside a word: braces and accents of LaTeX, apostrophes, combining marks.
fn joins(c: char) -> bool {
    matches!(c, '{' | '}' | '\\' | '\'' | '’' | '"' | '^' | '`' | '~' | '\u{300}'..='\u{36f}')
}

/// Letters without a removable accent, with their unaccented spelling.
const UNLIKE: &[(char, &str)] =
    &[('ß', "ss"), ('æ', "ae"), ('œ', "oe"), ('ø', "o"), ('ł', "l"), ('đ', "d"), ('ħ', "h"), ('ŧ', "t"), ('ı', "i"), ('ȷ', "j"), ('ŉ', "n"), ('ϵ', "ε")];

/// Returns a letter or digit in lower case without its accent; nothing for any other character.
fn folded(c: char) -> impl Iterator<Item = char> {
    let ascii = c.is_ascii_alphanumeric().then(|| c.to_ascii_lowercase());
    let other = (!c.is_ascii()).then(|| [c].into_iter().nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).flat_map(unlike));
    ascii.into_iter().chain(other.into_iter().flatten())
}

fn unlike(c: char) -> impl Iterator<Item = char> {
    let known = UNLIKE.iter().find(|(letter, _)| *letter == c).map(|(_, written)| written.chars());
    let itself = (known.is_none() && c.is_alphanumeric()).then_some(c);
    known.into_iter().flatten().chain(itself)
}
