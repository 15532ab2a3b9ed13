//! The Model Context Protocol: what a program that works with a language model asks of a server of tools, a line of JSON
//! each way. It reads and writes texts; running tools is up to the caller.
//!
//! Sources: the specification's revisions 2024-11-05 to 2025-11-25, which begin with a handshake (`initialize`), and
//! 2026-07-28, in which every request carries its revision and nothing is remembered (`server/discover`). Both are
//! answered: a request says by itself which of them it follows.

mod message;

use serde_json::{Map, Value, json};

use message::{Failure, Message, Request};

/// Revisions that begin with a handshake, newest first.
const WITH_HANDSHAKE: [&str; 4] = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];

/// Revisions that are named by every request, newest first.
const IN_EACH_REQUEST: [&str; 1] = ["2026-07-28"];

/// Where a request names its revision, and a response the program.
const REVISION: &str = "io.modelcontextprotocol/protocolVersion";
const SERVER: &str = "io.modelcontextprotocol/serverInfo";

/// How long a list stays true, in milliseconds: it is that of this program.
const LASTS: u64 = 3_600_000;

/// What runs the tools.
pub trait Tools {
    /// What they are for together, in a sentence or two.
    fn instructions(&self) -> &'static str;

    /// All of them, as `tools/list` describes tools.
    fn list(&self) -> Vec<Value>;

    /// Runs one. None if there is none of this name.
    fn call(&self, name: &str, arguments: &Map<String, Value>) -> Option<Outcome>;
}

/// What a tool has come to.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Outcome {
    /// Texts to read, none of them empty.
    pub texts: Vec<String>,
    /// The same as data.
    pub data: Option<Map<String, Value>>,
    /// Whether the work could not be done; the texts say why.
    pub is_error: bool,
}

impl Outcome {
    /// Texts; empty ones are left out.
    pub fn of(texts: impl IntoIterator<Item = String>) -> Self {
        Self {
            texts: texts.into_iter().filter(|text| !text.is_empty()).collect(),
            ..Self::default()
        }
    }

    /// Why the work could not be done.
    pub fn failed(why: String) -> Self {
        Self {
            is_error: true,
            ..Self::of([why])
        }
    }
}

/// The answer to a line, without a line break; none if there is nothing to answer.
pub fn answer(line: &[u8], tools: &dyn Tools) -> Option<String> {
    let response = match message::read(line) {
        Ok(Message::Request(request)) => {
            let response = match result(&request, tools) {
                Ok(result) => json!({"result": result}),
                Err(failure) => json!({"error": failure.to_json()}),
            };
            with_id(request.id, response)
        }
        Ok(Message::NeedsNoAnswer) => return None,
        Err((id, failure)) => with_id(id, json!({"error": failure.to_json()})),
    };
    Some(response.to_string())
}

/// The answer to a line that is longer than the caller reads.
pub fn too_long(most: u64) -> String {
    let why = format!("a message has at most {} MiB", most >> 20);
    let failure = Failure::new(message::INVALID_REQUEST, why);
    with_id(Value::Null, json!({"error": failure.to_json()})).to_string()
}

fn with_id(id: Value, response: Value) -> Value {
    let mut whole = json!({"jsonrpc": "2.0", "id": id});
    if let (Value::Object(whole), Value::Object(response)) = (&mut whole, response) {
        whole.extend(response);
    }
    whole
}

fn result(request: &Request, tools: &dyn Tools) -> Result<Value, Failure> {
    let is_stateless = match request
        .params
        .get("_meta")
        .and_then(|meta| meta.get(REVISION))
    {
        None => false,
        Some(Value::String(revision)) if IN_EACH_REQUEST.contains(&&**revision) => true,
        Some(revision) => return Err(unsupported(revision)),
    };
    let (result, is_lasting) = match &*request.method {
        "initialize" => (initialize(request, tools)?, false),
        "server/discover" => (discover(tools), true),
        "ping" => (json!({}), false),
        "tools/list" => {
            if let Some(cursor) = request.params.get("cursor") {
                let why = format!("cursor {cursor}: all tools are in one list");
                return Err(Failure::new(message::INVALID_PARAMS, why));
            }
            (json!({"tools": tools.list()}), true)
        }
        "tools/call" => (call(request, tools)?, false),
        method => {
            let why = format!("there is no method {}", Value::from(method));
            return Err(Failure::new(message::METHOD_NOT_FOUND, why));
        }
    };
    Ok(if is_stateless || request.method == "server/discover" {
        complete(result, is_lasting)
    } else {
        result
    })
}

/// What the revisions without a handshake want in every result.
fn complete(mut result: Value, is_lasting: bool) -> Value {
    result["resultType"] = "complete".into();
    result["_meta"] = json!({SERVER: about()});
    if is_lasting {
        result["ttlMs"] = LASTS.into();
        result["cacheScope"] = "public".into();
    }
    result
}

fn about() -> Value {
    json!({
        "name": env!("CARGO_PKG_NAME"),
        "title": "Manifests of a self-hosted SwanLab",
        "version": env!("CARGO_PKG_VERSION"),
    })
}

fn initialize(request: &Request, tools: &dyn Tools) -> Result<Value, Failure> {
    let Some(wanted) = request
        .params
        .get("protocolVersion")
        .and_then(Value::as_str)
    else {
        let why = "initialize needs protocolVersion, a text".to_owned();
        return Err(Failure::new(message::INVALID_PARAMS, why));
    };
    let known = WITH_HANDSHAKE.into_iter().find(|known| *known == wanted);
    Ok(json!({
        "protocolVersion": known.unwrap_or(WITH_HANDSHAKE[0]),
        "capabilities": {"tools": {}},
        "serverInfo": about(),
        "instructions": tools.instructions(),
    }))
}

fn discover(tools: &dyn Tools) -> Value {
    json!({
        "supportedVersions": supported(),
        "capabilities": {"tools": {}},
        "instructions": tools.instructions(),
    })
}

fn supported() -> Vec<&'static str> {
    let all = IN_EACH_REQUEST.into_iter().chain(WITH_HANDSHAKE);
    all.collect()
}

fn unsupported(revision: &Value) -> Failure {
    let mut failure = Failure::new(
        message::UNSUPPORTED_REVISION,
        format!("the revision {revision} of the protocol is not known"),
    );
    let data = json!({"supported": supported(), "requested": revision});
    failure.data = Some(Box::new(data));
    failure
}

fn call(request: &Request, tools: &dyn Tools) -> Result<Value, Failure> {
    let wrong = |why: &str| Err(Failure::new(message::INVALID_PARAMS, why.to_owned()));
    let Some(Value::String(name)) = request.params.get("name") else {
        return wrong("tools/call needs name, a text");
    };
    let none = Map::new();
    let arguments = match request.params.get("arguments") {
        None | Some(Value::Null) => &none,
        Some(Value::Object(arguments)) => arguments,
        Some(_) => return wrong("arguments must be an object"),
    };
    let Some(outcome) = tools.call(name, arguments) else {
        return wrong(&format!("there is no tool {}", Value::from(&**name)));
    };
    let texts = outcome.texts.iter();
    let content: Vec<Value> = texts
        .map(|text| json!({"type": "text", "text": text}))
        .collect();
    let mut result = json!({"content": content, "isError": outcome.is_error});
    if let Some(data) = outcome.data {
        result["structuredContent"] = Value::Object(data);
    }
    Ok(result)
}

#[cfg(test)]
mod tests;
