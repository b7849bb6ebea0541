//! Names of people, and rules that distinguish them from names of groups.

/// Returns a name of the form `Last, First` in spoken order; `None` for any other. A suffix comes last: `First Last Jr.`
pub(super) fn in_spoken_order(name: &str) -> Option<String> {
    if !name.contains(',') || is_group(name) || name.contains(['{', '}', '\\']) {
        return None;
    }
    let parts: Vec<&str> = name.split(',').map(str::trim).collect();
    if parts.iter().any(|part| part.is_empty() || is_degree(part)) {
        return None;
    }
    match parts[..] {
        [name, suffix] if is_suffix(suffix) => Some(format!("{name} {suffix}")),
        [last, first] if !(begins_with_initial(last) && begins_with_initial(first)) => Some(format!("{first} {last}")),
        [last, suffix, first] if is_suffix(suffix) => Some(format!("{first} {last} {suffix}")),
        [last, first, suffix] if is_suffix(suffix) => Some(format!("{first} {last} {suffix}")),
        _ => None,
    }
}

/// Removes the degrees after a name, such as `PhD` in `Jane Doe, PhD`.
pub(super) fn without_degrees(name: &str) -> String {
    let parts: Vec<&str> = name.split(',').filter(|part| !is_degree(part)).collect();
    parts.join(",")
}

/// True for a suffix of a family name: `Jr.`, `III`.
pub fn is_suffix(word: &str) -> bool {
    matches!(word.trim_end_matches('.'), "Jr" | "Sr" | "II" | "III" | "IV")
}

/// True for a degree, such as `PhD` or `M.D.`: it follows a comma, but is not a first name.
fn is_degree(word: &str) -> bool {
    let letters: String = word.chars().filter(|c| c.is_alphanumeric()).collect();
    matches!(letters.to_ascii_lowercase().as_str(), "phd" | "md" | "msc" | "bsc" | "mph" | "dphil" | "frcp" | "facs" | "dds" | "dvm" | "mba" | "esq")
        && word.chars().filter(|c| c.is_uppercase()).count() > 1
}

/// True for `A. Smith`: two of these with a comma between them are two people.
fn begins_with_initial(part: &str) -> bool {
    part.split_once(' ').is_some_and(|(first, _)| first.ends_with('.') && first.chars().filter(|c| c.is_alphabetic()).count() == 1)
}

/// True for a name that is not that of one person, or that is in a script in which the family name comes first.
pub fn is_group(name: &str) -> bool {
    const OF_GROUPS: &[&str] = &[
        "alliance",
        "and",
        "association",
        "collaboration",
        "committee",
        "community",
        "company",
        "consortium",
        "contributors",
        "corporation",
        "for",
        "foundation",
        "group",
        "inc",
        "initiative",
        "institute",
        "lab",
        "laboratory",
        "labs",
        "of",
        "others",
        "project",
        "research",
        "society",
        "team",
        "university",
        "with",
    ];
    let is_of_groups = |word: &str| OF_GROUPS.contains(&word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase().as_str());
    let is_of_no_person = |c: char| c.is_ascii_digit() || "()[]@/:;&".contains(c) || c >= '\u{2e80}';
    name.split([' ', ',']).any(is_of_groups) || name.starts_with("The ") || name.contains("et al") || name.ends_with(" AI") || name.contains(is_of_no_person)
}
