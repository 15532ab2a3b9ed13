//! Database URLs: `SCHEME://USER:PASSWORD@HOST:PORT/DATABASE?QUERY`. What could be misread is encoded when a URL is written
//! and refused when one is read. Errors never repeat a part of the URL.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// All but the unreserved characters of RFC 3986 are encoded, so that all readers agree.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The characters that user names and passwords may contain unencoded (`userinfo` in RFC 3986).
const FREE: &[u8] = b"-._~!$&'()*+,;=:";

/// The parts of a URL, decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    /// The part before `://`.
    pub scheme: String,
    /// Empty if there is none.
    pub username: String,
    /// Empty if there is none.
    pub password: String,
    /// IPv6 addresses without brackets.
    pub host: String,
    /// None if the URL has no port.
    pub port: Option<u16>,
    /// Empty if there is none.
    pub database: String,
    /// The part after `?`, as written; empty if there is none.
    pub query: String,
}

/// Why a text is not a database URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UrlError {
    /// It does not begin with `SCHEME://`.
    Scheme,
    /// A character that must be encoded is not, or a `%` is not followed by two hexadecimal digits.
    Encoding,
    /// The host is missing or invalid.
    Host,
    /// The port is not a number from 1 to 65535.
    Port,
}

impl fmt::Display for UrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Scheme => "it does not begin with SCHEME://",
            Self::Encoding => "special characters in it are not percent-encoded",
            Self::Host => "its host is missing or unreadable",
            Self::Port => "its port is not a number from 1 to 65535",
        })
    }
}

impl std::error::Error for UrlError {}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let encoded = |text| utf8_percent_encode(text, RESERVED);
        write!(f, "{}://", self.scheme)?;
        if !self.username.is_empty() || !self.password.is_empty() {
            let (username, password) = (encoded(&self.username), encoded(&self.password));
            write!(f, "{username}:{password}@")?;
        }
        if self.host.contains(':') {
            // The `%` of a zone is encoded (RFC 6874).
            write!(f, "[{}]", self.host.replace('%', "%25"))?;
        } else {
            f.write_str(&self.host)?;
        }
        if let Some(port) = self.port {
            write!(f, ":{port}")?;
        }
        if !self.database.is_empty() {
            write!(f, "/{}", encoded(&self.database))?;
        }
        if !self.query.is_empty() {
            write!(f, "?{}", self.query)?;
        }
        Ok(())
    }
}

impl Url {
    /// Reads a URL.
    ///
    /// ```
    /// use swanlab_render::swanlab::secret::Url;
    ///
    /// let url = Url::parse("redis://:p%40ss@db.example.org/0")?;
    /// assert_eq!((&*url.password, &*url.host, url.port), ("p@ss", "db.example.org", None));
    /// # Ok::<(), swanlab_render::swanlab::secret::UrlError>(())
    /// ```
    ///
    /// # Errors
    /// What is missing, or could be read in more than one way.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        let (scheme, rest) = text.split_once("://").ok_or(UrlError::Scheme)?;
        let is_scheme = scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
        if scheme.is_empty() || !is_scheme {
            return Err(UrlError::Scheme);
        }
        let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let (user, server) = match authority.rsplit_once('@') {
            Some((user, server)) => (user, server),
            // The apparent path contains the rest of a password.
            None if path.contains('@') => return Err(UrlError::Encoding),
            None => ("", authority),
        };
        let (username, password) = user.split_once(':').unwrap_or((user, ""));
        let (host, port) = split_port(server)?;
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        Ok(Self {
            scheme: scheme.to_ascii_lowercase(),
            username: decode_userinfo(username)?,
            password: decode_userinfo(password)?,
            host,
            port,
            database: decode(path.strip_prefix('/').unwrap_or(path))?,
            query: query.to_owned(),
        })
    }
}

fn split_port(server: &str) -> Result<(String, Option<u16>), UrlError> {
    let after_brackets = server.rfind(']').map_or(0, |end| end + 1);
    let (host, port) = match server[after_brackets..].split_once(':') {
        Some((before, port)) => (&server[..after_brackets + before.len()], Some(port)),
        None => (server, None),
    };
    let port = match port {
        None => None,
        Some(port) if port.bytes().all(|byte| byte.is_ascii_digit()) => {
            let port = port.parse().ok().filter(|port| *port > 0);
            Some(port.ok_or(UrlError::Port)?)
        }
        Some(_) => return Err(UrlError::Port),
    };
    let host = host.replace("%25", "%");
    let is_bracketed = host.starts_with('[');
    if !is_host(&host) || is_bracketed != host.contains(':') {
        return Err(UrlError::Host);
    }
    Ok((without_brackets(&host).to_owned(), port))
}

/// Decodes a user name or a password, and refuses characters that should have been encoded.
fn decode_userinfo(text: &str) -> Result<String, UrlError> {
    let is_free = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'%' || FREE.contains(&byte);
    if !text.bytes().all(is_free) {
        return Err(UrlError::Encoding);
    }
    decode(text)
}

fn decode(text: &str) -> Result<String, UrlError> {
    let escapes_are_whole = text.match_indices('%').all(|(at, _)| {
        text.as_bytes()
            .get(at + 1..at + 3)
            .is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    });
    if !escapes_are_whole {
        return Err(UrlError::Encoding);
    }
    let decoded = percent_decode_str(text).decode_utf8();
    Ok(decoded.map_err(|_| UrlError::Encoding)?.into_owned())
}

/// A host without the brackets that an IPv6 address has in URLs.
pub(super) fn without_brackets(host: &str) -> &str {
    host.strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .unwrap_or(host)
}

/// Whether a text is a host that URLs can have: a name, an IPv4 address, or an IPv6 address with or without brackets and
/// zone.
pub fn is_host(host: &str) -> bool {
    let inside = without_brackets(host);
    let is_word = |text: &str| {
        !text.is_empty()
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
    };
    if inside.contains(':') {
        let (address, zone) = inside.split_once('%').unwrap_or((inside, "0"));
        return address.parse::<std::net::Ipv6Addr>().is_ok() && is_word(zone);
    }
    inside == host && is_word(host)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn host() -> impl Strategy<Value = String> {
        prop_oneof![
            "[a-z0-9]([a-z0-9.-]{0,20}[a-z0-9])?",
            any::<std::net::Ipv4Addr>().prop_map(|address| address.to_string()),
            any::<std::net::Ipv6Addr>().prop_map(|address| address.to_string()),
            any::<std::net::Ipv6Addr>().prop_map(|address| format!("{address}%eth0")),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]
        #[test]
        fn what_is_written_is_read_back(
            username in "\\PC{1,16}", password in "\\PC{1,24}", host in host(), port in 1_u16..,
            database in "\\PC{1,8}", is_redis: bool,
        ) {
            let url = Url {
                scheme: if is_redis { "redis" } else { "postgresql" }.to_owned(),
                username, password, host, port: Some(port), database,
                query: if is_redis { String::new() } else { "schema=public".to_owned() },
            };
            let text = url.to_string();
            prop_assert!(text.is_ascii());
            prop_assert_eq!(Url::parse(&text), Ok(url));
        }
    }

    #[test]
    fn what_is_not_encoded_is_refused() {
        for (text, error) in [
            ("postgresql://u:p@ss@h:1/d", UrlError::Encoding),
            ("postgresql://u:p/w@h:1/d", UrlError::Encoding),
            ("postgresql://u:p?w@h:1/d", UrlError::Encoding),
            ("postgresql://u:p#w@h:1/d", UrlError::Encoding),
            ("postgresql://u:100%@h:1/d", UrlError::Encoding),
            ("postgresql://u:%ff@h:1/d", UrlError::Encoding),
            ("postgresql://u:p w@h:1/d", UrlError::Encoding),
            ("postgresql://u:p@h:port/d", UrlError::Port),
            ("postgresql://u:p@h:0/d", UrlError::Port),
            ("postgresql://u:p@h:/d", UrlError::Port),
            ("postgresql://u:p@:1/d", UrlError::Host),
            ("postgresql://u:p@fd00::1/d", UrlError::Port),
            ("postgresql://u:p@[h]:1/d", UrlError::Host),
            ("h:1/d", UrlError::Scheme),
            ("://u:p@h", UrlError::Scheme),
        ] {
            assert_eq!(Url::parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn what_may_be_left_out_is() {
        let url = Url::parse("redis://h").unwrap();
        assert_eq!(
            (url.port, url.database.as_str(), url.username.as_str()),
            (None, "", "")
        );
        let url = Url::parse("redis://:a:b@[::1]/2").unwrap();
        assert_eq!(
            (
                url.password.as_str(),
                url.host.as_str(),
                url.database.as_str()
            ),
            ("a:b", "::1", "2")
        );
    }

    #[test]
    fn hosts_are_names_and_addresses() {
        for good in [
            "a",
            "db.example.org",
            "10.0.0.1",
            "::1",
            "[fd00::1]",
            "fe80::1%eth0",
            "my_db",
        ] {
            assert!(is_host(good), "{good}");
        }
        for bad in [
            "",
            "a:1",
            "https://a",
            "a/b",
            "u@a",
            "[a]",
            "::g",
            "a b",
            "fe80::1%",
        ] {
            assert!(!is_host(bad), "{bad}");
        }
    }
}
