//! Parquet's delta encodings, read only to find their decoded size: a page of a few bytes may have any number of values, each of which
//! repeats the one before.

use anyhow::{Context, Result, ensure};

/// Returns the number of values that a page claims that begins with numbers in such an encoding.
pub(super) fn count(bytes: &[u8]) -> Result<u64> {
    Ok(Header::read(&mut { bytes })?.count)
}

/// Returns the total length of a page's texts: of each it has the length of the part shared with the one before, then that of the rest.
///
/// # Errors
/// When there are more than `most`, or the lengths are impossible.
pub(super) fn text_bytes(mut bytes: &[u8], most: usize) -> Result<u64> {
    let shared = numbers(&mut bytes, most)?;
    let own = numbers(&mut bytes, most)?;
    ensure!(shared.len() == own.len(), "it has other lengths than texts");
    let (mut before, mut all) = (0, 0u64);
    for (shared, own) in shared.into_iter().zip(own) {
        ensure!((0..=before).contains(&shared) && (0..=bytes.len() as i64).contains(&own), "its texts are of other lengths");
        before = shared + own;
        all = all.saturating_add(before.unsigned_abs());
    }
    Ok(all)
}

/// The header of numbers: their arrangement, their count, and the first of them.
struct Header {
    block: u64,
    parts: u64,
    count: u64,
    first: i64,
}

impl Header {
    fn read(bytes: &mut &[u8]) -> Result<Self> {
        Ok(Self { block: varint(bytes)?, parts: varint(bytes)?, count: varint(bytes)?, first: zigzag(bytes)? })
    }
}

/// Takes delta-encoded numbers, block by block: the least difference, the widths of the block's parts, and the parts.
fn numbers(bytes: &mut &[u8], most: usize) -> Result<Vec<i64>> {
    let Header { block, parts, count, first } = Header::read(bytes)?;
    ensure!(count <= most as u64, "it has more values than its header says");
    ensure!(parts > 0 && (block / parts).is_multiple_of(8), "its blocks are of another size");
    let (parts, in_part, count) = (usize::try_from(parts)?, usize::try_from(block / parts)?, usize::try_from(count)?);
    let mut numbers = Vec::new();
    numbers.extend((count > 0).then_some(first));
    let mut last = first;
    while numbers.len() < count {
        let least = zigzag(bytes)?;
        for width in take(bytes, parts)? {
            let wanted = in_part.min(count - numbers.len());
            if wanted == 0 {
                break; // parts that are not needed have no body
            }
            ensure!(*width <= 64, "its numbers are too wide");
            let width = usize::from(*width);
            let body = take(bytes, in_part.checked_mul(width).context("its blocks are too large")? / 8)?;
            for at in 0..wanted {
                last = last.wrapping_add(least).wrapping_add(unpacked(body, at * width, width));
                numbers.push(last);
            }
        }
    }
    Ok(numbers)
}

/// Returns a number of so many bits, the lowest first.
fn unpacked(body: &[u8], at: usize, width: usize) -> i64 {
    let bit = |bit: usize| u64::from(body[bit / 8] >> (bit % 8) & 1);
    (0..width).fold(0, |number, place| number | bit(at + place) << place) as i64
}

fn take<'a>(bytes: &mut &'a [u8], length: usize) -> Result<&'a [u8]> {
    bytes.split_off(..length).context("its numbers end too early")
}

fn varint(bytes: &mut &[u8]) -> Result<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let byte = *bytes.split_off_first().context("its numbers end too early")?;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Ok(number);
        }
    }
    anyhow::bail!("a number of it does not end")
}

fn zigzag(bytes: &mut &[u8]) -> Result<i64> {
    let number = varint(bytes)?;
    Ok((number >> 1) as i64 ^ -((number & 1) as i64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// `Hello` and `Helicopter`, as Spark writes them.
    const TEXTS: [u8; 32] = [128, 1, 4, 2, 0, 6, 0, 0, 0, 0, 128, 1, 4, 2, 10, 4, 0, 0, 0, 0, 72, 101, 108, 108, 111, 105, 99, 111, 112, 116, 101, 114];

    fn put(bytes: &mut Vec<u8>, mut number: u64) {
        while number >= 0x80 {
            bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        bytes.push(number as u8);
    }

    /// Encodes numbers as their differences, in blocks of 128 of one part each.
    fn encoded(numbers: &[i64], width: u8) -> Vec<u8> {
        let zigzag = |number: i64| (number << 1 ^ number >> 63) as u64;
        let mut bytes = vec![128, 1, 1];
        put(&mut bytes, numbers.len() as u64);
        put(&mut bytes, zigzag(numbers.first().copied().unwrap_or_default()));
        let differences: Vec<i64> = numbers.windows(2).map(|pair| pair[1].wrapping_sub(pair[0])).collect();
        for block in differences.chunks(128) {
            let least = block.iter().copied().min().unwrap();
            put(&mut bytes, zigzag(least));
            bytes.push(width);
            let mut body = vec![0u8; 128 * usize::from(width) / 8];
            for (at, difference) in block.iter().enumerate() {
                for bit in 0..usize::from(width) {
                    let place = at * usize::from(width) + bit;
                    body[place / 8] |= ((difference.wrapping_sub(least) as u64 >> bit & 1) as u8) << (place % 8);
                }
            }
            bytes.extend(body);
        }
        bytes
    }

    #[test]
    fn texts_are_as_long_as_they_are() {
        assert_eq!(count(&TEXTS).unwrap(), 2);
        assert_eq!(text_bytes(&TEXTS, 2).unwrap(), 15);
        assert!(text_bytes(&TEXTS, 1).is_err());
        for length in 0..20 {
            assert!(text_bytes(&TEXTS[..length], 2).is_err(), "{length}");
        }
    }

    #[test]
    fn a_few_bytes_may_stand_for_very_much_and_are_told() {
        let (mut shared, mut own) = (vec![100; 1_000], vec![0; 1_000]);
        (shared[0], own[0]) = (0, 100);
        let page = [encoded(&shared, 8), encoded(&own, 8), vec![b'x'; 100]].concat();
        assert_eq!(text_bytes(&page, 1_000).unwrap(), 100_000);
        shared[1] = 101;
        assert!(text_bytes(&[encoded(&shared, 8), encoded(&own, 8), vec![b'x'; 100]].concat(), 1_000).is_err(), "more than the text before has");
        let very_many = [128, 1, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 0];
        assert!(count(&very_many).unwrap() > 1 << 33 && text_bytes(&very_many, 1_000).is_err());
    }

    proptest! {
        #[test]
        fn numbers_come_back(numbers in proptest::collection::vec(any::<i64>(), 0..300)) {
            let bytes = encoded(&numbers, 64);
            let mut rest = bytes.as_slice();
            prop_assert_eq!(super::numbers(&mut rest, 300).unwrap(), numbers);
            prop_assert!(rest.is_empty());
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            let _ = (count(&bytes), text_bytes(&bytes, 1_000));
        }
    }
}
