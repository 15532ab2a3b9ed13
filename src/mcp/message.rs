//! Messages of JSON-RPC 2.0.

use serde_json::{Map, Value, json};

/// Codes of errors: those of JSON-RPC, and one of the Model Context Protocol.
pub(super) const PARSE_ERROR: i32 = -32700;
pub(super) const INVALID_REQUEST: i32 = -32600;
pub(super) const METHOD_NOT_FOUND: i32 = -32601;
pub(super) const INVALID_PARAMS: i32 = -32602;
pub(super) const UNSUPPORTED_REVISION: i32 = -32022;

/// A message that was read.
#[derive(Debug)]
pub(super) enum Message {
    Request(Request),
    /// A notification, or the answer to something that was never asked.
    NeedsNoAnswer,
}

/// What is asked.
#[derive(Debug)]
pub(super) struct Request {
    /// A text or a number, which the answer repeats.
    pub(super) id: Value,
    pub(super) method: String,
    pub(super) params: Map<String, Value>,
}

/// Why there is no result.
#[derive(Debug)]
pub(super) struct Failure {
    code: i32,
    message: String,
    /// More for programs.
    pub(super) data: Option<Box<Value>>,
}

impl Failure {
    pub(super) fn new(code: i32, message: String) -> Self {
        Self {
            code,
            message,
            data: None,
        }
    }

    pub(super) fn to_json(&self) -> Value {
        let mut error = json!({"code": self.code, "message": self.message});
        if let Some(data) = &self.data {
            error["data"] = Value::clone(data);
        }
        error
    }
}

/// Reads a line; what is wrong goes to the id of the message, if it has one.
pub(super) fn read(line: &[u8]) -> Result<Message, (Value, Failure)> {
    let message: Value = serde_json::from_slice(line).map_err(|error| {
        let why = format!("this is no JSON: {error}");
        (Value::Null, Failure::new(PARSE_ERROR, why))
    })?;
    let invalid =
        |id: &Value, why: &str| Err((id.clone(), Failure::new(INVALID_REQUEST, why.to_owned())));
    let Value::Object(mut message) = message else {
        return invalid(
            &Value::Null,
            "a message is one JSON object; batches are not known",
        );
    };
    let id = message.remove("id");
    let known = match &id {
        Some(id @ (Value::String(_) | Value::Number(_))) => id.clone(),
        _ => Value::Null,
    };
    if message.get("jsonrpc") != Some(&"2.0".into()) {
        return invalid(&known, "a message has \"jsonrpc\": \"2.0\"");
    }
    let method = match message.remove("method") {
        Some(Value::String(method)) => method,
        None if message.contains_key("result") || message.contains_key("error") => {
            return Ok(Message::NeedsNoAnswer);
        }
        _ => return invalid(&known, "a request has a method, a text"),
    };
    if id.is_none() {
        return Ok(Message::NeedsNoAnswer);
    }
    if known.is_null() {
        return invalid(&known, "an id is a text or a number");
    }
    let params = match message.remove("params") {
        None => Map::new(),
        Some(Value::Object(params)) => params,
        Some(_) => {
            let why = "params must be an object".to_owned();
            return Err((known, Failure::new(INVALID_PARAMS, why)));
        }
    };
    Ok(Message::Request(Request {
        id: known,
        method,
        params,
    }))
}
