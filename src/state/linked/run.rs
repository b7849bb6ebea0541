//! A sorted run: papers in the order of their ids, in compressed blocks.

use super::LinkedPaper;
use anyhow::{Context, Result, bail, ensure};
use starcite_core::Listed;
use std::io::Read;

/// A block is full with this many bytes, before compression: small, because a merge holds one a run.
const BLOCK_BYTES: usize = 32 * 1024;
/// No block has more: its last paper is as long as a record may be, and its links repeat some of that.
const MAX_BLOCK_BYTES: u64 = 256 << 20;
const MAX_BLOCKS: usize = 512;
const ZSTD_LEVEL: i32 = 1;
/// The form of a block's papers; another one gets another number.
const FORM: u8 = 1;
/// The same, and behind the paper the places of its links of which a list says something, with what it says.
const LISTED_FORM: u8 = 2;

/// What a batch of papers points to, ready to be stored.
pub(crate) struct SortedRun {
    pub(super) first_paper: String,
    pub(super) blocks: Vec<Vec<u8>>,
}

impl SortedRun {
    /// Sorts and compresses papers; `None` where there are none.
    pub(crate) fn of(mut papers: Vec<LinkedPaper>) -> Result<Option<Self>> {
        papers.sort_by(|a, b| a.paper_id.cmp(&b.paper_id));
        let mut writer = Self::writer()?;
        for paper in &papers {
            writer.push(&paper.paper_id, &encode(paper)?)?;
        }
        writer.finish()
    }

    /// Takes papers in the order of their ids.
    pub(super) fn writer() -> Result<RunWriter> {
        let compressor = zstd::bulk::Compressor::new(ZSTD_LEVEL)?;
        Ok(RunWriter { first_paper: None, blocks: Vec::new(), filling: Vec::new(), compressor })
    }
}

/// A run being written.
pub(super) struct RunWriter {
    first_paper: Option<String>,
    blocks: Vec<Vec<u8>>,
    filling: Vec<u8>,
    compressor: zstd::bulk::Compressor<'static>,
}

impl RunWriter {
    pub(super) fn push(&mut self, paper_id: &str, encoded: &[u8]) -> Result<()> {
        self.first_paper.get_or_insert_with(|| paper_id.to_owned());
        self.filling.extend_from_slice(&u32::try_from(encoded.len())?.to_le_bytes());
        self.filling.extend_from_slice(encoded);
        if self.filling.len() >= BLOCK_BYTES { self.end_block() } else { Ok(()) }
    }

    fn end_block(&mut self) -> Result<()> {
        self.blocks.push(self.compressor.compress(&self.filling).context("cannot compress links")?);
        self.filling.clear();
        Ok(())
    }

    /// Whether it is time to begin another run: what is written is held in memory until then.
    pub(super) fn is_long(&self) -> bool {
        self.blocks.len() >= MAX_BLOCKS
    }

    pub(super) fn finish(mut self) -> Result<Option<SortedRun>> {
        if !self.filling.is_empty() {
            self.end_block()?;
        }
        Ok(self.first_paper.map(|first_paper| SortedRun { first_paper, blocks: self.blocks }))
    }
}

/// A block's papers, one after the other.
pub(super) struct Block {
    bytes: Vec<u8>,
    at: usize,
}

impl Block {
    pub(super) fn open(compressed: &[u8]) -> Result<Self> {
        let mut bytes = Vec::new();
        let reader = zstd::stream::Decoder::with_buffer(compressed).context("links in the state are damaged")?;
        reader.take(MAX_BLOCK_BYTES + 1).read_to_end(&mut bytes).context("links in the state are damaged")?;
        ensure!(bytes.len() as u64 <= MAX_BLOCK_BYTES, "links in the state are damaged: a block of them is larger than any is made");
        Ok(Self { bytes, at: 0 })
    }

    /// The next paper, encoded.
    pub(super) fn next(&mut self) -> Option<&[u8]> {
        let (length, rest) = self.bytes[self.at..].split_first_chunk()?;
        let paper = rest.get(..u32::from_le_bytes(*length) as usize)?;
        self.at += length.len() + paper.len();
        Some(paper)
    }
}

/// A paper of which no list says anything takes no more room for that.
fn encode(paper: &LinkedPaper) -> Result<Vec<u8>> {
    let listed: Vec<(usize, &Listed)> = paper.links.iter().enumerate().filter_map(|(at, link)| Some((at, link.listed.as_ref()?))).collect();
    if listed.is_empty() {
        return postcard::to_extend(paper, vec![FORM]).context("a paper's links");
    }
    let encoded = postcard::to_extend(paper, vec![LISTED_FORM]).context("a paper's links")?;
    postcard::to_extend(&listed, encoded).context("what is said of a paper's links")
}

/// Reads a whole paper.
pub(super) fn decode(encoded: &[u8]) -> Result<LinkedPaper> {
    let (mut paper, rest): (LinkedPaper, _) = postcard::take_from_bytes(body(encoded)?).context("links in the state are damaged")?;
    if encoded.first() == Some(&LISTED_FORM) {
        let listed: Vec<(usize, Listed)> = postcard::from_bytes(rest).context("links in the state are damaged")?;
        for (at, listed) in listed {
            paper.links.get_mut(at).context("links in the state are damaged")?.listed = Some(listed);
        }
    }
    Ok(paper)
}

/// Reads a paper's id alone.
pub(super) fn paper_id(encoded: &[u8]) -> Result<&str> {
    let (id, _) = postcard::take_from_bytes(body(encoded)?).context("links in the state are damaged")?;
    Ok(id)
}

fn body(encoded: &[u8]) -> Result<&[u8]> {
    match encoded.split_first() {
        Some((&(FORM | LISTED_FORM), body)) => Ok(body),
        _ => bail!("links in the state have a form that this program does not know: use the newer starcite"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use starcite_core::{Extractor, Field, LinkKind, Paper};

    fn linked(paper: &Paper) -> LinkedPaper {
        LinkedPaper::new(paper.clone(), Extractor::default().paper(paper))
    }

    #[test]
    fn a_block_that_becomes_larger_than_any_is_damage() {
        let bomb = zstd::bulk::compress(&vec![0; usize::try_from(MAX_BLOCK_BYTES).unwrap() + 1], ZSTD_LEVEL).unwrap();
        assert!(bomb.len() < 100_000);
        assert!(format!("{:#}", Block::open(&bomb).err().unwrap()).contains("damaged"));
    }

    /// Names stand as numbers in the state: one that moves would be read as another.
    #[test]
    fn what_is_stored_keeps_its_form() {
        let text = "Our code: https://github.com/o/a_ b (based on https://gitlab.com/o/c). See arXiv:2004.11967. Models will be released.";
        let paper = Paper { paper_id: "a:1".into(), title: Some("T".into()), abstract_text: Some(text.into()), upvotes: Some(3), ..Paper::default() };
        let stored = linked(&paper);
        assert_eq!(decode(&encode(&stored).unwrap()).unwrap(), stored);
        let kinds: Vec<(u8, &str)> = LinkKind::ALL.iter().map(|kind| (postcard::to_stdvec(kind).unwrap()[0], kind.as_str())).collect();
        insta::assert_debug_snapshot!((kinds, encode(&stored).unwrap().len()));
    }

    #[test]
    fn what_a_list_says_comes_back_and_only_its_papers_take_more_room() {
        let text = "Code: https://github.com/o/a and https://github.com/o/b.";
        let mut paper = Paper { paper_id: "a:1".into(), abstract_text: Some(text.into()), ..Paper::default() };
        let plain = encode(&linked(&paper)).unwrap();
        let listed = Listed { by: Field::Pwc, official: Some(true), in_paper: Some(false), in_github: None, framework: Some("tf".into()), at: None };
        paper.listed.push(("https://github.com/O/B/tree/main".into(), listed.clone()));
        let stored = linked(&paper);
        assert_eq!(stored.links.iter().map(|link| link.listed.as_ref()).collect::<Vec<_>>(), [None, Some(&listed)]);
        let encoded = encode(&stored).unwrap();
        assert_eq!((decode(&encoded).unwrap(), paper_id(&encoded).unwrap()), (stored, "a:1"));
        assert_eq!((plain[0], encoded[0]), (FORM, LISTED_FORM));
        assert!(decode(&plain).unwrap().links.iter().all(|link| link.listed.is_none()));
        assert!(decode(&encoded[..encoded.len() - 1]).is_err());
    }
}
