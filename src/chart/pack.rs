//! All files of a chart, and an archive of them.

use flate2::Compression;
use flate2::write::GzEncoder;
use tar::{Builder, EntryType, Header};

use super::Chart;
use super::archive::LARGEST_CHART;
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::files::reason;

impl Chart {
    /// All its files, subcharts included and without those that .helmignore hides, in byte order of their paths.
    ///
    /// # Errors
    /// A file that cannot be read, or is larger than Helm takes.
    pub fn content(&self) -> Result<Vec<(String, Vec<u8>)>, Diagnostics> {
        let mut left = LARGEST_CHART;
        let mut content = Vec::new();
        for path in self.files.walk("")? {
            let bytes = self.files.bytes(&path).and_then(|bytes| {
                let rest = left.checked_sub(bytes.len() as u64);
                left = rest.ok_or_else(|| {
                    format!("the chart is larger than {} MiB", LARGEST_CHART >> 20)
                })?;
                Ok(bytes)
            });
            let bytes = bytes.map_err(|why| {
                let name = self.files.name(&path);
                Diagnostic::error(format!("cannot read `{name}`: {why}"))
            })?;
            content.push((path, bytes));
        }
        Ok(content)
    }

    /// An archive (`.tgz`) of the chart with one more file.
    ///
    /// # Errors
    /// As [`content`](Self::content).
    pub fn packed_with(&self, path: &str, text: &str) -> Result<Vec<u8>, Diagnostics> {
        let mut files = self.content()?;
        files.push((path.to_owned(), text.as_bytes().to_vec()));
        let mut archive = Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
        let mut write = || -> std::io::Result<()> {
            for (path, bytes) in &files {
                let mut header = Header::new_gnu();
                header.set_entry_type(EntryType::Regular);
                header.set_mode(0o644);
                header.set_size(bytes.len() as u64);
                archive.append_data(&mut header, format!("chart/{path}"), &**bytes)?;
            }
            archive.finish()
        };
        let failed = |error: std::io::Error| {
            let why = reason(&error);
            Diagnostics::from(Diagnostic::error(format!(
                "the chart cannot be packed: {why}"
            )))
        };
        write().map_err(failed)?;
        let stream = archive.into_inner().map_err(failed)?;
        stream.finish().map_err(failed)
    }
}
