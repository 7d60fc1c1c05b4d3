//! Nodes that answer what no node answers.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;

use starfold_primitives::quantities::Address;

use crate::node::connection::MAX_ANSWER_BYTES;
use crate::node::{BlockTag, Node, NodeError};

const HASH: &str = "0x1111111111111111111111111111111111111111111111111111111111111111";

/// Answers every request by its method, until the test ends.
fn serve(answer: impl Fn(&str) -> String + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            reply(stream.unwrap(), &answer);
        }
    });
    url
}

fn reply(mut stream: TcpStream, answer: &impl Fn(&str) -> String) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let (mut line, mut length) = (String::new(), 0);
    while reader.read_line(&mut line).ok()? > 2 {
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        line.clear();
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let request: serde_json::Value = serde_json::from_slice(&body).ok()?;
    let body = answer(request["method"].as_str()?);
    let status = body.strip_prefix("status ").unwrap_or("200 OK");
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(body.as_bytes()).ok()
}

fn result(value: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":1,"result":{value}}}"#)
}

fn header(number: u64) -> String {
    result(&format!(r#"{{"number":"{number:#x}","hash":"{HASH}","timestamp":"0x5"}}"#))
}

/// A node that is like others but for one method.
fn node(method: &'static str, answer: String) -> Node {
    let url = serve(move |asked| match asked {
        "eth_chainId" => result(r#""0x7a69""#),
        _ if asked == method => answer.clone(),
        "eth_getBlockByNumber" => header(0),
        _ => result("null"),
    });
    Node::connect(&url).unwrap()
}

fn connected(chain_id: &'static str) -> NodeError {
    Node::connect(&serve(move |_| chain_id.to_owned())).unwrap_err()
}

#[test]
fn a_chain_id_is_a_number_in_its_range() {
    let wrong = [
        r#"{"jsonrpc":"2.0","id":1,"result":"0xffffffffffffffff"}"#,
        r#"{"jsonrpc":"2.0","id":1,"result":"0x1000000000000000000000000000000000000000000000000"}"#,
        r#"{"jsonrpc":"2.0","id":1,"result":null}"#,
        r#"{"jsonrpc":"2.0","id":1,"result":{"a":[1]}}"#,
        r#"{"jsonrpc":"2.0","id":1,"result":"five"}"#,
        r#"{"jsonrpc":"2.0","id":1}"#,
        r#"{"jsonrpc":"2.0","id":1,"error":"no"}"#,
        "<html>\u{7}</html>",
        "",
        "[]",
        "[[[[[[[[[[",
    ];
    for answer in wrong {
        let error = connected(answer);
        assert!(
            matches!(error, NodeError::Answer { method: "eth_chainId", .. }),
            "{answer}: {error}"
        );
        assert!(!error.to_string().contains('\u{7}'));
    }
    let error = connected(r#"{"id":1,"error":{"code":-32601,"message":"no \u001b[31m such"}}"#);
    let NodeError::Refused { code: -32601, message, .. } = error else { panic!("{error}") };
    assert_eq!(message, r"no \u{1b}[31m such");
    let error = connected("status 404 Not Found");
    assert!(matches!(error, NodeError::Status { status: 404, .. }), "{error}");
}

#[test]
fn urls_name_a_node() {
    for url in ["", "localhost:8545", "ftp://localhost", "http://", "http://[::1"] {
        let error = Node::connect(url).unwrap_err();
        assert!(matches!(error, NodeError::Url { .. }), "{url}: {error}");
    }
    // nothing listens on port 1; what follows the host is not shown
    let error = Node::connect("http://127.0.0.1:1/secret-key").unwrap_err();
    assert!(matches!(error, NodeError::Connection { .. }), "{error}");
    let shown = error.to_string();
    assert!(shown.starts_with("http://127.0.0.1:1 did not answer eth_chainId"), "{shown}");
    assert!(!shown.contains("secret"), "{shown}");
}

#[test]
fn an_endless_answer_is_cut_off() {
    let long = result(&format!("\"{}\"", "0".repeat(MAX_ANSWER_BYTES)));
    let node = node("eth_getCode", long);
    let error = node.has_code(Address::ZERO, 0).unwrap_err();
    assert!(matches!(error, NodeError::TooLong { limit: MAX_ANSWER_BYTES, .. }), "{error}");
}

#[test]
fn a_busy_node_is_asked_again_and_not_for_ever() {
    let node = node("eth_getBalance", "status 503 Busy".to_owned());
    let error = node.balance(Address::ZERO).unwrap_err();
    assert!(matches!(error, NodeError::Status { status: 503, .. }), "{error}");
}

#[test]
fn blocks_are_the_ones_asked_for() {
    let one = node("eth_getBlockByNumber", header(0));
    assert_eq!(one.block(BlockTag::Number(0)).unwrap().timestamp, 5);
    let error = one.block(BlockTag::Number(4)).unwrap_err();
    assert!(
        matches!(&error, NodeError::Answer { expected, actual, .. }
        if (expected.as_str(), actual.as_str()) == ("block 4", "0")),
        "{error}"
    );
}

#[test]
fn balances_have_128_bits() {
    let node = node("eth_getBalance", result(r#""0x100000000000000000000000000000000""#));
    let error = node.balance(Address::ZERO).unwrap_err();
    assert!(
        matches!(&error, NodeError::Answer { expected, .. } if expected == "less than 2^128"),
        "{error}"
    );
}

#[test]
fn nobody_reads_for_ever() {
    let node = node("eth_getLogs", result("[]"));
    let error = node.history(Address([1; 20]), 0, u64::MAX).unwrap_err();
    assert!(matches!(error, NodeError::TooMuch { what: "blocks", .. }), "{error}");
}

fn log(address: &str, block: &str, index: &str, data: &str) -> String {
    format!(
        r#"{{"address":"{address}","topics":["{HASH}"],"data":"{data}","blockNumber":"{block}",
        "transactionHash":"{HASH}","logIndex":"{index}"}}"#
    )
}

#[test]
fn logs_are_those_asked_for_in_order_and_of_a_rollup() {
    let [rollup, other] =
        ["0x0101010101010101010101010101010101010101", &format!("0x{}", "02".repeat(20))];
    let good = log(rollup, "0x0", "0x0", "0x");
    let cases = [
        (result("{}"), "invalid type"),
        (result(&format!("[{}]", log(other, "0x0", "0x0", "0x"))), "logs of 0x0101"),
        (result(&format!("[{}]", log(rollup, "0x1", "0x0", "0x"))), "logs of blocks 0 to 0"),
        (result(&format!("[{}]", log(rollup, "0x0", "0xfffffffffffffffff", "0x"))), ""),
        (result(&format!("[{}]", log(rollup, "0x0", "0x0", "0xzz"))), ""),
        (result(&format!("[{good},{good}]")), "a log after"),
        (result(&format!("[{good}]")), "events of a rollup"),
        (result(r#"[{"address":1}]"#), ""),
    ];
    for (answer, named) in cases {
        let node = node("eth_getLogs", answer.clone());
        let error = node.history(Address([1; 20]), 0, 0).unwrap_err();
        assert!(
            matches!(&error, NodeError::Answer { method: "eth_getLogs", expected, .. }
                if expected.contains(named)),
            "{answer}: {error}"
        );
    }
}
