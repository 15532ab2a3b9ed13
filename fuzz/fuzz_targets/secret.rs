//! Secrets of integrations: the one that is made passes its own check, a URL that was read is written as one that means
//! the same, and no difference repeats what a Secret holds.
//! Texts: values, a Secret, and the lines user, password, user and password of the replica, host of the replica, URL.
#![no_main]

use std::sync::LazyLock;

use laws::{EMBEDDED, SECRET, document, release, texts};
use libfuzzer_sys::fuzz_target;
use swanlab_render::report;
use swanlab_render::swanlab::secret::{self, Account, Credentials, Integration, Settings, Url};
use swanlab_render::values::Overrides;

/// The integrations of the embedded chart.
static INTEGRATIONS: LazyLock<Vec<Integration>> = LazyLock::new(|| {
    let release = release(EMBEDDED.clone(), Overrides::default()).unwrap();
    let partial = release.partial("integrations");
    Integration::all(partial.unwrap())
});

fn check_url(text: &str) {
    if let Ok(url) = Url::parse(text) {
        let written = url.to_string();
        let read = Url::parse(&written).map(|url| url.to_string());
        assert_eq!(read.as_deref().ok(), Some(&*written), "{text:?}");
    }
}

/// Credentials that `secret` would take.
fn credentials(lines: &[&str; 5]) -> Option<Credentials> {
    let [username, password, replica, replica_password, host] = lines.map(str::to_owned);
    let texts = [&username, &password, &replica, &replica_password];
    let is_usable = texts.into_iter().all(|text| secret::flaw(text).is_none());
    (is_usable && secret::is_host(&host)).then(|| Credentials {
        primary: Account { username, password },
        replica: Account {
            username: replica,
            password: replica_password,
        },
        replica_host: Some(host),
    })
}

fuzz_target!(|data: &[u8]| {
    let Some([values, object, typed]) = texts(data) else {
        return;
    };
    let mut lines = typed.lines();
    let typed: [&str; 5] = std::array::from_fn(|_| lines.next().unwrap_or_default());
    check_url(lines.next().unwrap_or_default());
    let (values, object) = (document(values), document(object));
    let is_named = object["metadata"].to_string().contains(SECRET)
        || ["data", "stringData"].iter().any(|field| {
            let keys = object[*field]
                .as_object()
                .into_iter()
                .flat_map(|map| map.keys());
            keys.into_iter().any(|key| key.contains(SECRET))
        });
    for integration in &*INTEGRATIONS {
        let Ok(settings) = Settings::read(integration, &values) else {
            continue;
        };
        let mut told = String::new();
        report::cluster::differences(&settings, &secret::check(&settings, &object), &mut told);
        let is_in_values = values.to_string().contains(SECRET);
        assert!(is_named || is_in_values || !told.contains(SECRET), "{told}");
        if let Some(credentials) = credentials(&typed) {
            let made = secret::secret(&settings, &credentials);
            let differences = secret::check(&settings, &made);
            assert!(differences.is_empty(), "{differences:?}");
        }
    }
});
