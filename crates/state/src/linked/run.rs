//! A sorted run: papers in the order of their ids, in compressed blocks.

use super::LinkedPaper;
use crate::Damaged;
use anyhow::{Context, Result, bail, ensure};
use chrono::NaiveDate;
use starcite_core::ListClaim;
use std::io::Read;

/// Bytes that fill a block, before compression: few, because a merge holds one block a run.
const BLOCK_BYTES: usize = 32 * 1024;
/// Largest size of a block: its last paper is as long as a record may be, and its links repeat some of that.
const MAX_BLOCK_BYTES: u64 = 256 << 20;
const MAX_BLOCKS: usize = 512;
const ZSTD_LEVEL: i32 = 1;
/// The format of a block's papers; another format gets another number.
const FORM: u8 = 1;
/// The same format, followed by the list entries of the paper's links, each with the index of its link.
const LISTED_FORM: u8 = 2;

/// Error for a run that can't be read.
pub(super) const LINKS: Damaged = Damaged("links");

/// Links and citations of a batch of papers, ready to be stored.
pub struct SortedRun {
    pub(super) first_paper: String,
    pub(super) blocks: Vec<Vec<u8>>,
}

impl SortedRun {
    /// Sorts and compresses papers; `None` where there are none.
    pub fn of(mut papers: Vec<LinkedPaper>) -> Result<Option<Self>> {
        papers.sort_by(|a, b| a.paper_id.cmp(&b.paper_id));
        let mut writer = Self::writer()?;
        for paper in &papers {
            writer.push(&paper.paper_id, &encode(paper)?)?;
        }
        writer.finish()
    }

    /// Returns a writer that takes papers in the order of their ids.
    pub(super) fn writer() -> Result<RunWriter> {
        let mut compressor = zstd::bulk::Compressor::new(ZSTD_LEVEL)?;
        compressor.include_checksum(true)?; // blocks of older programs have none
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

    /// True if it is time to begin another run, because the blocks of this one are held in memory.
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

/// The papers of a block, one after the other.
pub(super) struct Block {
    bytes: Vec<u8>,
    at: usize,
}

impl Block {
    pub(super) fn open(compressed: &[u8]) -> Result<Self> {
        let mut bytes = Vec::new();
        let reader = zstd::stream::Decoder::with_buffer(compressed).context(LINKS)?;
        reader.take(MAX_BLOCK_BYTES + 1).read_to_end(&mut bytes).context(LINKS)?;
        ensure!(bytes.len() as u64 <= MAX_BLOCK_BYTES, LINKS);
        Ok(Self { bytes, at: 0 })
    }

    /// Returns the next paper, encoded.
    pub(super) fn next(&mut self) -> Result<Option<&[u8]>> {
        let left = &self.bytes[self.at..];
        if left.is_empty() {
            return Ok(None);
        }
        let (length, rest) = left.split_first_chunk().context(LINKS)?;
        let paper = rest.get(..u32::from_le_bytes(*length) as usize).context(LINKS)?;
        self.at += length.len() + paper.len();
        Ok(Some(paper))
    }
}

/// Encodes a paper. List entries take room only if there are any.
fn encode(paper: &LinkedPaper) -> Result<Vec<u8>> {
    let listed: Vec<(usize, &ListClaim)> = paper.links.iter().enumerate().filter_map(|(at, link)| Some((at, link.listed.as_ref()?))).collect();
    if listed.is_empty() {
        return postcard::to_extend(paper, vec![FORM]).context("a paper's links");
    }
    let encoded = postcard::to_extend(paper, vec![LISTED_FORM]).context("a paper's links")?;
    postcard::to_extend(&listed, encoded).context("what is said of a paper's links")
}

/// Reads a whole paper.
pub(super) fn decode(encoded: &[u8]) -> Result<LinkedPaper> {
    let (mut paper, rest): (LinkedPaper, _) = postcard::take_from_bytes(body(encoded)?).context(LINKS)?;
    if encoded.first() == Some(&LISTED_FORM) {
        let listed: Vec<(usize, ListClaim)> = postcard::from_bytes(rest).context(LINKS)?;
        for (at, listed) in listed {
            paper.links.get_mut(at).context(LINKS)?.listed = Some(listed);
        }
    }
    Ok(paper)
}

/// True if a paper points to something; does not read the links themselves.
pub(super) fn points_somewhere(encoded: &[u8]) -> Result<bool> {
    type BeforeLinks<'a> = (&'a str, Option<&'a str>, Option<NaiveDate>, Option<i64>, Option<&'a str>, Option<&'a str>);
    let (_, lists): (BeforeLinks<'_>, _) = postcard::take_from_bytes(body(encoded)?).context(LINKS)?;
    Ok(!lists.starts_with(&[0, 0])) // neither links nor citations
}

/// Reads a paper's id alone.
pub(super) fn paper_id(encoded: &[u8]) -> Result<&str> {
    let (id, _) = postcard::take_from_bytes(body(encoded)?).context(LINKS)?;
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

    /// Reads all papers of a block.
    fn read(block: &[u8]) -> Result<Vec<LinkedPaper>> {
        let mut block = Block::open(block)?;
        std::iter::from_fn(|| block.next().and_then(|paper| paper.map(decode).transpose()).transpose()).collect()
    }

    fn block_of(papers: usize) -> (Vec<LinkedPaper>, Vec<u8>) {
        let paper = |at| Paper { paper_id: format!("a:{at}"), abstract_text: Some(format!("Code: https://github.com/o/n{at}")), ..Paper::default() };
        let papers: Vec<LinkedPaper> = (0..papers).map(|at| linked(&paper(at))).collect();
        let run = SortedRun::of(papers.clone()).unwrap().unwrap();
        (papers, run.blocks[0].clone())
    }

    #[test]
    fn a_bit_that_changes_in_a_block_is_damage_and_never_another_link() {
        let (papers, whole) = block_of(8);
        assert_eq!(read(&whole).unwrap(), papers);
        for at in 0..whole.len() * 8 {
            let mut damaged = whole.clone();
            damaged[at / 8] ^= 1 << (at % 8);
            match read(&damaged) {
                Err(error) => assert!(error.is::<Damaged>(), "bit {at}: {error:#}"),
                Ok(read) => assert_eq!(read, papers, "bit {at}"),
            }
        }
        for length in 0..whole.len() {
            assert!(read(&whole[..length]).is_err(), "{length} bytes");
        }
    }

    #[test]
    fn a_block_without_a_checksum_is_read_on() {
        let (papers, whole) = block_of(8);
        let text = zstd::decode_all(&whole[..]).unwrap();
        assert_eq!(read(&zstd::bulk::compress(&text, ZSTD_LEVEL).unwrap()).unwrap(), papers);
    }

    /// Names are stored as numbers in the state: one that moves would be read as another.
    #[test]
    fn what_is_stored_keeps_its_form() {
        let text = "Our code: https://github.com/o/a_ b (based on https://gitlab.com/o/c). See arXiv:2004.11967. Models will be released.";
        let paper = Paper { paper_id: "a:1".into(), title: Some("T".into()), abstract_text: Some(text.into()), upvotes: Some(3), ..Paper::default() };
        let stored = linked(&paper);
        assert_eq!(decode(&encode(&stored).unwrap()).unwrap(), stored);
        let nothing = linked(&Paper { paper_id: "a:1".into(), title: Some("T".into()), upvotes: Some(3), doi: Some("10.1/x".into()), ..Paper::default() });
        assert_eq!([&stored, &nothing].map(|paper| points_somewhere(&encode(paper).unwrap()).unwrap()), [true, nothing.points_somewhere()]);
        let kinds: Vec<(u8, &str)> = LinkKind::ALL.iter().map(|kind| (postcard::to_stdvec(kind).unwrap()[0], kind.as_str())).collect();
        insta::assert_debug_snapshot!((kinds, encode(&stored).unwrap().len()));
    }

    #[test]
    fn what_a_list_says_comes_back_and_only_its_papers_take_more_room() {
        let text = "Code: https://github.com/o/a and https://github.com/o/b.";
        let mut paper = Paper { paper_id: "a:1".into(), abstract_text: Some(text.into()), ..Paper::default() };
        let plain = encode(&linked(&paper)).unwrap();
        let listed = ListClaim { by: Field::Pwc, official: Some(true), in_paper: Some(false), in_github: None, framework: Some("tf".into()), at: None };
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
