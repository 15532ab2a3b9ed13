//! The protocol, with tools that only echo.
#![allow(clippy::unwrap_used)]

use super::*;

/// One tool that says what it was given, and one that fails.
struct Echo;

impl Tools for Echo {
    fn instructions(&self) -> &'static str {
        "Echoes."
    }

    fn list(&self) -> Vec<Value> {
        vec![json!({"name": "echo", "inputSchema": {"type": "object"}})]
    }

    fn call(&self, name: &str, arguments: &Map<String, Value>) -> Option<Outcome> {
        match name {
            "echo" => {
                let mut outcome = Outcome::of([json!(arguments).to_string(), String::new()]);
                outcome.data = Some(arguments.clone());
                Some(outcome)
            }
            "fail" => Some(Outcome::failed("no".to_owned())),
            _ => None,
        }
    }
}

fn said(line: &str) -> Value {
    serde_json::from_str(&answer(line.as_bytes(), &Echo).unwrap()).unwrap()
}

fn result(method: &str, params: Value) -> Value {
    let request = json!({"jsonrpc": "2.0", "id": 7, "method": method, "params": params});
    let answer = said(&request.to_string());
    assert_eq!(answer["jsonrpc"], "2.0");
    assert_eq!(answer["id"], 7);
    answer.get("result").unwrap_or(&answer["error"]).clone()
}

#[test]
fn the_handshake_agrees_on_a_known_revision() {
    for (wanted, agreed) in [
        ("2025-11-25", "2025-11-25"),
        ("2024-11-05", "2024-11-05"),
        ("1999-01-01", "2025-11-25"),
        ("2026-07-28", "2025-11-25"),
    ] {
        let result = result("initialize", json!({"protocolVersion": wanted}));
        assert_eq!(result["protocolVersion"], agreed);
        assert_eq!(result["capabilities"], json!({"tools": {}}));
        assert_eq!(result["serverInfo"]["name"], "swanlab-render");
        assert_eq!(result["instructions"], "Echoes.");
        assert_eq!(result.get("resultType"), None);
    }
    assert_eq!(result("initialize", json!({}))["code"], -32602);
    assert_eq!(result("ping", json!({})), json!({}));
}

#[test]
fn a_request_may_name_its_revision_itself() {
    let meta = |revision: &str| json!({REVISION: revision});
    let found = result("server/discover", json!({"_meta": meta("2026-07-28")}));
    assert_eq!(found["supportedVersions"][0], "2026-07-28");
    assert_eq!(found["resultType"], "complete");
    assert_eq!(found["_meta"][SERVER]["name"], "swanlab-render");
    let tools = result("tools/list", json!({"_meta": meta("2026-07-28")}));
    assert_eq!(tools["tools"][0]["name"], "echo");
    assert_eq!(tools["cacheScope"], "public");
    assert!(tools["ttlMs"].is_u64());
    let params = json!({"name": "echo", "_meta": meta("2026-07-28")});
    assert_eq!(result("tools/call", params)["resultType"], "complete");
    let unknown = result("tools/list", json!({"_meta": meta("2030-01-01")}));
    assert_eq!(unknown["code"], -32022);
    assert_eq!(unknown["data"]["requested"], "2030-01-01");
    assert_eq!(unknown["data"]["supported"][0], "2026-07-28");
    assert_eq!(
        result("tools/list", json!({"_meta": {REVISION: 1}}))["code"],
        -32022
    );
}

#[test]
fn tools_are_listed_and_called() {
    assert_eq!(
        result("tools/list", json!({})),
        json!({"tools": [{"name": "echo", "inputSchema": {"type": "object"}}]})
    );
    assert_eq!(
        result("tools/call", json!({"name": "echo", "arguments": {"a": 1}})),
        json!({
            "content": [{"type": "text", "text": "{\"a\":1}"}],
            "isError": false,
            "structuredContent": {"a": 1},
        })
    );
    assert_eq!(
        result("tools/call", json!({"name": "fail"})),
        json!({"content": [{"type": "text", "text": "no"}], "isError": true})
    );
    for wrong in [
        json!({"name": "none"}),
        json!({}),
        json!({"name": 1}),
        json!({"name": "echo", "arguments": []}),
    ] {
        assert_eq!(
            result("tools/call", wrong.clone())["code"],
            -32602,
            "{wrong}"
        );
    }
    assert_eq!(result("tools/list", json!({"cursor": "x"}))["code"], -32602);
    assert_eq!(result("resources/list", json!({}))["code"], -32601);
}

#[test]
fn what_is_no_request_is_refused_or_needs_no_answer() {
    for (line, id, code) in [
        ("{", Value::Null, -32700),
        ("\u{fffd}", Value::Null, -32700),
        ("1", Value::Null, -32600),
        ("[]", Value::Null, -32600),
        (
            r#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#,
            Value::Null,
            -32600,
        ),
        (r#"{"id":1,"method":"ping"}"#, json!(1), -32600),
        (
            r#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#,
            json!(1),
            -32600,
        ),
        (r#"{"jsonrpc":"2.0","id":1}"#, json!(1), -32600),
        (r#"{"jsonrpc":"2.0","id":1,"method":2}"#, json!(1), -32600),
        (
            r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#,
            Value::Null,
            -32600,
        ),
        (
            r#"{"jsonrpc":"2.0","id":{},"method":"ping"}"#,
            Value::Null,
            -32600,
        ),
        (
            r#"{"jsonrpc":"2.0","id":"a","method":"ping","params":[]}"#,
            json!("a"),
            -32602,
        ),
    ] {
        let answer = said(line);
        assert_eq!(answer["error"]["code"], code, "{line}");
        assert_eq!(answer["id"], id, "{line}");
        assert_eq!(answer.get("result"), None, "{line}");
    }
    for line in [
        r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
        r#"{"jsonrpc":"2.0","method":"unheard/of","params":{}}"#,
        r#"{"jsonrpc":"2.0","id":1,"result":{}}"#,
        r#"{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":""}}"#,
    ] {
        assert_eq!(answer(line.as_bytes(), &Echo), None, "{line}");
    }
    assert_eq!(
        answer(&[0xff, 0xfe], &Echo).map(|text| text.contains("-32700")),
        Some(true)
    );
    let deep = "[".repeat(100_000);
    assert_eq!(said(&deep)["error"]["code"], -32700);
    let long: Value = serde_json::from_str(&too_long(16 << 20)).unwrap();
    assert_eq!(long["error"]["message"], "a message has at most 16 MiB");
}

#[test]
fn an_answer_is_one_line() {
    let name = "a\nb\r\u{2028}\u{1b}[31m";
    let request = json!({"jsonrpc": "2.0", "id": name, "method": name});
    let answer = answer(request.to_string().as_bytes(), &Echo).unwrap();
    assert!(!answer.contains(['\n', '\r', '\u{1b}']), "{answer}");
}
