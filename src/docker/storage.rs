//! The object storage of a deployment: MinIO in it, or buckets elsewhere.

use serde_json::{Value, json};

use super::deployment::Reader;
use super::roles::Role;
use super::stores::{number, value_or};
use crate::diagnostics::Diagnostic;
use crate::init::Store;
use crate::swanlab::secret::Account;

impl Reader<'_> {
    pub(super) fn s3(&mut self) {
        let role = Role::Store(Store::S3);
        let access = self.of(Role::Server, "ACCESS_KEY");
        let secret = self.of(Role::Server, "SECRET_KEY");
        let endpoint = self.of(Role::Server, "SS_PUBLIC_STORAGE_ENDPOINT");
        let is_external = match (self.of(Role::Server, "SS_STORAGE_TYPE"), &endpoint) {
            (Some(kind), _) => kind.value == "remote",
            (None, Some(endpoint)) => !self.is_service(role, &endpoint.value),
            (None, None) => false,
        };
        if is_external || self.service_of(role).is_none() {
            let Some(endpoint) = endpoint.filter(|one| !self.is_idle(&one.value)) else {
                return self.missing("MinIO", "SS_PUBLIC_STORAGE_ENDPOINT");
            };
            let mut values = self.buckets();
            values.retain(|(_, value)| *value != json!(""));
            let account = Account {
                username: value_or(access, ""),
                password: value_or(secret, ""),
            };
            return self.external(Store::S3, values, account, None, &endpoint);
        }
        let access = self.choose(
            "dependencies.s3.accessKey",
            vec![
                access,
                self.of(Role::House, "SH_MINIO_SECRET_ID"),
                self.of(role, "MINIO_ROOT_USER"),
            ],
        );
        let secret = self.choose(
            "dependencies.s3.secretKey",
            vec![
                secret,
                self.of(Role::House, "SH_MINIO_SECRET_KEY"),
                self.of(role, "MINIO_ROOT_PASSWORD"),
                self.of_env("MINIO_ROOT_PASSWORD"),
            ],
        );
        for (name, usual) in [
            ("SS_PUBLIC_STORAGE_BUCKET", "swanlab-public"),
            ("SS_PRIVATE_STORAGE_BUCKET", "swanlab-private"),
        ] {
            if let Some(other) = self.of(Role::Server, name).filter(|one| one.value != usual) {
                let note = format!(
                    "the chart's MinIO has the bucket {usual} instead: copy the objects into it (mc mirror) when it runs, or \
                     run MinIO yourself and use integrations.s3"
                );
                self.by_hand(&other.from, Some(&other.place), note);
            }
        }
        let account = self.account(Store::S3, ["accessKey", "secretKey"], [access, secret]);
        self.built_in(Store::S3, "/data", account);
    }

    /// What the variables of the server say of the two buckets of an object storage elsewhere.
    fn buckets(&mut self) -> Vec<(&'static str, Value)> {
        let mut values = Vec::new();
        for (kind, keys) in [
            (
                "PUBLIC",
                [
                    "public.ssl",
                    "public.endpoint",
                    "public.region",
                    "public.port",
                    "public.pathStyle",
                    "public.bucket",
                ],
            ),
            (
                "PRIVATE",
                [
                    "private.ssl",
                    "private.endpoint",
                    "private.region",
                    "private.port",
                    "private.pathStyle",
                    "private.bucket",
                ],
            ),
        ] {
            let names = [
                "USE_SSL",
                "ENDPOINT",
                "REGION",
                "PORT",
                "PATH_STYLE",
                "BUCKET",
            ];
            for (key, name) in keys.into_iter().zip(names) {
                let variable = format!("SS_{kind}_STORAGE_{name}");
                let found = self.of(Role::Server, &variable);
                let text = found.as_ref().map_or("", |one| one.value.as_str());
                let value = match name {
                    "USE_SSL" | "PATH_STYLE" => json!(text == "true"),
                    "PORT" => number(found.as_ref(), 443),
                    _ => {
                        if text.is_empty() {
                            let problem = Diagnostic::error(format!(
                                "{variable} of swanlab-server is empty, and integrations.s3.{key} needs it"
                            ));
                            self.problems.push(problem);
                        }
                        json!(text)
                    }
                };
                values.push((key, value));
            }
            if kind == "PUBLIC" {
                let domain = self.of(Role::Server, "SS_AVATAR_DOMAIN");
                values.push(("public.domain", json!(value_or(domain, ""))));
            }
        }
        values
    }
}
