//! Measures precision and recall on real files whose own papers were labelled by hand, if the files are present.

use super::*;
use std::collections::BTreeSet;

/// The identifiers of each file's own papers, each counted separately; a file without any is negative for every paper.
const OWN: &[(&str, &[&str])] = &[
    ("cff/KnowledgeCaptureAndDiscovery__somef.cff", &["doi:10.1162/qss_a_00167"]),
    ("cff/SoftwareUnderstanding__RSEF.cff", &["doi:10.1145/3643991.3644876"]),
    ("cff/citation-file-format__ruby-cff.cff", &[]),
    ("cff/dgarijo__Widoco.cff", &["doi:10.1007/978-3-319-68204-4_9"]),
    ("cff/huggingface__datasets.cff", &["arxiv:2109.02846"]),
    ("cff/huggingface__pytorch-image-models.cff", &[]),
    ("cff/huggingface__transformers.cff", &["Transformers: State-of-the-Art Natural Language Processing"]),
    ("cff/pangaea-data-publisher__fuji.cff", &[]),
    ("cff/pyg-team__pytorch_geometric.cff", &["Fast Graph Representation Learning with PyTorch Geometric"]),
    ("cff/sharkdp__hyperfine.cff", &[]),
    ("cff/sunpy__sunpy.cff", &["doi:10.3847/1538-4357/ab4f7a"]),
    ("cff/teuben__nemo.cff", &["The Stellar Dynamics Toolbox NEMO"]),
    ("readme/CompVis__stable-diffusion.md", &["arxiv:2112.10752"]),
    ("readme/SoftwareUnderstanding__RSEF.md", &["doi:10.1145/3643991.3644876"]),
    ("readme/SoftwareUnderstanding__inspect4py.md", &["doi:10.1145/3524842.3528497"]),
    ("readme/facebookresearch__wav2letter.md", &["arxiv:1812.07625"]),
    ("readme/ika-rwth-aachen__DEviLOG.md", &["arxiv:2211.08278", "doi:10.1109/iceccme55909.2022.9988605"]),
    ("readme/lucidrains__vit-pytorch.md", &[]),
    ("readme/mentpy__mentpy.md", &[]),
    ("readme/michaelfaerber__paper-github-analysis.md", &["doi:10.1145/3383583.3398578"]),
    ("readme/mir-am__LightTwinSVM.md", &["doi:10.21105/joss.01252"]),
    ("readme/princeton-nlp__SimCSE.md", &["arxiv:2104.08821", "SimCSE: Simple Contrastive Learning of Sentence Embeddings"]),
    ("readme/pytorch__captum.md", &["arxiv:2009.07896"]),
    ("readme/uncbiag__ICON.md", &["arxiv:2105.04459", "ICON: Learning Regular Maps Through Inverse Consistency", "arxiv:2206.05897", "arxiv:2305.00087"]),
];

fn key(name: &str) -> PaperKey<'_> {
    match name.split_once(':') {
        Some(("arxiv", id)) => PaperKey { arxiv_id: Some(id), ..PaperKey::default() },
        Some(("doi", doi)) => PaperKey { doi: Some(doi), ..PaperKey::default() },
        _ => PaperKey { title: Some(name), ..PaperKey::default() },
    }
}

/// True if a paper, by any of its identifiers, is one of a file's own.
fn is_own(own: &[&str], paper: &BTreeSet<String>) -> bool {
    own.iter().any(|name| paper.contains(*name))
}

/// Returns the papers in a text, each with its identifiers: those of BibTeX entries with title and identifiers, the others with one identifier.
fn papers_of(text: &str) -> Vec<BTreeSet<String>> {
    let ids = |text: &str| papers_in([("README.md", text)]).into_iter().map(|paper| paper.cited).collect::<BTreeSet<String>>();
    let title = |entry: &str| {
        let line = entry.lines().find(|line| line.trim_start().to_lowercase().starts_with("title"))?;
        Some(line.split_once('=')?.1.replace(['{', '}', '"'], "").trim().trim_end_matches(',').to_owned())
    };
    let entries = text.split("\n@").skip(1).filter(|entry| !entry.starts_with("software")).map(|entry| entry.split("\n}").next().unwrap());
    let of_entries = entries.map(|entry| ids(entry).into_iter().chain(title(entry)).collect());
    let others = ids(text).into_iter().filter(|id| !id.starts_with("doi:10.5281/zenodo."));
    of_entries.chain(others.map(|id| BTreeSet::from([id]))).collect()
}

fn names(file: &Searchable<'_>, paper: &BTreeSet<String>) -> bool {
    paper.iter().any(|name| file.names(&key(name)).is_some())
}

#[test]
#[expect(clippy::print_stderr, reason = "figures for who runs it")]
fn real_files_name_their_own_papers_and_no_others() {
    let Some(folder) = needs::shared("data/sources") else { return };
    let texts: Vec<_> = OWN.iter().map(|(file, own)| (*file, *own, std::fs::read_to_string(folder.join(file)).unwrap())).collect();
    let files: Vec<_> =
        texts.iter().map(|(file, own, text)| (*file, *own, Searchable::new(if file.ends_with("cff") { "CITATION.cff" } else { "README.md" }, text))).collect();
    let labelled = OWN.iter().flat_map(|(_, own)| own.iter().map(|name| BTreeSet::from([(*name).to_owned()])));
    let papers: BTreeSet<BTreeSet<String>> = texts.iter().flat_map(|(_, _, text)| papers_of(text)).chain(labelled).collect();
    let (mut found, mut missed, mut wrong, mut crossed) = (0, Vec::new(), Vec::new(), 0);
    for (file, own, searchable) in &files {
        for name in *own {
            match searchable.names(&key(name)) {
                Some(_) => found += 1,
                None => missed.push(format!("{file} {name}")),
            }
        }
        for paper in papers.iter().filter(|paper| !is_own(own, paper)) {
            crossed += 1;
            wrong.extend(names(searchable, paper).then(|| format!("{file} {paper:?}")));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(found >= 21, "{missed:#?}");
    eprintln!("{found} own papers found, missed {missed:?}; none of {crossed} pairs with others' papers is wrong");
}

/// A paper with which READMEs are made.
struct Made {
    name: String,
    title: String,
    id: String,
}

impl Made {
    fn of(id: &str, title: &str) -> Self {
        let name = title.split_once(':').map(|(name, _)| name).filter(|name| name.split(' ').count() == 1);
        Self { name: name.unwrap_or("Sheep").to_owned(), title: title.to_owned(), id: id.to_owned() }
    }

    fn key(&self) -> PaperKey<'_> {
        PaperKey { arxiv_id: Some(&self.id), doi: None, title: Some(&self.title) }
    }

    /// Returns the README of a form about this paper, with another in it.
    fn readme(&self, form: &str, other: &Self) -> String {
        form.replace("{name}", &self.name).replace("{id}", &self.id).replace("{other}", &other.id)
    }
}

#[test]
fn each_form_names_its_own_paper_and_no_other() {
    let (own, other) = (Made::of("2101.00001", "Counting Very Small Sheep at Night"), Made::of("2101.00002", "Wool: Another Study of Knitting"));
    let named = |form: &&String| {
        let text = own.readme(form, &other);
        let readme = Searchable::new("README.md", &text);
        [&own, &other].map(|paper| readme.names(&paper.key()).is_some())
    };
    let (own_forms, other_forms) = (forms::own(), forms::others());
    let missed: Vec<_> = own_forms.iter().filter(|form| named(form) != [true, false]).collect();
    let wrong: Vec<_> = other_forms.iter().filter(|form| named(form)[0]).collect();
    assert!(missed.is_empty() && wrong.is_empty(), "missed {missed:#?}\nwrong {wrong:#?}");
}

/// Of so many papers of the snapshot one is read, and of so many papers READMEs of all forms are made for one.
const STEP: usize = 16;
const MADE_STEP: usize = 32;

/// Returns real papers: of a snapshot of arXiv, and of the daily papers of Hugging Face.
fn real_papers() -> Option<Vec<Made>> {
    let (snapshot, daily) = (needs::shared("data/arxiv_snapshot_32k.jsonl.zst")?, needs::shared("data/hf_daily")?);
    let made = |paper: &serde_json::Value| Made::of(paper["id"].as_str().unwrap(), paper["title"].as_str().unwrap());
    let snapshot = String::from_utf8(zstd::stream::decode_all(std::fs::File::open(snapshot).unwrap()).unwrap()).unwrap();
    let snapshot = snapshot.lines().step_by(STEP).map(|line| made(&serde_json::from_str(line).unwrap()));
    let mut days: Vec<_> = std::fs::read_dir(daily).unwrap().map(|day| day.unwrap().path()).collect();
    days.sort();
    let days = days.iter().map(|day| serde_json::from_slice::<Vec<serde_json::Value>>(&std::fs::read(day).unwrap()).unwrap());
    let daily = days.flat_map(|day| day.iter().map(|row| made(&row["paper"])).collect::<Vec<_>>());
    let mut papers: Vec<Made> = daily.chain(snapshot).collect();
    let mut ids = BTreeSet::new();
    papers.retain(|paper| ids.insert(paper.id.clone()));
    Some(papers)
}

/// Writes READMEs of every form about real papers, and searches them and real files for the papers of other repositories.
#[test]
#[expect(clippy::print_stderr, reason = "figures for who runs it")]
fn no_file_names_a_paper_of_another_repository() {
    let (Some(papers), Some(folder)) = (real_papers(), needs::shared("data/sources")) else { return };
    let (own_forms, other_forms) = (forms::own(), forms::others());
    let (mut found, mut made, mut crossed, mut wrong) = (0, 0, 0, Vec::new());
    for (at, own) in papers.iter().enumerate().step_by(MADE_STEP) {
        let others: Vec<&Made> = papers.iter().cycle().skip(at + 1).take(4).collect();
        let mut search = |form: &str, of_others: &[&Made]| {
            let text = own.readme(form, others[0]);
            let readme = Searchable::new("README.md", &text);
            crossed += of_others.len();
            wrong.extend(of_others.iter().filter(|other| readme.names(&other.key()).is_some()).map(|other| format!("{text} {}", other.id)));
            readme.names(&own.key()).is_some()
        };
        made += own_forms.len();
        found += own_forms.iter().filter(|form| search(form, &others)).count();
        // These are the READMEs of another repository, in some of which the second paper is its own.
        other_forms.iter().for_each(|form| _ = search(form, &[&[own], &others[1..]].concat()));
    }
    eprintln!("{found} of {made} READMEs of {} forms name their own paper; {} of {crossed} pairs with others' papers are wrong", own_forms.len(), wrong.len());
    let (mut pairs, mut of_files) = (0, Vec::new());
    for (file, own) in OWN {
        let text = std::fs::read_to_string(folder.join(file)).unwrap();
        let searchable = Searchable::new(if file.ends_with("cff") { "CITATION.cff" } else { "README.md" }, &text);
        for paper in papers.iter().filter(|paper| !is_own(own, &BTreeSet::from([format!("arxiv:{}", paper.id), paper.title.clone()]))) {
            pairs += 1;
            of_files.extend(searchable.names(&paper.key()).map(|_| format!("{file} {}", paper.id)));
        }
    }
    eprintln!("{} of {pairs} pairs of a real file and a paper of arXiv are wrong", of_files.len());
    assert!(wrong.is_empty() && of_files.is_empty(), "{wrong:#?} {of_files:#?}");
    assert_eq!(found, made);
}
