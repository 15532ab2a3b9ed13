//! A first values file: sizes that others have found, what the user chose, and the accounts of the stores. Texts only;
//! passwords come from whoever calls.

mod document;
mod sizes;
mod stores;

use serde_json::{Value, json};

use crate::diagnostics::Diagnostic;
use crate::images::Mirror;
use crate::kubernetes::NameRule;
use crate::swanlab::secret::is_host;

pub(crate) use document::Document;
pub use sizes::Size;
pub use stores::{External, Store, passwords, secrets};

/// What the values file is to say.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Choices {
    /// How large the installation is.
    pub size: Size,
    /// The host that users log in to.
    pub host: Option<String>,
    /// The storage class of all claims.
    pub storage_class: Option<String>,
    /// The stores that run elsewhere.
    pub external: Vec<External>,
    /// Where all images are taken from.
    pub mirror: Option<Mirror>,
    /// The schema's file, for the language server.
    pub schema: String,
}

impl Choices {
    /// What is wrong with a choice; the name of each is that of its flag.
    pub fn check(&self) -> Vec<Diagnostic> {
        let mut wrong = Vec::new();
        if let Some(host) = &self.host
            && !is_host(host)
        {
            wrong.push(Diagnostic::error(
                "--host: it must be a host name, without scheme and port",
            ));
        }
        if let Some(class) = &self.storage_class
            && !NameRule::DnsSubdomain.allows(class)
        {
            let why = NameRule::DnsSubdomain.words();
            wrong.push(Diagnostic::error(format!("--storage-class: {why}")));
        }
        for External { store, host } in &self.external {
            if host.as_ref().is_some_and(|host| !is_host(host)) {
                let name = store.name();
                wrong.push(Diagnostic::error(format!(
                    "--external {name}: the host must have neither scheme nor port"
                )));
            }
        }
        wrong
    }

    fn is_external(&self, store: Store) -> Option<&External> {
        self.external.iter().find(|one| one.store == store)
    }
}

/// The values file. `defaults` are the chart's values.
pub fn values(choices: &Choices, defaults: &Value) -> String {
    let size = choices.size;
    let mut document = Document::default();
    document.schema(&choices.schema);
    document.comment("Values of a self-hosted SwanLab, made by `swanlab-render init`. Change what you like; null removes a");
    document.comment("default, and `swanlab-render show values` has every key.");
    if let Some(host) = &choices.host {
        document.section(&[
            "The host that users see as the one to log in to. It is only displayed: DNS and your Ingress must lead there, to",
            "port 80 of the gateway's Service.",
        ]);
        document.value("global.settings.loginHost", &json!(host), "");
    }
    document.section(&[&format!("Replicas: {}.", size.replicas_from())]);
    for (part, replicas) in size.replicas() {
        document.value(&format!("{part}.replicas"), &json!(replicas), "");
        images_of(choices, &mut document, defaults, part);
        if part == "service.house" {
            document.note(&[
                "Each pod of house has a claim of its own, which cannot be changed later.",
            ]);
            claim(choices, &mut document, part, size.storage("house"));
        }
    }
    images_of(choices, &mut document, defaults, "helper");
    let built_in: Vec<Store> = Store::ALL
        .into_iter()
        .filter(|store| choices.is_external(*store).is_none())
        .collect();
    if !built_in.is_empty() {
        document.section(&[
            &format!("Claims of the built-in stores: {}.", size.storage_from()),
            "They can grow later if the storage class allows it, but never shrink.",
        ]);
    }
    for store in built_in {
        let path = format!("dependencies.{}", store.name());
        images_of(choices, &mut document, defaults, &path);
        claim(choices, &mut document, &path, size.storage(store.name()));
    }
    if !choices.external.is_empty() {
        document.section(&[
            "Stores that run elsewhere. The Secrets must be in the namespace before the pods start.",
        ]);
    }
    for store in Store::ALL {
        if let Some(external) = choices.is_external(store) {
            external.values(&mut document);
        }
    }
    document.text()
}

/// The claim of a store.
fn claim(choices: &Choices, document: &mut Document, path: &str, size: &str) {
    if let Some(class) = &choices.storage_class {
        let key = format!("{path}.persistence.storageClass");
        document.value(&key, &json!(class), "fixed once the claim exists");
    }
    let key = format!("{path}.persistence.storageSize");
    document.value(&key, &json!(size), "");
}

/// The images of a part, taken from the mirror.
fn images_of(choices: &Choices, document: &mut Document, defaults: &Value, path: &str) {
    let Some(mirror) = &choices.mirror else {
        return;
    };
    let part = path.split('.').fold(defaults, |value, key| &value[key]);
    let mut image = |path: &str, value: &Value| {
        if let Some(repository) = value["repository"].as_str() {
            let key = format!("{path}.repository");
            document.value(&key, &json!(mirror.target(repository)), "");
        }
    };
    image(path, part);
    for (key, value) in part.as_object().into_iter().flatten() {
        image(&format!("{path}.{key}"), value);
    }
}
