//! The module `_starcite` of the Python package: batches of Arrow in, batches of Arrow out. It starts no thread and keeps nothing between calls.

mod batches;
mod capsule;
mod errors;
mod options;
mod rows;
mod schema;
mod stream;

use pyo3::prelude::*;

#[pymodule(gil_used = false)]
mod _starcite {
    #[pymodule_export]
    use crate::batches::{extract_batch, links_of};
    #[pymodule_export]
    use crate::rows::Rows;
    #[pymodule_export]
    use crate::schema::Schema;
    #[pymodule_export]
    use crate::stream::{RowStream, extract_stream};
    use pyo3::prelude::*;
    use starcite_rows::SCHEMA_VERSION;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        let version = env!("CARGO_PKG_VERSION");
        module.add("__version__", version)?;
        module.add("SCHEMA_VERSION", SCHEMA_VERSION)?;
        module.add("EXTRACTOR", format!("starcite {version} schema {SCHEMA_VERSION} rules {:016x}", starcite_core::RULES))
    }
}
