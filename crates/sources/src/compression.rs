//! Detects compression by the first bytes, and decompresses.

use super::checksum::{Count, Hashing};
use super::full::Full;
use super::limits::Limits;
use anyhow::{Result, bail};
use std::io::{self, BufRead, BufReader, Read};
use std::ops::RangeInclusive;

/// The bytes that are read at a time. The compression is detected from as many, or from all bytes of a shorter input.
const BUFFER_BYTES: usize = 256 * 1024;

/// A supported compression, also as several streams one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Compression {
    Gzip,
    Zstd,
    Bzip2,
}

/// The bytes with which an input begins.
type Magic = &'static [RangeInclusive<u8>];

/// RFC 1952; RFC 8878 with its skippable frames, in which some writers put tables and sizes; `BZh1` to `BZh9`.
const MAGICS: [(Magic, Compression, &str); 4] = [
    (&[0x1f..=0x1f, 0x8b..=0x8b], Compression::Gzip, "gzip"),
    (&[0x28..=0x28, 0xb5..=0xb5, 0x2f..=0x2f, 0xfd..=0xfd], Compression::Zstd, "zstd"),
    (&[0x50..=0x5f, 0x2a..=0x2a, 0x4d..=0x4d, 0x18..=0x18], Compression::Zstd, "zstd"),
    (&[b'B'..=b'B', b'Z'..=b'Z', b'h'..=b'h', b'1'..=b'9'], Compression::Bzip2, "bzip2"),
];

impl Compression {
    /// Returns the compression of an input that begins with `start`, if any.
    ///
    /// # Errors
    /// When the input ends before that is clear.
    fn of(start: &[u8]) -> Result<Option<Self>> {
        for (magic, compression, name) in MAGICS {
            let is_alike = !start.is_empty() && magic.iter().zip(start).all(|(wanted, byte)| wanted.contains(byte));
            if is_alike && start.len() >= magic.len() {
                return Ok(Some(compression));
            }
            if is_alike && (start.len() > 1 || !magic[0].start().is_ascii_graphic()) {
                bail!("it ends within the first bytes of {name}: was it cut off?");
            }
        }
        Ok(None)
    }
}

/// Returns the name of the compression of an input that begins so.
pub(super) fn name(start: &[u8]) -> Option<&'static str> {
    let is_of = |magic: Magic| start.len() >= magic.len() && magic.iter().zip(start).all(|(wanted, byte)| wanted.contains(byte));
    MAGICS.iter().find(|(magic, ..)| is_of(magic)).map(|(.., name)| *name)
}

/// Returns the bytes of an input after its byte order mark, decompressed if it is compressed. They come in the same portions whatever their
/// origin.
///
/// # Errors
/// When the first bytes can't be read, or there are too few of them.
pub(super) fn decompressed(reader: Hashing, limits: &Limits) -> Result<Box<dyn BufRead + Send>> {
    let given = reader.count();
    let mut buffered = BufReader::with_capacity(BUFFER_BYTES, Full::new(reader));
    let decoder: Box<dyn Read + Send> = match Compression::of(buffered.fill_buf()?)? {
        None => return Ok(without_mark(buffered)),
        Some(Compression::Gzip) => Box::new(flate2::bufread::MultiGzDecoder::new(buffered)),
        Some(Compression::Zstd) => Box::new(zstd::stream::Decoder::with_buffer(buffered)?),
        Some(Compression::Bzip2) => Box::new(bzip2::bufread::MultiBzDecoder::new(buffered)),
    };
    let bounded = Bounded { decoder, given, bytes: 0, limits: *limits };
    Ok(without_mark(BufReader::with_capacity(BUFFER_BYTES, Full::new(bounded))))
}

fn without_mark<R: Read + Send + 'static>(mut reader: BufReader<R>) -> Box<dyn BufRead + Send> {
    if reader.fill_buf().is_ok_and(|start| start.starts_with(b"\xef\xbb\xbf")) {
        reader.consume(3);
    }
    Box::new(reader) // the next read returns the same error
}

/// A decompressor that stops when its output is too large for its input.
struct Bounded {
    decoder: Box<dyn Read + Send>,
    given: Count,
    bytes: u64,
    limits: Limits,
}

impl Read for Bounded {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let read = self.decoder.read(to)?;
        self.bytes += read as u64;
        self.limits.check_expansion(self.given.bytes(), self.bytes)?;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checksum::Checksum;
    use fastrand::Rng;
    use proptest::prelude::*;
    use std::io::Write;

    /// Returns portions of such sizes, over and over.
    struct Chunks {
        bytes: io::Cursor<Vec<u8>>,
        sizes: std::iter::Cycle<std::vec::IntoIter<usize>>,
    }

    impl Read for Chunks {
        fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
            let most = self.sizes.next().unwrap_or(1).min(to.len());
            self.bytes.read(&mut to[..most])
        }
    }

    /// Returns the portions of an input, with the error that ends it; further reads return the same error.
    fn portions(bytes: &[u8], sizes: Vec<usize>) -> Result<(Vec<Vec<u8>>, Option<String>), String> {
        let chunks = Chunks { bytes: io::Cursor::new(bytes.to_vec()), sizes: sizes.into_iter().cycle() };
        let (hashing, _) = Checksum::of_stream(chunks, false);
        let mut reader = decompressed(hashing, &Limits::default()).map_err(|error| error.to_string())?;
        let mut portions = Vec::new();
        loop {
            match reader.fill_buf() {
                Ok([]) => return Ok((portions, None)),
                Ok(portion) => portions.push(portion.to_vec()),
                Err(error) => {
                    let said = error.to_string();
                    (0..3).for_each(|_| assert_eq!(reader.read(&mut [0; 9]).unwrap_err().to_string(), said));
                    return Ok((portions, Some(said)));
                }
            }
            let taken = portions.last().map_or(0, Vec::len);
            reader.consume(taken);
        }
    }

    fn read(bytes: &[u8]) -> Result<Vec<u8>, String> {
        let (portions, error) = portions(bytes, vec![usize::MAX])?;
        error.map_or_else(|| Ok(portions.concat()), Err)
    }

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut gzip = flate2::GzBuilder::new().filename("a name").write(Vec::new(), flate2::Compression::fast());
        gzip.write_all(text).unwrap();
        gzip.finish().unwrap()
    }

    fn zstd(text: &[u8]) -> Vec<u8> {
        let mut zstd = zstd::Encoder::new(Vec::new(), 1).unwrap();
        zstd.include_checksum(true).unwrap();
        zstd.write_all(text).unwrap();
        zstd.finish().unwrap()
    }

    fn bzip2(text: &[u8]) -> Vec<u8> {
        let mut bzip2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
        bzip2.write_all(text).unwrap();
        bzip2.finish().unwrap()
    }

    fn passed_over(kind: u8, bytes: &[u8]) -> Vec<u8> {
        [&[0x50 + kind, 0x2a, 0x4d, 0x18], &(bytes.len() as u32).to_le_bytes()[..], bytes].concat()
    }

    type Form = fn(&[u8]) -> Vec<u8>;
    const FORMS: [Form; 3] = [gzip, zstd, bzip2];

    /// Returns text that compresses, but not too well.
    fn text(bytes: usize, seed: u64) -> Vec<u8> {
        let mut rng = Rng::with_seed(seed);
        std::iter::repeat_with(|| rng.choice(&b"cooling of ferrites \n\n"[..]).copied().unwrap_or(b'.')).take(bytes).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]
        #[test]
        fn portions_are_those_of_the_plain_file_however_it_is_compressed_and_arrives(
            size in prop_oneof![0..5usize, 0..2 * BUFFER_BYTES], seed: u64, mark: bool, sizes in prop::collection::vec(prop_oneof![1..4usize, 1..100_000usize], 1..6),
        ) {
            let text = [if mark { &b"\xef\xbb\xbf"[..] } else { b"" }, &text(size, seed)].concat();
            let plain = portions(&text, vec![usize::MAX]).unwrap();
            prop_assert_eq!(plain.0.concat(), &text[if mark { 3 } else { 0 }..]);
            prop_assert_eq!(&portions(&text, sizes.clone()).unwrap(), &plain);
            for form in FORMS {
                let (one, two) = text.split_at(size / 3);
                prop_assert_eq!(&portions(&[form(one), form(two)].concat(), sizes.clone()).unwrap(), &plain);
            }
        }
    }

    #[test]
    fn frames_of_zstd_that_hold_no_data_are_passed_over_wherever_they_stand() {
        let (one, two) = (text(10_000, 1), text(300_000, 2));
        let whole = [one.clone(), two.clone()].concat();
        let table = passed_over(14, &[7; 500_000]);
        for parts in [
            [passed_over(0, &[16, 0, 0, 0]), zstd(&whole), Vec::new(), Vec::new()],
            [passed_over(15, b""), table.clone(), zstd(&whole), Vec::new()],
            [zstd(&one), table.clone(), zstd(&two), Vec::new()],
            [table.clone(), zstd(&one), zstd(&two), passed_over(1, b"sizes")],
        ] {
            let bytes = parts.concat();
            for sizes in [vec![usize::MAX], vec![1], vec![3, 70_000]] {
                assert_eq!(portions(&bytes, sizes).unwrap().0.concat(), whole);
            }
            assert!(read(&bytes[..bytes.len() - 1]).is_err(), "cut off");
        }
        assert_eq!(read(&table), Ok(Vec::new()));
    }

    #[test]
    fn what_ends_within_its_compression_is_an_error_wherever_it_ends() {
        for form in FORMS {
            let whole = form(b"one line\n");
            for end in if whole[0].is_ascii_graphic() { 2 } else { 1 }..whole.len() {
                let said = read(&whole[..end]).unwrap_err();
                assert_eq!(said.contains("ends within the first bytes of"), end < 4 && !whole[..end].starts_with(b"\x1f\x8b"), "{end}: {said}");
                let second = [form(b"another\n"), whole[..end].to_vec()].concat();
                assert!(read(&second).is_err(), "{end} bytes of a second stream");
            }
        }
        assert!(read(b"\x5e\x2a\x4d").unwrap_err().contains("first bytes of zstd"));
        for text in ["[", "P", "(", "B", "", "BZ2", "(a)", "{"] {
            assert_eq!(read(text.as_bytes()), Ok(text.as_bytes().to_vec()), "{text}");
        }
    }

    /// `STARCITE_MUTANTS` is their number for each form. Whatever a decompressor does with them, it does not abort.
    #[test]
    fn what_was_damaged_is_an_error_or_what_it_was() {
        let mutants = std::env::var("STARCITE_MUTANTS").map_or(1_500, |count| count.parse().unwrap());
        for form in FORMS {
            let mut errors = 0;
            for seed in 0..mutants {
                let mut rng = Rng::with_seed(seed);
                let text = text(rng.usize(..3_000), seed);
                let mut bytes = form(&text);
                for _ in 0..rng.usize(1..4) {
                    let at = rng.usize(4..bytes.len());
                    match rng.u8(..4) {
                        0 => bytes[at] ^= 1 << rng.u8(..8),
                        1 => bytes[at] = rng.u8(..),
                        2 => bytes.truncate(at + 1),
                        _ => drop(bytes.drain(at..(at + rng.usize(1..9)).min(bytes.len() - 1))),
                    }
                    if bytes.len() <= 5 {
                        break;
                    }
                }
                match read(&bytes) {
                    Ok(read) => assert!(read == text, "mutant {seed}"),
                    Err(_) => errors += 1,
                }
            }
            assert!(errors > mutants * 8 / 10, "{errors} of {mutants} are noticed");
        }
    }
}
