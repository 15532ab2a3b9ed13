//! `show notes --ingress`: objects that an API server accepts, that lead to the gateway's Service in the release's namespace,
//! and that go with what is rendered from the same values.

use std::process::Command;

use crate::support::tools::feed;
use crate::support::{PROGRAM, read_strictly};
use serde_json::{Value, json};

/// What the program prints.
fn printed(arguments: &[&str]) -> String {
    let output = Command::new(PROGRAM).args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    String::from_utf8(output.stdout).unwrap()
}

fn entry(flags: &[&str]) -> String {
    let arguments = ["show", "notes", "--ingress", "swanlab.example.org"];
    printed(&[&arguments[..], flags].concat())
}

/// Ingress, Gateway and HTTPRoute.
fn objects(text: &str) -> [Value; 3] {
    let documents = read_strictly(text).into_iter();
    let objects: Vec<Value> = documents.filter(|one| !one.is_null()).collect();
    objects.try_into().unwrap()
}

const RENAMED: [&str; 5] = ["web", "-n", "ml", "--set", "gateway.fullnameOverride=entry"];

#[test]
fn what_is_printed_is_valid_beside_what_is_rendered() {
    for (flags, more) in [
        (&["-n", "swanlab"][..], &[][..]),
        (
            &["-n", "swanlab"],
            &["--tls", "swanlab-tls", "--class", "nginx"],
        ),
        (&RENAMED, &["--tls", "swanlab-tls"]),
    ] {
        let rendered = printed(&[&["template", "--with-namespace"], flags].concat());
        let all = rendered + &entry(&[flags, more].concat());
        let mut lint = Command::new(PROGRAM);
        lint.args(["lint", "--manifests", "-", "-o", "json", "--strict", "-q"]);
        lint.args(["--external", "Secret/swanlab-tls"]);
        let output = feed(&mut lint, all.as_bytes());
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let found = report["findings"].as_array().unwrap().iter();
        // Kinds of the Gateway API are known to no API server before they are installed.
        let found: Vec<&Value> = found.filter(|one| one["code"] != "SA001").collect();
        let of_entry = |one: &&&Value| {
            let object = one["object"].to_string();
            ["Ingress", "Gateway", "HTTPRoute"]
                .iter()
                .any(|kind| object.contains(kind))
        };
        assert_eq!(
            found.iter().filter(of_entry).count(),
            0,
            "{flags:?}: {found:#?}"
        );
        assert!(all.contains("kind: Ingress\n"));
    }
}

#[test]
fn all_leads_to_the_gateways_service_wherever_it_is() {
    for (flags, service, namespace) in [
        (&[][..], "swanlab-self-hosted", "default"),
        (&["my", "-n", "swanlab"], "my-self-hosted", "swanlab"),
        (&RENAMED, "entry", "ml"),
    ] {
        let [ingress, gateway, route] = objects(&entry(flags));
        let metadata = json!({"name": service, "namespace": namespace});
        for object in [&ingress, &gateway, &route] {
            assert_eq!(object["metadata"], metadata);
        }
        let backend = &ingress["spec"]["rules"][0]["http"]["paths"][0]["backend"];
        assert_eq!(
            *backend,
            json!({"service": {"name": service, "port": {"number": 80}}})
        );
        let backends = &route["spec"]["rules"][0]["backendRefs"];
        assert_eq!(*backends, json!([{"name": service, "port": 80}]));
        assert_eq!(route["spec"]["parentRefs"], json!([{"name": service}]));
        let services = read_strictly(&printed(&[&["template"], flags].concat()));
        let rendered = services
            .iter()
            .find(|object| object["kind"] == "Service" && object["metadata"]["name"] == service);
        assert_eq!(rendered.unwrap()["spec"]["ports"][0]["port"], 80);
    }
}

#[test]
fn the_certificate_is_named_in_both_ways_and_without_one_neither_speaks_tls() {
    let [ingress, gateway, route] = objects(&entry(&["--tls", "cert", "--class", "traefik"]));
    assert_eq!(
        ingress["spec"]["tls"],
        json!([{"hosts": ["swanlab.example.org"], "secretName": "cert"}])
    );
    assert_eq!(ingress["spec"]["ingressClassName"], "traefik");
    assert_eq!(gateway["spec"]["gatewayClassName"], "traefik");
    let listener = &gateway["spec"]["listeners"][0];
    assert_eq!(listener["protocol"], "HTTPS");
    assert_eq!(
        listener["tls"],
        json!({"mode": "Terminate", "certificateRefs": [{"name": "cert"}]})
    );
    assert_eq!(route["spec"]["hostnames"], json!(["swanlab.example.org"]));
    let [ingress, gateway, _] = objects(&entry(&[]));
    assert_eq!(ingress["spec"].get("tls"), None);
    assert_eq!(ingress["spec"].get("ingressClassName"), None);
    assert_eq!(gateway["spec"]["listeners"][0]["protocol"], "HTTP");
}
