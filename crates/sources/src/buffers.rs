//! Buffers that threads reuse, because the system clears every new one of megabytes before it is filled.

use starcite_ground::parallel_ordered::lock;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex};

type Spare = Arc<Mutex<Vec<Vec<u8>>>>;

/// Buffers, as many as are in use at a time.
#[derive(Default)]
pub(super) struct Buffers {
    spare: Spare,
}

/// A buffer on loan: when dropped, it can be lent again.
pub(super) struct Lent {
    bytes: Vec<u8>,
    spare: Spare,
}

impl Buffers {
    /// Returns a buffer, with the contents of its last use.
    pub(super) fn lend(&self) -> Lent {
        let bytes = lock(&self.spare).pop().unwrap_or_default();
        Lent { bytes, spare: Arc::clone(&self.spare) }
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let bytes = std::mem::take(&mut self.bytes);
        lock(&self.spare).push(bytes);
    }
}

impl Deref for Lent {
    type Target = Vec<u8>;

    fn deref(&self) -> &Vec<u8> {
        &self.bytes
    }
}

impl DerefMut for Lent {
    fn deref_mut(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }
}
