//! The published schema of the JSON reports of `diff`.

use std::fs;

use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::Value;

/// docs/diff.schema.json, compiled.
pub struct ReportSchema {
    schemas: Schemas,
    root: SchemaIndex,
}

impl ReportSchema {
    pub fn read() -> Self {
        let path = super::root().join("docs/diff.schema.json");
        let schema = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        let mut compiler = Compiler::new();
        compiler.add_resource("diff.schema.json", schema).unwrap();
        let mut schemas = Schemas::new();
        let root = compiler.compile("diff.schema.json", &mut schemas).unwrap();
        Self { schemas, root }
    }

    /// What is wrong with a report, if anything is.
    pub fn problem(&self, report: &Value) -> Option<String> {
        let error = self.schemas.validate(report, self.root).err();
        error.map(|error| format!("{error:#}"))
    }
}
