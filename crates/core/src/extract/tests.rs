use super::*;
use crate::{ListClaim, RepoName};
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
        "git clone https://github.com/o/my_repo.wiki.git",
        "https://raw.githubusercontent.com/o/my_repo/main/x.py",
    ] {
        assert_eq!(repos(text), ["https://github.com/o/my_repo"], "{text}");
    }
}

#[test]
fn a_tilde_is_read_in_front_of_a_users_name_alone() {
    assert_eq!(repos(r"git.sr.ht/$\sim$o/n"), ["https://git.sr.ht/~o/n"]);
    assert_eq!(repos(r"gitlab.com/A$\sim$o/n"), [""; 0]);
}

#[test]
fn a_repository_is_found_however_its_link_is_broken() {
    for text in [
        "https: //github.com/o/my_repo",
        "https:// github.com/o/my_repo",
        "https : // github . com / o / my_repo.",
        "https:/github.com/o/my_repo",
        "https//github.com/o/my_repo",
        "htps://github.com/o/my_repo",
        "//github.com/o/my_repo",
        "https://https://github.com/o/my_repo",
        "https://github.com/https://github.com/o/my_repo",
        "https://github.\ncom/o/my_repo/).",
        "https://github.com/ o/my_repo",
        "https://github.com/o/\n  my_repo.",
        "https://github.com/o / my_repo",
        "https://github.com/o/my_ repo",
        r"\url{https://github.com/o/my{\_}repo}",
        r"\texttt{github.com/o/my\textunderscore{}repo}\footnote{x}",
        "https://github.com/o/my_repohttps://github.com/o/my_repo",
        "https://github.com/o/my_repogithub.com/o/my_repo",
        "https://github.com/o/my_repo}{https://github.com/o/my_repo",
        "https://github.com/o/my_repo.The next sentence",
        "https://github.com/o/my_repoOur next sentence",
        "https://github.com/o/my_repo.1 We",
        "available athttps://github.com/o/my_repo",
        "<a href=&quot;https://github.com/o/my_repo&quot;>",
        "&lt;https://github.com/o/my_repo&gt;",
        "\u{201c}https://github.com/o/my_repo\u{201d}",
        "_https://github.com/o/my_repo_",
        r"\verb+github.com/o/my_repo+",
        "https://github.com/\u{200b}o/my_repo",
        "ssh://git@github.com/o/my_repo.git",
        "https://codeload.github.com/o/my_repo/zip/main",
        "https://api.github.com/repos/o/my_repo/releases",
    ] {
        assert_eq!(repos(text), ["https://github.com/o/my_repo"], "{text}");
    }
}

#[test]
fn a_name_keeps_the_signs_that_belong_to_it() {
    for name in ["a.b", "H.Feature", "deep.pytorch", "name.github.io", "predict2.5", "MSWAL-", "n-2024"] {
        assert_eq!(repos(&format!("at https://github.com/o/{name}.")), [format!("https://github.com/o/{name}")]);
    }
    assert_eq!(repos("https://github.com/o/a-\nb-c."), ["https://github.com/o/a-b-c"], "a hyphen at a break");
}

#[test]
fn a_sentence_that_goes_on_is_no_part_of_a_link() {
    for text in ["https://github.com/o/ soon.", "https://github.com/o/ and", "https://github.com/o/ Extensive experiments", "https://github.com/o ."] {
        assert_eq!(links(text), [(LinkKind::Owner, Some("https://github.com/o".into()))], "{text}");
    }
    for text in ["https://github.com/o/n soon.", "https://github.com/o/n- and", "https://github.com/o/n Subproblems are", "https://github.com/o/n publicly."] {
        assert_eq!(repos(text).len(), 1, "{text}");
        assert!(repos(text)[0].trim_end_matches('-').ends_with("/n"), "{text}");
    }
}

#[test]
fn what_a_blank_or_a_break_may_have_been_is_a_candidate() {
    let candidates = |text: &str| {
        let paper = Paper { abstract_text: Some(text.into()), ..Paper::default() };
        let link = EXTRACTOR.links(&paper).remove(0);
        link.candidates.iter().map(|c| (c.repo.path().to_owned(), c.assumed.clone())).collect::<Vec<_>>()
    };
    let pair = |repo: &str, assumed: &str| (repo.to_owned(), assumed.to_owned());
    assert_eq!(candidates("https://github.com/o/my tool."), [pair("o/my-tool", "hyphen_for_space"), pair("o/my", "link_ends_at_blank")]);
    assert_eq!(candidates("https://github.com/o/Re-\nName."), [pair("o/ReName", "hyphen_of_line_break"), pair("o/Re", "link_ends_at_blank")]);
    assert_eq!(candidates("https://github.com/o/n-."), [pair("o/n", "no_trailing_hyphen")]);
    assert_eq!(candidates("https://github.com/o/n.The code"), [pair("o/n.The", "end_not_cut")]);
    assert_eq!(candidates("https://user.github.io/name"), [pair("user/name", "pages_source")]);
    assert_eq!(candidates("https://github.com/o/n"), []);
}

#[test]
fn repairs_are_named_and_make_a_link_less_sure() {
    let link = |text: &str| {
        let paper = Paper { abstract_text: Some(text.into()), ..Paper::default() };
        EXTRACTOR.links(&paper).remove(0)
    };
    let whole = link("https://github.com/o/n");
    let mended = link(r"https: //github. com/o/n\_m and");
    assert_eq!(mended.repairs, ["latex_escape", "space_at_slash", "space_at_dot"]);
    assert_eq!((whole.repairs.len(), mended.confidence < whole.confidence), (0, true));
}

#[test]
fn pages_of_github_itself_gists_and_strangers_are_no_repositories() {
    for text in [
        "https://github.com/features/actions",
        "https://gist.github.com/o/abc123",
        "https://notgithub.com/o/n",
        "https://github.com/o",
        "https://github.com/orgs/o/repositories",
        "https://github.com/sponsors/o",
        "https://github.com/.",
        "https://github.com/xxxx/TBD",
        "https://github.com/your-username/your-repo",
        "results are on github.com.",
        "me@github.com/o/n",
    ] {
        assert_eq!(repos(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn each_kind_is_told_by_its_host() {
    for (text, kind) in [
        ("https://github.com/o", LinkKind::Owner),
        ("https://huggingface.co/o", LinkKind::Owner),
        ("https://gist.github.com/o/abc", LinkKind::Gist),
        ("https://step.github.io/", LinkKind::ProjectPage),
        ("at step.github.io.", LinkKind::ProjectPage),
        ("Project page: https://example.org/x", LinkKind::ProjectPage),
        ("https://docs.readthedocs.io", LinkKind::ProjectPage),
        ("https://group.gitlab-pages.uni.de/name", LinkKind::ProjectPage),
        ("https://anonymous.4open.science/r/x-1", LinkKind::AnonymousRepo),
        ("https://huggingface.co/o/m", LinkKind::Model),
        ("https://huggingface.co/datasets/o/d", LinkKind::Dataset),
        ("https://www.kaggle.com/datasets/o/d", LinkKind::Dataset),
        ("https://huggingface.co/spaces/o/s", LinkKind::Space),
        ("https://huggingface.co/collections/o/c", LinkKind::Collection),
        ("https://colab.research.google.com/drive/1", LinkKind::Notebook),
        ("https://zenodo.org/record/1", LinkKind::Archive),
        ("https://doi.org/10.5281/zenodo.1", LinkKind::Archive),
        ("doi:10.5281/zenodo.1", LinkKind::Archive),
        ("https://figshare.com/s/1", LinkKind::Archive),
        ("https://osf.io/abcde", LinkKind::Archive),
        ("https://archive.softwareheritage.org/swh:1:dir:0", LinkKind::Archive),
        ("https://youtu.be/x", LinkKind::Video),
        ("https://bit.ly/x", LinkKind::ShortLink),
        ("https://github.com/xxxx/TBD", LinkKind::Placeholder),
        ("https://github.com/.", LinkKind::Placeholder),
        ("https://example.org", LinkKind::Website),
        ("at www.example.org.", LinkKind::Website),
        ("at example.org/page", LinkKind::Website),
        ("https://gitlab.inria.fr", LinkKind::Website),
        ("https://repo.inria.fr/group/name", LinkKind::Website),
        ("Code will be released upon acceptance.", LinkKind::Promise),
        ("The code will\nbe made available.", LinkKind::Promise),
    ] {
        assert_eq!(links(text).into_iter().map(|(kind, _)| kind).collect::<Vec<_>>(), [kind], "{text}");
    }
}

#[test]
fn other_forges_keep_their_groups() {
    assert_eq!(repos("https://gitlab.com/group/sub/name/-/tree/main"), ["https://gitlab.com/group/sub/name"]);
    assert_eq!(repos("https://gitlab.inria.fr/team/name"), ["https://gitlab.inria.fr/team/name"]);
    assert_eq!(repos("https://git.uni.de/o/n/archive/main/n.zip"), ["https://git.uni.de/o/n"]);
    assert_eq!(repos("https://uni.ac.cn/gitlab/team/name"), ["https://uni.ac.cn/gitlab/team/name"]);
    assert_eq!(repos("https://forge.uni.de/team/name/-/tree/main"), ["https://forge.uni.de/team/name"]);
    assert_eq!(repos("https://forge.uni.de/team/name.git"), ["https://forge.uni.de/team/name"]);
    assert_eq!(repos("https://codeberg.org/o/n/src/branch/main"), ["https://codeberg.org/o/n"]);
    assert_eq!(repos("https://sourceforge.net/projects/n/files"), ["https://sourceforge.net/projects/n"]);
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

#[test]
fn the_docs_name_every_kind_repair_reading_and_rule() {
    const DOCS: &str = include_str!("../../../../docs/LINKS.md");
    let kinds = LinkKind::ALL.into_iter().map(LinkKind::as_str);
    let names = kinds.chain(REPAIR_NAMES).chain(candidate::names()).chain(ROLE_RULES).chain(SettledBy::ALL.map(SettledBy::as_str));
    let missing: Vec<&str> = names.filter(|name| !DOCS.contains(&format!("`{name}`"))).collect();
    assert_eq!(missing, Vec::<&str>::new());
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    static OF_ONE_KIND: LazyLock<Vec<(LinkKind, Extractor)>> =
        LazyLock::new(|| LinkKind::ALL.into_iter().map(|kind| (kind, Extractor::of(Some([kind].into())))).collect());

    /// Generates text from pieces of links, and from anything else.
    fn linkish() -> impl Strategy<Value = String> {
        let pieces = [
            "https://",
            "https: //",
            "http",
            "://",
            "//",
            "github.com/",
            "github. com",
            "gitlab.com/",
            "www.",
            "git@",
            ".github.io",
            "\\_",
            "$\\sim$",
            "&amp;",
            "&quot;",
            "o/n",
            "o/ n",
            "- ",
            "_ ",
            ".git",
            "). ",
            ".The next",
            "xxxx",
            "will be released code. ",
            "upon acceptance",
            "arXiv:2004.11967",
            "doi:10.1234/",
            "10.5281/zenodo.1",
            "\n\n",
        ];
        let piece =
            prop_oneof![proptest::sample::select(pieces.to_vec()).prop_map(str::to_owned), any::<char>().prop_map(String::from), "[a-zA-Z./:@ -]{0,8}",];
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
                prop_assert!((0.0..=1.0).contains(&m.confidence));
            }
            for c in citation::in_text(Field::Abstract, &text) {
                prop_assert_eq!(&text[c.start..c.end], &c.raw);
            }
        }

        #[test]
        fn looking_for_one_kind_finds_what_looking_for_all_finds_of_it(text in linkish()) {
            let paper = Paper { abstract_text: Some(text), ..Paper::default() };
            let all = EXTRACTOR.links(&paper);
            for (kind, extractor) in OF_ONE_KIND.iter() {
                let of_kind: Vec<&Link> = all.iter().filter(|link| link.kind == *kind).collect();
                let found = extractor.links(&paper);
                prop_assert_eq!(found.iter().collect::<Vec<_>>(), of_kind);
            }
        }

        #[test]
        fn links_do_not_depend_on_the_order_of_the_fields_that_hold_them(one in linkish(), other in linkish()) {
            let targets = |first: &str, second: &str| {
                let paper = Paper { abstract_text: Some(first.into()), comment: Some(second.into()), ..Paper::default() };
                let links = EXTRACTOR.links(&paper);
                links.iter().filter(|link| link.kind != LinkKind::Promise).map(Link::key).collect::<Vec<_>>()
            };
            prop_assert_eq!(targets(&one, &other), targets(&other, &one));
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

#[test]
fn what_a_list_names_says_which_reading_is_meant_and_the_text_stays_the_best_mention() {
    let listed = ListClaim { by: Field::Pwc, official: Some(false), in_paper: None, in_github: None, framework: None, at: None };
    for name in ["o/my-tool", "O/My_Tool/", "o/my_tool/tree/main"] {
        let text = "Our code: https://github.com/o/my tool.";
        let said = vec![(format!("https://github.com/{name}"), listed.clone())];
        let paper = Paper { abstract_text: Some(text.into()), listed: said, ..Paper::default() };
        let links = Extractor::default().links(&paper);
        assert_eq!(links.len(), 1, "{links:?}");
        assert_eq!((links[0].field, links[0].start, links[0].role), (Field::Abstract, Some(10), Some(Role::Own)));
        assert_eq!((links[0].listed.as_ref(), links[0].mentions.len()), (Some(&listed), 2));
    }
}
