//! Listening, and handing each connection's requests to their routes until told to stop.

use super::App;
use super::dispatch;
use super::routes::{ROUTES, Route};
use axum::Router;
use axum::extract::{DefaultBodyLimit, RawPathParams, Request};
use axum::routing::any;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

/// Connections held at once; more wait to be accepted.
const MOST_CONNECTIONS: usize = 2_000;
/// How long a sender may take over the head of a request.
const HEAD_PATIENCE: Duration = Duration::from_secs(15);
/// How long requests that are under way may take once the server is told to stop.
const FAREWELL: Duration = Duration::from_secs(10);

/// A socket that listens.
pub(crate) struct Bound {
    listener: std::net::TcpListener,
    /// The address it listens on, with the port that was found where any was asked for.
    pub(crate) address: SocketAddr,
}

impl Bound {
    /// Listens on an address.
    ///
    /// # Errors
    /// Where somebody else listens there, or this machine has no such address.
    pub(crate) fn to(address: SocketAddr) -> io::Result<Bound> {
        let listener = std::net::TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        Ok(Bound { listener, address })
    }
}

/// Serves until the process is told to stop. Requests under way are finished.
///
/// # Errors
/// Where the system gives no threads or no socket.
pub(crate) fn serve(app: Arc<App>, bound: Bound) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let shelf = Arc::clone(&app);
    std::thread::spawn(move || crate::course_shelf::warm_up(&shelf.shelf, &shelf.store));
    runtime.block_on(async move {
        let listener = TcpListener::from_std(bound.listener)?;
        let sending = tokio::task::spawn_blocking({
            let app = Arc::clone(&app);
            move || crate::work::keep_house(&app)
        });
        accept(listener, app).await;
        sending.abort();
        Ok::<(), io::Error>(())
    })?;
    // Letters that are just being sent are not waited for: they are kept until they are sent.
    runtime.shutdown_background();
    Ok(())
}

async fn accept(listener: TcpListener, app: Arc<App>) {
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let graceful = GracefulShutdown::new();
    let router = router(&app);
    let is_secure = app.address.starts_with("https://");
    let mut stop = std::pin::pin!(told_to_stop());
    loop {
        let (stream, peer) = tokio::select! {
            accepted = listener.accept() => {
                let Ok(accepted) = accepted else {
                    // Out of file handles, most likely: those who are connected go first.
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                };
                accepted
            }
            () = &mut stop => break,
        };
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { break };
        let _ = stream.set_nodelay(true);
        let service = TowerToHyperService::new(WithPeer { router: router.clone(), peer, is_secure });
        let connection = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_PATIENCE)
            .serve_connection(TokioIo::new(stream), service);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            // A connection that breaks off is the other side's affair.
            let _ = connection.await;
            drop(place);
        });
    }
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(FAREWELL) => {}
    }
}

async fn told_to_stop() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let terminated = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
        if let Ok(mut terminated) = terminated {
            tokio::select! {
                _ = interrupted => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    let _ = interrupted.await;
}

/// All routes over one application.
pub(super) fn router(app: &Arc<App>) -> Router {
    let mut by_path: BTreeMap<&str, Vec<Route>> = BTreeMap::new();
    for route in ROUTES {
        by_path.entry(route.path).or_default().push(*route);
    }
    let mut router = Router::new();
    for (path, routes) in by_path {
        let (app, routes) = (Arc::clone(app), Arc::<[Route]>::from(routes));
        let answer = move |params: RawPathParams, request: Request| {
            let params = params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
            let peer = peer_of(&request);
            dispatch::answer(Arc::clone(&app), Arc::clone(&routes), params, peer, request)
        };
        router = router.route(path, any(answer));
    }
    let app = Arc::clone(app);
    let nowhere = move |request: Request| {
        let (app, peer) = (Arc::clone(&app), peer_of(&request));
        async move {
            let (path, headers) = (request.uri().path().to_owned(), request.headers().clone());
            tokio::task::block_in_place(|| dispatch::not_found(&app, &path, peer, headers))
        }
    };
    // What a form may weigh is decided where it is read.
    router.fallback(nowhere).layer(DefaultBodyLimit::disable())
}

/// Whoever is at the other end of the connection.
#[derive(Clone, Copy)]
struct Peer(SocketAddr);

fn peer_of(request: &Request) -> SocketAddr {
    request.extensions().get::<Peer>().map_or(SocketAddr::from(([0, 0, 0, 0], 0)), |peer| peer.0)
}

/// The router, telling each request who is at the other end.
#[derive(Clone)]
struct WithPeer {
    router: Router,
    peer: SocketAddr,
    /// Whether people reach us over TLS.
    is_secure: bool,
}

impl tower_service::Service<hyper::Request<hyper::body::Incoming>> for WithPeer {
    type Response = dispatch::Reply;
    type Error = std::convert::Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut std::task::Context<'_>) -> std::task::Poll<Result<(), Self::Error>> {
        std::task::Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: hyper::Request<hyper::body::Incoming>) -> Self::Future {
        let mut request = request.map(axum::body::Body::new);
        request.extensions_mut().insert(Peer(self.peer));
        let is_secure = self.is_secure;
        let answered = tower_service::Service::call(&mut self.router, request);
        Box::pin(async move {
            let reply = answered.await?;
            // What the router refused by itself has not passed through our hands yet.
            let is_ours = reply.headers().contains_key(axum::http::header::CONTENT_SECURITY_POLICY);
            Ok(if is_ours { reply } else { dispatch::guarded(reply, is_secure) })
        })
    }
}
