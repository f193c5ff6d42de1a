//! What the simulated containers have logged, in the format container runtimes write.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::Error;

/// What one container logs. `#` becomes a number that changes from line to line.
struct Story {
    container: &'static str,
    /// Said once, at the start of each run.
    start: &'static [&'static str],
    /// Said over and over.
    routine: &'static [&'static str],
    /// Said when the run ends; a story with an end has a run before this one.
    end: &'static [&'static str],
    lines: usize,
    seconds_apart: i64,
}

const fn healthy(
    container: &'static str,
    start: &'static [&'static str],
    routine: &'static [&'static str],
) -> Story {
    Story { container, start, routine, end: &[], lines: 90, seconds_apart: 20 }
}

const STORIES: [Story; 14] = [
    healthy(
        "web",
        &["nginx 1.29.3 started, 2 workers, listening on 0.0.0.0:8080"],
        &[
            "10.244.0.1 - \"GET / HTTP/1.1\" 200 # 0.004",
            "10.244.0.1 - \"GET /api/products?page=# HTTP/1.1\" 200 5213 0.021",
            "10.244.0.1 - \"GET /assets/app.js HTTP/1.1\" 304 0 0.001",
            "10.244.0.1 - \"POST /api/cart HTTP/1.1\" 502 157 3.001",
            "10.244.0.1 - \"GET /healthz HTTP/1.1\" 200 2 0.000",
        ],
    ),
    healthy(
        "cart",
        &["level=info msg=\"cart 1.14.0 listening\" addr=:8080"],
        &[
            "level=info msg=\"item added\" cart=c-# items=3",
            "level=info msg=\"cart read\" cart=c-# took=2ms",
            "level=info msg=\"expired carts removed\" count=#",
        ],
    ),
    healthy(
        "catalog",
        &[
            "level=info msg=\"connected to postgres.shop.svc:5432\"",
            "level=info msg=\"catalog 5.0.3 listening\" addr=:8080",
        ],
        &[
            "level=info msg=\"products listed\" page=# took=18ms",
            "level=info msg=\"product read\" id=p-# took=3ms",
            "level=warn msg=\"slow query\" query=products_by_tag took=1.#s",
        ],
    ),
    healthy(
        "notifications",
        &["INFO notifications 0.9.4 started"],
        &[
            "INFO mail queued order=o-#",
            "INFO mail sent order=o-# attempt=1",
            "WARN queue is growing, # messages held in memory",
        ],
    ),
    Story {
        container: "payments-api",
        start: &[
            "level=info msg=\"payments-api 1.8.0 starting\"",
            "level=info msg=\"configuration read\" source=environment",
            "level=info msg=\"connected to postgres.shop.svc:5432\"",
        ],
        routine: &[
            "level=debug msg=\"loading payment method\" id=m-#",
            "level=debug msg=\"checking pending payment\" id=pay-#",
        ],
        end: &[
            "level=error msg=\"required setting is missing\" name=PAYMENT_GATEWAY_URL",
            "panic: config: PAYMENT_GATEWAY_URL must be set",
            "goroutine 1 [running]:",
            "main.mustConfig(...)\t/src/cmd/payments/config.go:41",
            "main.main()\t/src/cmd/payments/main.go:23 +0x1f4",
            "exit status 1",
        ],
        lines: 30,
        seconds_apart: 0,
    },
    Story { container: "search", start: &[], routine: &[], end: &[], lines: 0, seconds_apart: 0 },
    Story {
        container: "recommend",
        start: &["INFO recommend 2.7.0: loading model products.bin (412 MiB)"],
        routine: &["INFO model loading: part # read", "WARN heap is at #9 MiB of 128 MiB"],
        end: &["WARN heap is at 127 MiB of 128 MiB", "WARN allocation of 16 MiB requested"],
        lines: 40,
        seconds_apart: 1,
    },
    Story { container: "checkout", start: &[], routine: &[], end: &[], lines: 0, seconds_apart: 0 },
    healthy(
        "postgres",
        &[
            "LOG:  starting PostgreSQL 17.2 on x86_64-pc-linux-gnu",
            "LOG:  listening on IPv4 address \"0.0.0.0\", port 5432",
            "LOG:  database system is ready to accept connections",
        ],
        &[
            "LOG:  checkpoint starting: time",
            "LOG:  checkpoint complete: wrote # buffers (0.2%)",
            "LOG:  duration: 1#.412 ms  statement: SELECT * FROM products WHERE tag = $1",
        ],
    ),
    Story {
        container: "migrate-orders",
        start: &["migrating schema orders"],
        routine: &["applied migration 00#"],
        end: &[],
        lines: 24,
        seconds_apart: 0,
    },
    Story {
        container: "nightly-report",
        start: &["report for yesterday"],
        routine: &["read # orders"],
        end: &[],
        lines: 24,
        seconds_apart: 0,
    },
    healthy(
        "metrics-collector",
        &["ts=start msg=\"collector 1.8.2 ready\""],
        &[
            "level=info msg=\"scraped\" target=shop/web-# samples=412",
            "level=info msg=\"block written\" series=#",
        ],
    ),
    healthy(
        "dashboard",
        &["logger=http msg=\"listening\" address=[::]:3000"],
        &["logger=context msg=\"request completed\" method=GET path=/d/shop status=200 took=#ms"],
    ),
    Story {
        container: "",
        start: &["this container is simulated: the practice cluster runs no images"],
        routine: &["still running (tick #)"],
        end: &[],
        lines: 40,
        seconds_apart: 30,
    },
];

/// Writes every container's log as of now, and returns kwok's configuration that serves them.
pub(crate) fn write(dir: &Path) -> Result<String, Error> {
    let folder = dir.join("containers");
    fs::create_dir_all(&folder).map_err(Error::io("creating", &folder))?;
    let now = Timestamp::now();
    let mut config = String::from(
        "apiVersion: kwok.x-k8s.io/v1alpha1\nkind: ClusterLogs\nmetadata: {name: practice}\nspec:\n  logs:\n",
    );
    for story in &STORIES {
        let current = file(&folder, story, "log");
        save(&current, &story.run(now))?;
        let _ = writeln!(config, "    - logsFile: {current:?}\n      follow: true");
        if !story.container.is_empty() {
            let _ = writeln!(config, "      containers: [{}]", story.container);
        }
        if !story.end.is_empty() {
            let previous = file(&folder, story, "previous.log");
            save(&previous, &story.run(now - SignedDuration::from_secs(300)))?;
            let _ = writeln!(config, "      previousLogsFile: {previous:?}");
        }
    }
    Ok(config)
}

/// Goes on logging for the containers that run, so that following a log shows something.
pub(crate) async fn go_on(dir: PathBuf) {
    const EVERY: Duration = Duration::from_secs(5);
    const ENOUGH: u64 = 4 << 20;
    let folder = dir.join("containers");
    let running = STORIES.iter().filter(|story| story.end.is_empty() && story.seconds_apart > 0);
    let running: Vec<_> = running.map(|story| (story, file(&folder, story, "log"))).collect();
    let mut every = tokio::time::interval(EVERY);
    for number in 1.. {
        every.tick().await;
        for (story, path) in &running {
            let Ok(mut log) = fs::File::options().append(true).open(path) else { return };
            if log.metadata().is_ok_and(|about| about.len() < ENOUGH) {
                let _ =
                    log.write_all(line(Timestamp::now(), &story.routine(story.lines + number)).as_bytes());
            }
        }
    }
}

fn file(folder: &Path, story: &Story, ending: &str) -> PathBuf {
    let name = if story.container.is_empty() { "other" } else { story.container };
    folder.join(format!("{name}.{ending}"))
}

fn save(path: &Path, text: &str) -> Result<(), Error> {
    fs::write(path, text).map_err(Error::io("writing", path))
}

fn line(at: Timestamp, text: &str) -> String {
    // What programs complain about goes to standard error.
    let bad =
        ["level=error", "panic:", "goroutine", "main.", "WARN"].iter().any(|start| text.starts_with(start));
    let stream = if bad { "stderr" } else { "stdout" };
    format!("{} {stream} F {text}\n", at.strftime("%Y-%m-%dT%H:%M:%S%.9fZ"))
}

impl Story {
    /// The log of one run whose last line was just before `until`.
    fn run(&self, until: Timestamp) -> String {
        let middle = self.lines.saturating_sub(self.start.len() + self.end.len());
        let texts = self.start.iter().map(|text| (*text).to_owned());
        let texts = texts.chain((0..middle).map(|number| self.routine(number)));
        let texts: Vec<_> = texts.chain(self.end.iter().map(|text| (*text).to_owned())).collect();
        let mut log = String::new();
        for (index, text) in texts.iter().enumerate() {
            let ago = i64::try_from(texts.len() - index).unwrap_or_default();
            let ago =
                SignedDuration::from_secs(ago * self.seconds_apart) + SignedDuration::from_millis(ago * 7);
            log.push_str(&line(until - ago, text));
        }
        log
    }

    fn routine(&self, number: usize) -> String {
        let text = self
            .routine
            .get((number * 7 + number / 5) % self.routine.len().max(1))
            .copied()
            .unwrap_or_default();
        text.replace('#', &(number * 37 % 97 + 2).to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_are_recent_in_order_and_in_the_runtime_format() {
        let now: Timestamp = "2026-01-02T03:04:05Z".parse().unwrap();
        for story in STORIES.iter().filter(|story| story.lines > 0) {
            let log = story.run(now);
            let lines: Vec<_> = log.lines().collect();
            assert_eq!(lines.len(), story.lines, "{}", story.container);
            let mut before = Timestamp::MIN;
            for line in lines {
                let fields: Vec<_> = line.splitn(4, ' ').collect();
                assert_eq!(fields[0].len(), "2026-01-02T03:04:05.000000000Z".len());
                let at: Timestamp = fields[0].parse().unwrap();
                assert!(before < at && at < now, "{line}");
                before = at;
                assert!(
                    ["stdout", "stderr"].contains(&fields[1]) && fields[2] == "F" && !fields[3].is_empty(),
                    "{line}"
                );
            }
        }
    }

    #[tokio::test]
    async fn what_runs_goes_on_logging() {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path()).unwrap();
        let count = || fs::read_to_string(dir.path().join("containers/web.log")).unwrap().lines().count();
        let before = count();
        let logging = tokio::spawn(go_on(dir.path().to_owned()));
        while count() == before {
            tokio::task::yield_now().await;
        }
        logging.abort();
    }
}
