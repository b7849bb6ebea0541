//! The key of the names in the cache. It stands in the state, which nobody else reads.

use super::State;
use anyhow::{Context, Result, anyhow};

/// Where the state keeps it.
const CACHE_KEY: &str = "cache_key";
/// Hexadecimal digits of a name.
const NAME_DIGITS: usize = 32;

/// A key made by chance, a state its own: with it a URL has the same name every time, and without it nobody can guess the URL from the name.
#[derive(Clone)]
pub(crate) struct CacheKey([u8; blake3::KEY_LEN]);

impl CacheKey {
    /// The name of what is kept of a URL.
    pub(crate) fn name_of(&self, url: &str) -> String {
        blake3::keyed_hash(&self.0, url.as_bytes()).to_hex()[..NAME_DIGITS].to_owned()
    }
}

impl State {
    /// Returns the key; `None` in a state that no run has made one for.
    pub(crate) fn cache_key(&self) -> Result<Option<CacheKey>> {
        let Some(hex) = self.meta(CACHE_KEY)? else { return Ok(None) };
        let key = blake3::Hash::from_hex(hex).context("the key of the cache in the state")?;
        Ok(Some(CacheKey(key.into())))
    }

    /// Makes a key where there is none.
    pub(crate) fn make_cache_key(&self) -> Result<()> {
        if self.cache_key()?.is_some() {
            return Ok(());
        }
        let mut key = [0; blake3::KEY_LEN];
        getrandom::fill(&mut key).map_err(|error| anyhow!("the system gives no random bytes: {error}"))?;
        self.set_meta(CACHE_KEY, &blake3::Hash::from_bytes(key).to_hex())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_has_one_key_and_another_state_another() {
        let states = [(); 2].map(|()| {
            let folder = tempfile::tempdir().unwrap();
            let state = State::open(&folder.path().join("state.db")).unwrap();
            assert!(state.cache_key().unwrap().is_none());
            state.make_cache_key().unwrap();
            (folder, state)
        });
        #[cfg(unix)]
        for name in ["state.db", "state.db-wal", "state.db-shm"] {
            let mode = std::os::unix::fs::MetadataExt::mode(&states[0].0.path().join(name).metadata().unwrap());
            assert_eq!(mode & 0o77, 0, "{name}: {mode:o}");
        }
        let name = |at: usize, url| states[at].1.cache_key().unwrap().unwrap().name_of(url);
        let before = name(0, "https://h/a?id=1");
        states[0].1.make_cache_key().unwrap();
        assert_eq!(name(0, "https://h/a?id=1"), before);
        assert!(name(0, "https://h/a?id=2") != before && name(1, "https://h/a?id=1") != before);
    }
}
