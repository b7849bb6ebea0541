//! Destinations of weeks: a bucket, or a directory, which is written in the same way.

use anyhow::{Context, Result, bail, ensure};
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{Attribute, AttributeValue, Attributes, MultipartUpload, ObjectStore, ObjectStoreExt, PutPayload};
use sha2::{Digest, Sha256};
use starcite_core::Week;
use starcite_ground::bucket::{self, Failure};
use starcite_ground::files::{self, reader::Reader};
use starcite_ground::interrupt::unless_interrupted;
use starcite_ground::owed::Owed;
use starcite_ground::sha256;
use starcite_ground::url;
use starcite_tables::manifest::MANIFEST;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path as FilePath, PathBuf};

/// Size of the parts of a larger file, of which a few are sent at a time, so that memory does not grow with the file. S3 accepts 10,000 parts.
const PART_BYTES: u64 = 8 * 1024 * 1024;
const PARTS_UNDER_WAY: usize = 4;
/// Number of retries for a bucket; data sent twice is stored once.
const RETRIES: usize = 4;

/// Media types of files that browsers and feed readers open, by extension. JavaScript and Atom in UTF-8: RFC 9239, RFC 4287 (section 7).
const MEDIA_TYPES: [(&str, &str); 6] = [
    ("html", "text/html; charset=utf-8"),
    ("css", "text/css; charset=utf-8"),
    ("js", "text/javascript; charset=utf-8"),
    ("json", "application/json"),
    ("ndjson", "application/x-ndjson"),
    ("atom", "application/atom+xml"),
];

/// A bucket or a directory to publish to.
pub(crate) struct Destination {
    store: Box<dyn ObjectStore>,
    prefix: Path,
    name: String,
    directory: Option<PathBuf>,
}

/// The version of a file, which reveals a write by another process; a server may give none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Version(Option<String>);

/// True if starcite writes a file of that name in a week's folder; other files are left alone.
pub(crate) fn is_ours(file: &str) -> bool {
    !file.contains(['/', '\\']) && (file == MANIFEST || file.ends_with(".parquet"))
}

impl Destination {
    /// Opens `s3://bucket/prefix` or a directory, which is created if it is missing.
    ///
    /// # Errors
    /// Another scheme, a bucket without credentials, a directory that can't be created or that is the folder of the weeks.
    pub(crate) async fn open(dest: &str, out: &FilePath) -> Result<Self> {
        let name = dest.trim_end_matches('/');
        if dest.starts_with(bucket::SCHEME) {
            let (bucket, prefix) = bucket::parse(dest)?;
            return Ok(Self { store: Box::new(bucket::open(bucket, RETRIES).await?), prefix, name: url::name(name), directory: None });
        }
        if url::is_url(dest) {
            bail!("{} can't be published to: name a directory or s3://bucket/prefix", url::name(dest));
        }
        let context = || format!("cannot make {dest}: choose another place");
        fs::create_dir_all(dest).with_context(context)?;
        let directory = fs::canonicalize(dest).with_context(context)?;
        if fs::canonicalize(out).is_ok_and(|out| out == directory) {
            bail!("{dest} is where the weeks are: name another place to publish them to");
        }
        if directory.join(starcite_state::FILE).exists() {
            bail!("{dest} is where starcite run writes weeks, with their state: name another place to publish to");
        }
        let has_sync = files::sync_folder(&directory).with_context(context)?;
        let store = LocalFileSystem::new_with_prefix(&directory).with_context(|| format!("cannot open {dest}"))?.with_fsync(has_sync);
        Ok(Self { store: Box::new(store), prefix: Path::default(), name: name.to_owned(), directory: Some(directory) })
    }

    /// Creates a bucket in memory.
    #[cfg(test)]
    pub(super) fn in_memory() -> Self {
        Self { store: Box::new(object_store::memory::InMemory::new()), prefix: Path::default(), name: "memory".to_owned(), directory: None }
    }

    /// Returns the name, for the user.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Returns the directory, if the destination is one.
    pub(crate) fn directory(&self) -> Option<&FilePath> {
        self.directory.as_deref()
    }

    /// True if it is the checkout of a repository, where the user still has to commit.
    pub(crate) fn is_checkout(&self) -> bool {
        self.directory.as_ref().is_some_and(|directory| directory.join(".git").exists())
    }

    /// Returns the name of a week's file, for the user.
    pub(super) fn describe(&self, week: &str, file: &str) -> String {
        [self.name.as_str(), week, file].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/")
    }

    /// Returns the path of a week's file, which may not exist yet.
    ///
    /// # Errors
    /// When the path is or crosses a symbolic link, a pipe or a device: nothing is read, written or removed through it.
    fn path(&self, week: &str, file: &str) -> Result<Path> {
        let mut path = self.prefix.clone();
        let mut place = self.directory.clone();
        for part in [week, file].iter().flat_map(|path| path.split('/')).filter(|part| !part.is_empty()) {
            path = path.join(part);
            if let Some(place) = &mut place {
                place.push(part);
                files::check_place(place).with_context(|| self.describe(week, file))?;
            }
        }
        Ok(path)
    }

    /// Returns the weeks that have a folder, oldest first.
    pub(super) async fn weeks(&self) -> Result<BTreeSet<Week>> {
        Ok(self.folders("").await?.iter().filter_map(|folder| folder.strip_prefix("week=")?.parse().ok()).collect())
    }

    /// Returns the names of the folders in a folder.
    pub(super) async fn folders(&self, folder: &str) -> Result<Vec<String>> {
        let path = self.path(folder, "")?;
        let prefix = Some(&path).filter(|path| !path.as_ref().is_empty());
        match self.store.list_with_delimiter(prefix).await.map_err(bucket::failure) {
            Ok(listed) => Ok(listed.common_prefixes.iter().filter_map(|folder| folder.filename().map(str::to_owned)).collect()),
            Err(Failure::Missing) => Ok(Vec::new()),
            Err(failure) => Err(self.explain(failure, "list", folder, "")),
        }
    }

    /// Returns the files of a folder with names that are ours, and their sizes in bytes.
    pub(super) async fn list(&self, week: &str, is_ours: impl Fn(&str) -> bool) -> Result<BTreeMap<String, u64>> {
        let folder = self.path(week, "")?;
        let objects = match self.store.list_with_delimiter(Some(&folder)).await.map_err(bucket::failure) {
            Ok(listed) => listed.objects,
            Err(Failure::Missing) => Vec::new(),
            Err(failure) => return Err(self.explain(failure, "list", week, "")),
        };
        let named = objects.into_iter().filter_map(|object| Some((object.location.filename()?.to_owned(), object.size)));
        Ok(named.filter(|(file, _)| is_ours(file)).collect())
    }

    /// Reads a small file; `None` if it does not exist.
    pub(super) async fn read(&self, week: &str, file: &str) -> Result<Option<Vec<u8>>> {
        let mut bytes = Vec::new();
        let is_there = self.each_piece(week, file, |piece| {
            bytes.extend_from_slice(piece);
            ensure!(bytes.len() as u64 <= files::MAX_WHOLE_BYTES, "{} is larger than such a file is: move it away", self.describe(week, file));
            Ok(())
        });
        Ok(is_there.await?.map(|_| bytes))
    }

    /// Returns the hash of a file as the destination returns it, and its version; `None` if it does not exist.
    pub(super) async fn sha256(&self, week: &str, file: &str) -> Result<Option<(String, Version)>> {
        let mut hash = Sha256::new();
        let version = self.each_piece(week, file, |piece| {
            hash.update(piece);
            Ok(())
        });
        Ok(version.await?.map(|version| (sha256::hex(hash), version)))
    }

    /// Returns the version of a file, if it exists.
    pub(super) async fn version(&self, week: &str, file: &str) -> Result<Option<Version>> {
        match self.store.head(&self.path(week, file)?).await {
            Ok(there) => Ok(Some(Version(there.e_tag))),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(self.explain(bucket::failure(error), "read", week, file)),
        }
    }

    async fn each_piece(&self, week: &str, file: &str, mut take: impl FnMut(&[u8]) -> Result<()>) -> Result<Option<Version>> {
        let failed = |error| self.explain(bucket::failure(error), "read", week, file);
        let got = match self.store.get(&self.path(week, file)?).await {
            Ok(got) => got,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        let version = Version(got.meta.e_tag.clone());
        let mut stream = got.into_stream();
        while let Some(piece) = unless_interrupted(async { Ok(stream.next().await) }).await? {
            take(&piece.map_err(failed)?)?;
        }
        Ok(Some(version))
    }

    /// Writes a small file and reads it back.
    pub(super) async fn put_small(&self, week: &str, file: &str, bytes: &[u8]) -> Result<()> {
        self.put(week, file, bytes.to_vec().into()).await?;
        if self.read(week, file).await?.as_deref() != Some(bytes) {
            return Err(self.not_what_was_sent(week, file));
        }
        Ok(())
    }

    /// Returns the error for a file that was read back and differs.
    pub(super) fn not_what_was_sent(&self, week: &str, file: &str) -> anyhow::Error {
        anyhow::anyhow!("{} is not what was sent: run the same command again", self.describe(week, file))
    }

    async fn put(&self, week: &str, file: &str, payload: PutPayload) -> Result<()> {
        let put = self.store.put_opts(&self.path(week, file)?, payload, self.attributes(file).into()).await;
        put.map(drop).map_err(|error| self.explain(bucket::failure(error), "write", week, file))
    }

    /// Returns what a bucket says of a file to a browser, which does not look at names; a directory says nothing.
    fn attributes(&self, file: &str) -> Attributes {
        let extension = file.rsplit('.').next().unwrap_or_default();
        let known = MEDIA_TYPES.iter().find(|(known, _)| *known == extension && self.directory.is_none());
        known.map(|(_, media_type)| (Attribute::ContentType, AttributeValue::from(*media_type))).into_iter().collect()
    }

    pub(super) async fn remove(&self, week: &str, file: &str) -> Result<()> {
        match self.store.delete(&self.path(week, file)?).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(self.explain(bucket::failure(error), "remove", week, file)),
        }
    }

    /// Sends a file; it appears when it is complete.
    pub(super) async fn send(&self, from: &File, week: &str, file: &str) -> Result<()> {
        let context = || format!("cannot read {file} of {week}");
        let mut reader = Reader::new(from);
        if from.metadata().with_context(context)?.len() <= PART_BYTES {
            let mut bytes = Vec::new();
            reader.read_to_end(&mut bytes).with_context(context)?;
            return self.put(week, file, bytes.into()).await;
        }
        let failed = |error| self.explain(bucket::failure(error), "write", week, file);
        let mut upload = self.store.put_multipart_opts(&self.path(week, file)?, self.attributes(file).into()).await.map_err(failed)?;
        let sent = unless_interrupted(async { send_parts(&mut *upload, &mut reader).await.with_context(context)?.map_err(failed) }).await;
        let sent = match sent {
            Ok(()) => upload.complete().await.map(drop).map_err(failed),
            Err(error) => Err(error),
        };
        if sent.is_err() {
            upload.abort().await.ok(); // remaining parts cost money; if the host does not answer, nothing more can be done about them
        }
        sent
    }

    /// Removes incomplete files that a killed run left in a folder, if their names are ours. In a bucket such parts are not visible.
    pub(super) fn remove_leftovers(&self, folder: &str, is_ours: impl Fn(&str) -> bool) -> Result<()> {
        let Some(entries) = self.directory.as_ref().and_then(|directory| fs::read_dir(directory.join(folder)).ok()) else { return Ok(()) };
        for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.rsplit_once('#').is_some_and(|(file, number)| is_ours(file) && !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())) {
                fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
            }
        }
        Ok(())
    }

    fn explain(&self, failure: Failure, what: &str, week: &str, file: &str) -> anyhow::Error {
        let place = self.describe(week, file);
        match failure {
            Failure::Refused(error) => error.context(format!("cannot {what} {place}")),
            Failure::Missing | Failure::Changed => anyhow::anyhow!("{place} was changed by somebody else: run the same command again when nobody does"),
            Failure::Nobody(error) | Failure::TooLong(error) | Failure::MayPass(error) => Owed(format!("{place}: no answer ({error:#})")).into(),
        }
    }
}

/// Sends a file in parts. The outer error is from the file, the inner one from the store.
async fn send_parts(upload: &mut dyn MultipartUpload, file: &mut Reader<'_>) -> std::io::Result<object_store::Result<()>> {
    let mut under_way = FuturesUnordered::new();
    loop {
        let mut part = Vec::new();
        file.take(PART_BYTES).read_to_end(&mut part)?;
        let is_last = part.is_empty();
        if !is_last {
            under_way.push(upload.put_part(part.into()));
        }
        while is_last || under_way.len() >= PARTS_UNDER_WAY {
            match under_way.next().await {
                Some(Ok(())) => {}
                Some(Err(error)) => return Ok(Err(error)),
                None => return Ok(Ok(())),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_bucket_knows_the_media_type_of_what_a_browser_opens() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = tempfile::tempfile().unwrap();
        std::io::Write::write_all(&mut file, &vec![b' '; PART_BYTES as usize + 1]).unwrap();
        let bucket = Destination::in_memory();
        let types = [("index.html", Some("text/html; charset=utf-8")), ("code.cs.CV.atom", Some("application/atom+xml")), ("papers.parquet", None)];
        for (name, media_type) in types {
            for send_parts in [false, true] {
                if send_parts {
                    bucket.send(&file, "report", name).await.unwrap()
                } else {
                    bucket.put_small("report", name, b" ").await.unwrap()
                }
                let there = bucket.store.get(&bucket.path("report", name).unwrap()).await.unwrap().attributes;
                assert_eq!(there.get(&Attribute::ContentType).map(AsRef::as_ref), media_type, "{name}");
            }
        }
        let directory = Destination::open(folder.path().to_str().unwrap(), FilePath::new("out")).await.unwrap();
        directory.put_small("report", "index.html", b" ").await.unwrap();
        directory.send(&file, "report", "style.css").await.unwrap();
    }
}
