use super::*;
use crate::RepoName;
use std::sync::LazyLock;

static EXTRACTOR: LazyLock<Extractor> = LazyLock::new(Extractor::default);

fn links(text: &str) -> Vec<(LinkKind, Option<String>)> {
    let paper = Paper { abstract_text: Some(text.into()), ..Paper::default() };
    EXTRACTOR.paper(&paper).links.into_iter().map(|l| (l.kind, l.target)).collect()
}

fn repos(text: &str) -> Vec<String> {
    links(text).into_iter().filter(|(kind, _)| *kind == LinkKind::Repo).filter_map(|(_, target)| target).collect()
}

#[test]
fn a_repository_is_found_in_every_ordinary_shape() {
    for text in [
        "Code: https://github.com/o/my_repo.",
        r"\href{https://github.com/o/my_repo}{GitHub}",
        r"\url{https://github.com/o/my\_repo}",
        "(https://www.github.com/o/my_repo.git)",
        "github.com/o/my_repo is ours",
        "at www.GitHub.com/o/my_repo, and",
        "[code](http://github.com/o/my_repo/tree/main/src)",
        "https://github.com//o/my_repo/",
        "<https://github.com/o/my_repo#readme>",
        "git clone git@github.com:o/my_repo.git",
        "https://raw.githubusercontent.com/o/my_repo/main/x.py",
    ] {
        assert_eq!(repos(text), ["https://github.com/o/my_repo"], "{text}");
    }
}

#[test]
fn pages_of_github_itself_gists_and_strangers_are_no_repositories() {
    for text in [
        "https://github.com/features/actions",
        "https://gist.github.com/o/abc123",
        "https://notgithub.com/o/n",
        "https://github.com/o",
        "https://github.com/orgs/o/repositories",
    ] {
        assert_eq!(repos(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn each_kind_is_told_by_its_host() {
    for (text, kind) in [
        ("https://github.com/o", LinkKind::Owner),
        ("https://gist.github.com/o/abc", LinkKind::Gist),
        ("https://step.github.io/", LinkKind::ProjectPage),
        ("Project page: https://example.org/x", LinkKind::ProjectPage),
        ("https://anonymous.4open.science/r/x-1", LinkKind::AnonymousRepo),
        ("https://huggingface.co/o/m", LinkKind::Model),
        ("https://huggingface.co/datasets/o/d", LinkKind::Dataset),
        ("https://huggingface.co/spaces/o/s", LinkKind::Space),
        ("https://huggingface.co/collections/o/c", LinkKind::Collection),
        ("https://colab.research.google.com/drive/1", LinkKind::Notebook),
        ("https://zenodo.org/record/1", LinkKind::Archive),
        ("https://doi.org/10.5281/zenodo.1", LinkKind::Archive),
        ("https://youtu.be/x", LinkKind::Video),
        ("https://bit.ly/x", LinkKind::ShortLink),
        ("https://github.com/xxxx/TBD", LinkKind::Placeholder),
        ("https://example.org", LinkKind::Website),
        ("Code will be released upon acceptance.", LinkKind::Promise),
    ] {
        assert_eq!(links(text).into_iter().map(|(kind, _)| kind).collect::<Vec<_>>(), [kind], "{text}");
    }
}

#[test]
fn other_forges_keep_their_groups() {
    assert_eq!(repos("https://gitlab.com/group/sub/name/-/tree/main"), ["https://gitlab.com/group/sub/name"]);
    assert_eq!(repos("https://gitlab.inria.fr/team/name"), ["https://gitlab.inria.fr/team/name"]);
    assert_eq!(repos("https://bitbucket.org/o/n/src/master"), ["https://bitbucket.org/o/n"]);
    assert_eq!(repos("https://git.sr.ht/~o/n"), ["https://git.sr.ht/~o/n"]);
}

#[test]
fn links_to_papers_are_citations_only() {
    assert_eq!(links("https://arxiv.org/abs/2004.11967 and https://doi.org/10.1145/3643991.3644876"), []);
}

#[test]
fn one_target_in_two_fields_is_one_link_with_both_mentions() {
    let paper = Paper {
        abstract_text: Some("See https://github.com/o/n.".into()),
        comment: Some("code: github.com/O/N".into()),
        github_repo: Some("https://github.com/o/n".into()),
        ..Paper::default()
    };
    let links = EXTRACTOR.paper(&paper).links;
    assert_eq!(links.len(), 1);
    assert_eq!(links[0].mentions.iter().map(|m| m.field).collect::<Vec<_>>(), [Field::Abstract, Field::Comment, Field::GithubRepo]);
}

#[test]
fn an_ambiguous_link_means_what_the_paper_names_without_doubt() {
    let paper = Paper { abstract_text: Some("https://github.com/o/a-b and at https://github.com/o/a b.".into()), ..Paper::default() };
    let links = EXTRACTOR.links(&paper);
    assert_eq!(links.len(), 1);
    assert_eq!(links[0].repo.as_ref().map(RepoName::path), Some("o/a-b"));
    assert_eq!(links[0].mentions.len(), 2);
}

#[test]
fn a_promise_that_its_own_sentence_keeps_is_none() {
    assert_eq!(repos("Code will be released at https://github.com/o/n."), ["https://github.com/o/n"]);
    assert_eq!(links("Code will be released at https://github.com/o/n.").len(), 1);
}

#[test]
fn roles_follow_the_words_before_the_link() {
    let role = |text: &str| {
        let paper = Paper { abstract_text: Some(text.into()), ..Paper::default() };
        EXTRACTOR.paper(&paper).links.first().and_then(|l| l.role)
    };
    assert_eq!(role("Our code is at https://github.com/o/n."), Some(Role::Own));
    assert_eq!(role("It is built on https://github.com/o/n."), Some(Role::Other));
    assert_eq!(role("A paper list is kept at https://github.com/o/n."), Some(Role::List));
    assert_eq!(role("More at https://example.org."), None);
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    /// Text made of the pieces that links are made of, and of anything else.
    fn linkish() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            Just("https://".to_owned()),
            Just("github.com/".to_owned()),
            Just("www.".to_owned()),
            Just("git@".to_owned()),
            Just("\\_".to_owned()),
            Just("o/n".to_owned()),
            Just(".git".to_owned()),
            Just("). ".to_owned()),
            Just("will be released code. ".to_owned()),
            Just("arXiv:2004.11967".to_owned()),
            Just("doi:10.1234/".to_owned()),
            any::<char>().prop_map(String::from),
            "[a-z./:@ ]{0,8}",
        ];
        proptest::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn a_span_holds_what_it_says(text in linkish()) {
            let mut mentions = Vec::new();
            EXTRACTOR.text(Field::Abstract, &text, &mut mentions);
            for m in &mentions {
                let (start, end) = m.start.zip(m.end).expect("a text mention has a span");
                prop_assert_eq!(&text[start..end], m.raw);
            }
            for c in citation::in_text(Field::Abstract, &text) {
                prop_assert_eq!(&text[c.start..c.end], &c.raw);
            }
        }

        #[test]
        fn a_normalised_target_reads_as_itself(text in linkish()) {
            let paper = Paper { abstract_text: Some(text), ..Paper::default() };
            for link in EXTRACTOR.paper(&paper).links {
                let Some(target) = link.target else { continue };
                let again = EXTRACTOR.paper(&Paper { abstract_text: Some(target.clone()), ..Paper::default() }).links;
                if link.kind == LinkKind::Repo {
                    prop_assert_eq!(again.first().and_then(|l| l.target.clone()), Some(target));
                }
            }
        }
    }
}
