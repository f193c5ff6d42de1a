//! A scene that stays open: followed where it can be, read again where it can't.

use std::time::{Duration, Instant};

use futures::StreamExt as _;
use kubechat_cluster::Chunk;
use serde_json::Value;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::Chain;
use super::look::Look;
use crate::view::{Changes, ErrorView, Scene, Told, View};
use crate::{Error, Person};

/// How long changes are collected before they are told, so that a thousand a second are four messages.
const COLLECT: Duration = Duration::from_millis(250);
/// How often what can't be followed is read again, at least so long after the last time.
const AGAIN: Duration = Duration::from_secs(10);
/// A read that takes long is repeated less often: it may take this part of the time.
const SHARE: u32 = 20;
/// Messages that may wait for a slow screen.
const WAITING: usize = 8;

impl Chain {
    /// Keeps a scene open until the receiver is dropped.
    pub async fn watch(
        &self,
        person: &Person,
        cluster: Option<&str>,
        namespace: Option<&str>,
        scene: Scene,
    ) -> Result<Receiver<Told>, Error> {
        let look = self.open_look(person, cluster, namespace, scene).await?;
        let (out, told) = channel(WAITING);
        tokio::spawn(async move {
            let mut watch = Watch { look, out };
            let closed = watch.out.clone();
            let ended = tokio::select! {
                ended = watch.go() => ended,
                () = closed.closed() => None,
            };
            if let Some(error) = &ended {
                // Nobody listens any more when this fails.
                let _ = watch.out.send(Told::Failed(error.clone())).await;
            }
            if let Err(error) = watch.look.close(ended.as_ref()).await {
                tracing::error!(%error, "a closed view could not be recorded");
            }
        });
        Ok(told)
    }
}

struct Watch {
    look: Look,
    out: Sender<Told>,
}

impl Watch {
    /// Tells what is there, then what changes; ends when it can't go on.
    async fn go(&mut self) -> Option<ErrorView> {
        let (pieces, mut changed) = channel::<(usize, Result<Chunk, ErrorView>)>(WAITING * WAITING);
        // Dropped with this future, which ends them.
        let mut follows = futures::stream::FuturesUnordered::new();
        for (at, line) in self.look.lines.iter().enumerate().filter(|(_, line)| line.follows) {
            let Ok(plan) = &line.plan else { continue };
            let (mut stream, pieces) = (self.look.live.follow(plan), pieces.clone());
            follows.push(async move {
                while let Some(chunk) = stream.next().await {
                    let chunk = chunk.map_err(|error| super::carry_out::error_view(&error));
                    let failed = chunk.is_err();
                    if pieces.send((at, chunk)).await.is_err() || failed {
                        break;
                    }
                }
            });
        }
        drop(pieces);
        let only_followed = !follows.is_empty() && self.look.lines.iter().all(|line| line.follows);
        let mut last = None;
        let mut pause = match only_followed {
            // What is followed begins with a list of its own.
            true => Duration::MAX,
            false => self.tell_anew(&mut last).await,
        };
        let mut changes: Vec<Changes> = self.look.lines.iter().map(|_| Changes::default()).collect();
        let mut due = Instant::now() + pause.min(Duration::from_secs(86_400));
        // When what was collected is told; later changes don't put it off.
        let mut tell: Option<Instant> = None;
        let mut over = false;
        loop {
            tokio::select! {
                piece = changed.recv(), if !over => match piece {
                    Some((at, Ok(chunk))) => {
                        if let Some(change) = changes.get_mut(at) {
                            change.take(chunk);
                            tell.get_or_insert_with(|| Instant::now() + COLLECT);
                        }
                    }
                    Some((_, Err(error))) => return Some(error),
                    None if only_followed => return None,
                    None => over = true,
                },
                Some(()) = follows.next(), if !follows.is_empty() => {}
                () = tokio::time::sleep_until(tell.unwrap_or(due).into()), if tell.is_some() => {
                    tell = None;
                    for (at, change) in changes.iter_mut().enumerate().filter(|(_, change)| !change.is_empty()) {
                        self.out.send(change.told(at)).await.ok()?;
                    }
                }
                () = tokio::time::sleep_until(due.into()), if !only_followed => {
                    pause = self.tell_anew(&mut last).await;
                    due = Instant::now() + pause;
                }
            }
        }
    }

    /// Reads everything and tells it, if it is not what was told before; says when to read again.
    async fn tell_anew(&mut self, last: &mut Option<Value>) -> Duration {
        let started = Instant::now();
        let view = self.look.read().await;
        let pause = (started.elapsed() * SHARE).max(AGAIN);
        let now = comparable(&view);
        // Told even when nothing moved: the screen says how old what it shows is.
        let told = match last.as_ref() == Some(&now) {
            true => Told::Same { read_at: view.read_at },
            false => Told::View(Box::new(view)),
        };
        *last = Some(now);
        // Nobody listens any more when this fails, which the caller notices.
        let _ = self.out.send(told).await;
        pause
    }
}

/// A view without what differs each time it is read.
fn comparable(view: &View) -> Value {
    let mut value = serde_json::to_value(view).unwrap_or_default();
    if let Some(map) = value.as_object_mut() {
        map.remove("read_at");
    }
    value
}
