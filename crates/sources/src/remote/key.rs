//! The key of the names in the cache. It is stored next to them, in a folder that no one else reads.

use crate::fetch::keep;
use anyhow::{Context, Result, anyhow};
use starcite_ground::files;
use std::io::ErrorKind;
use std::path::Path;

/// Its file name in the cache.
const KEY: &str = "key";
/// Hexadecimal digits of a name.
const NAME_DIGITS: usize = 32;

/// A random key, one a cache: with it a URL has the same name every time, and without it no one can guess the URL from the name.
pub struct CacheKey([u8; blake3::KEY_LEN]);

impl CacheKey {
    /// Reads the key of a cache, or makes it.
    ///
    /// # Errors
    /// When the file can't be read or made, or contains something else.
    pub fn of(cache: &Path) -> Result<Self> {
        let path = cache.join(KEY);
        match files::read(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Self::make(&path),
            read => {
                let hex = read.with_context(|| format!("cannot read {}", path.display()))?;
                let not_one = || format!("{} is not a key: remove it, and what is in the cache is fetched again", path.display());
                Ok(Self(blake3::Hash::from_hex(hex).with_context(not_one)?.into()))
            }
        }
    }

    fn make(path: &Path) -> Result<Self> {
        let mut key = [0; blake3::KEY_LEN];
        getrandom::fill(&mut key).map_err(|error| anyhow!("the system gives no random bytes: {error}"))?;
        keep(blake3::Hash::from_bytes(key).to_hex().as_bytes(), path)?;
        Ok(Self(key))
    }

    /// Returns the name of a URL's cached file.
    pub(super) fn name_of(&self, url: &str) -> String {
        blake3::keyed_hash(&self.0, url.as_bytes()).to_hex()[..NAME_DIGITS].to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cache_has_one_key_and_another_cache_another() {
        let caches = [(); 2].map(|()| tempfile::tempdir().unwrap());
        let [one, other] = caches.each_ref().map(|cache| cache.path().join("cache"));
        let name = |cache: &Path, url| CacheKey::of(cache).unwrap().name_of(url);
        let before = name(&one, "https://h/a?id=1");
        assert_eq!(name(&one, "https://h/a?id=1"), before);
        assert!(name(&one, "https://h/a?id=2") != before && name(&other, "https://h/a?id=1") != before);
        #[cfg(unix)]
        assert_eq!(std::os::unix::fs::MetadataExt::mode(&one.join(KEY).metadata().unwrap()) & 0o77, 0);
        std::fs::write(one.join(KEY), "no key").unwrap();
        assert!(format!("{:#}", CacheKey::of(&one).err().unwrap()).contains("is not a key: remove it"));
    }
}
