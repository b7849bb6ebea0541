use super::*;
use proptest::prelude::{ProptestConfig, proptest};

#[test]
fn latex_is_the_letters_that_it_prints() {
    let cases = [
        (r#"Schr\"{o}dinger, Schr\"odinger, Schr{\"o}dinger, Schr{\" o}dinger"#, "Schrödinger, Schrödinger, Schrödinger, Schrödinger"),
        (r"\'{\i}, \'\i, {\'e}, \v{s}, \v s, \c{c}, \c c, \H{o}, \k{a}, \r{a}", "í, í, é, š, š, ç, ç, ő, ą, å"),
        (r"Stra{\ss}e, Stra\ss e, \o, \O{}, {\L}\'od\'z, \AA ngstr\o{}m", "Straße, Straße, ø, Ø, Łódź, Ångstrøm"),
        (r"R\&D at 5\% of \$100, a\_b", "R&D at 5% of $100, a_b"),
        (r"\textit{Rule}sual \textsc{Canto{NLU}} {\it x} M\textsuperscript{4}", "Rulesual CantoNLU x M⁴"),
        (r"DESIGN-R\textsuperscript{\textregistered} A, {\it \ss} b", "DESIGN-R® A, ß b"),
        (r"one \\ two\,three\-four", "one two threefour"),
        ("Kolmogorov--Arnold -- a study---or not", "Kolmogorov–Arnold – a study—or not"),
        ("{BERT} and the {GPT-2} {{XL}} H{$_2$}O {}", "BERT and the GPT-2 XL H$_2$O {}"),
        ("{A Title: all of it, protected}", "A Title: all of it, protected"),
        ("Apple~Silicon, Bielik~11B, Fig.~2, $x$~plane", "Apple Silicon, Bielik 11B, Fig. 2, $x$ plane"),
    ];
    for (written, wanted) in cases {
        assert_eq!(title(written), wanted, "{written}");
    }
}

#[test]
fn what_is_no_latex_stays_as_it_is() {
    let cases = [
        "Attention Is All You Need",
        r"Masses of $\eta_{c}$ and \(X\)-evolve at $\sqrt{s}~=~13$ TeV",
        "the set {0,1} and {a|b}, FA^{3}-CLIP",
        r"\ECUAS{n}: \mathcal{O} and \unheard",
        "at z~2, 10~20 keV, ~100 of them, M~10^12",
        "run with --help, a->b, a-->b, ----",
        r"see https://github.com/o/my\_repo, www.x.org/~me, x.org/~me and \url{http://x.org/a--b}",
        "AT&T, A & B, &c; &unheard;",
        "深度学习 😀 “x” naïve",
        "C++, C#, 100%",
    ];
    for written in cases {
        assert_eq!(title(written), written);
        assert!(matches!(title("Plain"), Cow::Borrowed(_)));
    }
}

#[test]
fn entities_forms_of_unicode_and_blanks_are_undone() {
    assert_eq!(title("Caf&eacute; &amp; &#x3b1;-helix &lt; 2&nbsp;nm"), "Café & α-helix < 2 nm");
    assert_eq!(title("Tom &amp;amp; Jerry, &amp;eacute;"), "Tom & Jerry, é", "what was escaped twice, too");
    assert_eq!(title("Cafe\u{301}"), "Caf\u{e9}");
    assert_eq!(title(" a\n  b\tc\u{a0}d "), "a b c d");
    assert_eq!(title("   "), "   ", "it is not emptied");
    assert_eq!(title("{}~"), "{}~");
}

#[test]
fn a_name_is_in_the_order_in_which_it_is_spoken() {
    let cases = [
        ("Müller, Jürgen", "Jürgen Müller"),
        (r#"M{\"u}ller,J."#, "J. Müller"),
        ("García Márquez, Gabriel", "Gabriel García Márquez"),
        ("van der Maaten, Laurens", "Laurens van der Maaten"),
        ("Davis, Jr., Sammy", "Sammy Davis Jr."),
        ("Davis, Sammy, III", "Sammy Davis III"),
        ("Sammy Davis, Jr.", "Sammy Davis Jr."),
        ("Yann N. Dauphin", "Yann N. Dauphin"),
        ("Jane Smith, PhD", "Jane Smith, PhD"),
        ("A. Smith, B. Jones", "A. Smith, B. Jones"),
        ("Smith, A., Jones, B.", "Smith, A., Jones, B."),
        ("ATLAS Collaboration, CERN", "ATLAS Collaboration, CERN"),
        ("University of X, Department", "University of X, Department"),
        ("Ma, Do", "Do Ma"),
        (", x", ", x"),
    ];
    for (written, wanted) in cases {
        assert_eq!(name(written), wanted, "{written}");
    }
}

#[test]
fn what_is_made_to_be_slow_is_read_to_its_end() {
    let slow = ["{", "\\\"{", "&amp;", "&", "$", "~", "{{A}", "\\text{", "a/.", "-"];
    for piece in slow {
        let long = piece.repeat(LONGEST_BYTES / piece.len());
        assert!(title(&long).len() <= long.len(), "{piece}");
        let nested = [piece.repeat(600), "A".to_owned(), "}".repeat(600)].concat();
        let nested = &nested[..nested.len().min(LONGEST_BYTES)];
        assert!(name(nested).len() <= nested.len(), "{piece}");
        let long = piece.repeat(1_000_000);
        assert!(matches!(title(&long), Cow::Borrowed(_)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_form_of_a_form_is_itself(text in r#"([$\\{}~&,;#"'^`.=/: \n-]|\\[a-z]{1,3}|[a-zA-Z0-9]|amp;|\\textit|--|&#38;|&#92;|éß\x{301}|\PC){0,24}"#) {
        for form in [title, name] {
            let once = form(&text);
            assert_eq!(form(&once), once.as_ref(), "{text:?}");
            assert!(once.is_empty() == text.is_empty(), "{text:?}");
        }
    }

    #[test]
    fn what_has_nothing_to_undo_comes_back(text in "[a-zA-Z0-9.:;!?()'éü中]{1,12}( [a-zA-Z0-9.:;!?()'éü中]{1,12}){0,8}") {
        assert!(matches!(title(&text), Cow::Borrowed(same) if same == text));
        assert!(matches!(name(&text), Cow::Borrowed(same) if same == text));
    }
}
