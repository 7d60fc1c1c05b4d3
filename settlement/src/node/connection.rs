//! JSON-RPC over HTTP. A node may be anybody's: answers are bounded in length and time, and read into types.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use alloy::rpc::json_rpc::ErrorPayload;
use alloy::transports::http::reqwest::{self, Client, Response, redirect::Policy};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use tokio::runtime::{Builder, Runtime};
use url::{Host, Url};

use super::error::{NodeError, printable};
use crate::revert::Revert;

/// The most bytes of an answer.
pub(super) const MAX_ANSWER_BYTES: usize = 32 << 20;

/// How long a connection may take to set up.
const CONNECT_SECONDS: u64 = 10;
/// How long an answer may take.
const ANSWER_SECONDS: u64 = 60;

/// How often a busy node is asked again, each time after twice as long.
const REPETITIONS: u32 = 4;
/// After how long it is asked again the first time.
const FIRST_PAUSE: Duration = Duration::from_millis(250);

/// A node that answers calls of methods.
pub(crate) struct Connection {
    runtime: Runtime,
    client: Client,
    url: Url,
    name: String,
}

#[derive(Serialize)]
struct Request<'a, P> {
    jsonrpc: &'static str,
    id: u64,
    method: &'a str,
    params: P,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default, deserialize_with = "present")]
    result: Option<Box<RawValue>>,
    error: Option<ErrorPayload>,
}

/// Tells a result of null from none.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Box<RawValue>>, D::Error> {
    Box::<RawValue>::deserialize(deserializer).map(Some)
}

impl fmt::Debug for Connection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Connection").field(&self.name).finish()
    }
}

impl Connection {
    /// # Errors
    /// [`NodeError::Url`], [`NodeError::Setup`]. Nothing is sent yet.
    pub(super) fn new(url: &str) -> Result<Self, NodeError> {
        let wrong = |reason: String| NodeError::Url { url: printable(url), reason };
        let parsed = Url::parse(url).map_err(|error| wrong(error.to_string()))?;
        if !matches!(parsed.scheme(), "http" | "https") {
            return Err(wrong(format!(
                "its scheme is {:?}, expected http or https",
                parsed.scheme()
            )));
        }
        let host = parsed.host().ok_or_else(|| wrong("it has no host".to_owned()))?;
        let mut client = Client::builder()
            .redirect(Policy::none())
            .connect_timeout(Duration::from_secs(CONNECT_SECONDS))
            .timeout(Duration::from_secs(ANSWER_SECONDS));
        if is_local(&host) {
            client = client.no_proxy();
        }
        let setup = |reason: String| NodeError::Setup { reason };
        let client = client.build().map_err(|error| setup(reason(&error)))?;
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| setup(error.to_string()))?;
        let name = parsed.origin().ascii_serialization();
        Ok(Self { runtime, client, url: parsed, name })
    }

    /// The node's scheme, host and port. Paths of URLs often hold keys, so they are not shown.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Calls a method.
    ///
    /// # Errors
    /// [`NodeError`]; [`NodeError::Reverted`] where a contract refused.
    pub(crate) fn request<P: Serialize, R: DeserializeOwned>(
        &self,
        method: &'static str,
        params: P,
    ) -> Result<R, NodeError> {
        let result = self.runtime.block_on(self.ask(method, &params))?;
        serde_json::from_str(result.get())
            .map_err(|error| self.wrong(method, &error.to_string(), result.get()))
    }

    /// An answer that is not what it must be.
    pub(super) fn wrong(&self, method: &'static str, expected: &str, actual: &str) -> NodeError {
        NodeError::Answer {
            node: self.name.clone(),
            method,
            expected: printable(expected),
            actual: printable(actual),
        }
    }

    /// Waits.
    pub(super) fn pause(&self, time: Duration) {
        // the timer is made inside, where the runtime is
        self.runtime.block_on(async { tokio::time::sleep(time).await });
    }

    async fn ask<P: Serialize>(
        &self,
        method: &'static str,
        params: &P,
    ) -> Result<Box<RawValue>, NodeError> {
        let mut pause = FIRST_PAUSE;
        for _ in 0..REPETITIONS {
            match self.ask_once(method, params).await {
                Err(NodeError::Status { status: 429 | 502 | 503 | 504, .. }) => {
                    tokio::time::sleep(pause).await;
                    pause *= 2;
                }
                answer => return answer,
            }
        }
        self.ask_once(method, params).await
    }

    async fn ask_once<P: Serialize>(
        &self,
        method: &'static str,
        params: &P,
    ) -> Result<Box<RawValue>, NodeError> {
        let request = Request { jsonrpc: "2.0", id: 1, method, params };
        let sent = self.client.post(self.url.clone()).json(&request).send().await;
        let response = sent.map_err(|error| self.failed(method, &error))?;
        let status = response.status();
        let body = self.body(method, response).await?;
        let answer: Answer = match serde_json::from_slice(&body) {
            Ok(answer) => answer,
            Err(_) if !status.is_success() => {
                let (node, status) = (self.name.clone(), status.as_u16());
                return Err(NodeError::Status { node, method, status });
            }
            Err(error) => {
                let expected = format!("JSON-RPC ({error})");
                return Err(self.wrong(method, &expected, &String::from_utf8_lossy(&body)));
            }
        };
        match (answer.error, answer.result) {
            (Some(error), _) => Err(self.refused(method, &error)),
            (None, Some(result)) => Ok(result),
            (None, None) => {
                let body = String::from_utf8_lossy(&body);
                Err(self.wrong(method, "a result or an error", &body))
            }
        }
    }

    async fn body(
        &self,
        method: &'static str,
        mut response: Response,
    ) -> Result<Vec<u8>, NodeError> {
        let mut body = Vec::new();
        while let Some(chunk) =
            response.chunk().await.map_err(|error| self.failed(method, &error))?
        {
            if body.len() + chunk.len() > MAX_ANSWER_BYTES {
                let (node, limit) = (self.name.clone(), MAX_ANSWER_BYTES);
                return Err(NodeError::TooLong { node, method, limit });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    fn refused(&self, method: &'static str, error: &ErrorPayload) -> NodeError {
        if let Some(data) = error.as_revert_data() {
            return NodeError::Reverted(Revert::decode(&data));
        }
        NodeError::Refused {
            node: self.name.clone(),
            method,
            code: error.code,
            message: printable(&error.message),
        }
    }

    fn failed(&self, method: &'static str, error: &reqwest::Error) -> NodeError {
        NodeError::Connection { node: self.name.clone(), method, reason: reason(error) }
    }
}

/// What happened, without the URL, which may hold keys.
fn reason(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return format!("nothing came within {ANSWER_SECONDS} s");
    }
    let mut innermost = error.source();
    while let Some(source) = innermost.and_then(Error::source) {
        innermost = Some(source);
    }
    innermost.map_or_else(|| "the request failed".to_owned(), ToString::to_string)
}

fn is_local(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}
