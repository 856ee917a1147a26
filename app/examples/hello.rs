//! The least that a server of the same kind can do, to measure ours against: `cargo run --release --example hello -- PORT`.
#![expect(clippy::expect_used, reason = "a tool of ours, not of the product")]

use axum::Router;
use axum::routing::get;

fn main() {
    let port = std::env::args().nth(1).and_then(|port| port.parse().ok()).expect("a port");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("threads");
    runtime.block_on(async move {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await.expect("a socket");
        let router = Router::new().route("/", get(|| async { "hello" }));
        axum::serve(listener, router).await.expect("served");
    });
}
