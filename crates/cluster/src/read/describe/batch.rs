//! Jobs and what makes them on a schedule.

use jiff::Timestamp;
use serde_json::Value;

use super::generic::{conditions, word};
use super::outline::Outline;
use super::pod;
use super::state::{State, condition, lingering, why};
use super::workload::{show_pods, troubles};
use super::{Described, allowed, owned_by};
use crate::error::Error;
use crate::names::simple;
use crate::quantity::{age, span};
use crate::read::logs::selector;
use crate::session::Session;

/// Jobs of a CronJob that are shown, the latest first.
const MAX_JOBS: usize = 10;

impl Session {
    pub(super) async fn describe_job(&self, job: &Value, now: Timestamp) -> Result<Described, Error> {
        let spec = &job["spec"];
        let chosen = selector(&spec["selector"]);
        let namespace = job["metadata"]["namespace"].as_str();
        let pods = allowed(self.list(&simple("", "pods", true), namespace, chosen.as_deref(), None).await)?;
        let mut state = of_job(job, now);
        if !state.word.starts_with("Complete") {
            troubles(pods.as_deref().unwrap_or_default(), &mut state, now);
        }
        let mut out = Outline::default();
        for (title, key) in [
            ("Completions", "completions"),
            ("Parallelism", "parallelism"),
            ("Completion Mode", "completionMode"),
            ("Backoff Limit", "backoffLimit"),
            ("Deadline", "activeDeadlineSeconds"),
            ("Kept For", "ttlSecondsAfterFinished"),
        ] {
            if !spec[key].is_null() {
                let unit = if key.ends_with("Seconds") || key.starts_with("ttl") { " s" } else { "" };
                out.field(title, format!("{}{unit}", word(&spec[key])));
            }
        }
        duration(&mut out, &job["status"], now);
        show_pods(&mut out, pods, now);
        conditions(&mut out, job);
        containers(&mut out, &spec["template"]);
        Ok(Described { state, body: out })
    }

    pub(super) async fn describe_cron_job(&self, cron: &Value, now: Timestamp) -> Result<Described, Error> {
        let (spec, status) = (&cron["spec"], &cron["status"]);
        let namespace = cron["metadata"]["namespace"].as_str();
        let jobs = allowed(self.list(&simple("batch", "jobs", true), namespace, None, None).await)?;
        let jobs = jobs.map(|mut jobs| {
            jobs.retain(|job| owned_by(job, cron));
            let made = |job: &Value| word(&job["metadata"]["creationTimestamp"]);
            jobs.sort_by_key(|job| std::cmp::Reverse(made(job)));
            jobs
        });
        let state = of_cron_job(cron, jobs.as_deref().unwrap_or_default(), now);
        let mut out = Outline::default();
        let zone = spec["timeZone"].as_str().map(|zone| format!(" ({zone})")).unwrap_or_default();
        out.field("Schedule", format!("{}{zone}", word(&spec["schedule"])));
        out.maybe("Concurrency", spec["concurrencyPolicy"].as_str());
        for (title, key) in [("Last Run", "lastScheduleTime"), ("Last Success", "lastSuccessfulTime")] {
            let time = status[key].as_str();
            out.field(title, time.map_or("never".to_owned(), |_| format!("{} ago", age(time, now))));
        }
        match jobs {
            None => out.field("Jobs", "<not shown: you may not list jobs>"),
            Some(jobs) => {
                let row = |job: &Value| {
                    let made = job["metadata"]["creationTimestamp"].as_str();
                    vec![word(&job["metadata"]["name"]), of_job(job, now).word, age(made, now)]
                };
                out.table("Jobs", &["Name", "Status", "Age"], jobs.iter().take(MAX_JOBS).map(row).collect());
            }
        }
        containers(&mut out, &spec["jobTemplate"]["spec"]["template"]);
        Ok(Described { state, body: out })
    }
}

fn of_job(job: &Value, now: Timestamp) -> State {
    let (spec, status) = (&job["spec"], &job["status"]);
    let number = |key: &str| status[key].as_i64().unwrap_or(0);
    let wanted = spec["completions"].as_i64().unwrap_or(1);
    let holds = |kind: &str| condition(job, kind).filter(|one| one["status"] == "True");
    let mut state = State::new(if let Some(failed) = holds("Failed") {
        format!("Failed ({})", word(&failed["reason"]))
    } else if holds("Complete").is_some() {
        "Complete".to_owned()
    } else if spec["suspend"] == true {
        "Suspended".to_owned()
    } else {
        let (active, succeeded) = (number("active"), number("succeeded"));
        format!("Running: {active} active, {succeeded} of {wanted} succeeded, {} failed", number("failed"))
    });
    if let Some(failed) = holds("Failed") {
        state.wrong(format!("It has given up: {}", why(failed)));
    } else if number("failed") > 0 && holds("Complete").is_none() {
        let limit = spec["backoffLimit"].as_i64().unwrap_or(6);
        state.wrong(format!("{} of its pods failed; it gives up after {limit} retries.", number("failed")));
    }
    lingering(job, now).into_iter().for_each(|text| state.wrong(text));
    state
}

fn of_cron_job(cron: &Value, jobs: &[Value], now: Timestamp) -> State {
    let active = cron["status"]["active"].as_array().map_or(0, Vec::len);
    let suspended = cron["spec"]["suspend"] == true;
    let mut state = State::new(match (suspended, active) {
        (true, _) => "Suspended".to_owned(),
        (false, 0) => "Waiting for its time".to_owned(),
        (false, 1) => "1 job is running".to_owned(),
        (false, many) => format!("{many} jobs are running"),
    });
    if let Some(last) = jobs.first() {
        let name = word(&last["metadata"]["name"]);
        for problem in of_job(last, now).problems {
            state.wrong(format!("Its last job {name}: {problem}"));
        }
    }
    lingering(cron, now).into_iter().for_each(|text| state.wrong(text));
    state
}

fn duration(out: &mut Outline, status: &Value, now: Timestamp) {
    let time = |key: &str| status[key].as_str().and_then(|time| time.parse::<Timestamp>().ok());
    let Some(start) = time("startTime") else { return };
    out.field(
        "Started",
        format!("{} ago ({})", age(status["startTime"].as_str(), now), word(&status["startTime"])),
    );
    if let Some(end) = time("completionTime") {
        out.field("Duration", span(end.as_second() - start.as_second()));
    }
}

fn containers(out: &mut Outline, template: &Value) {
    let found = template["spec"]["containers"].as_array().map(Vec::as_slice).unwrap_or_default();
    out.section("Containers", |out| {
        found.iter().for_each(|one| pod::container(out, one, None, Timestamp::UNIX_EPOCH));
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    #[test]
    fn a_job_that_gave_up_says_why_and_its_schedule_tells_it() {
        let job = json!({"metadata": {"name": "backup-1"}, "spec": {}, "status": {"failed": 4, "conditions": [
            {"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded", "message": "Job has reached the specified backoff limit"}]}});
        let state = of_job(&job, NOW);
        assert_eq!(state.word, "Failed (BackoffLimitExceeded)");
        assert_eq!(state.problems, ["It has given up: Job has reached the specified backoff limit"]);
        let cron = of_cron_job(&json!({"metadata": {}, "spec": {}}), &[job], NOW);
        assert!(cron.problems[0].starts_with("Its last job backup-1: It has given up"), "{cron:?}");
    }

    #[test]
    fn what_still_tries_says_how_far_it_is() {
        let job = json!({"metadata": {}, "spec": {"completions": 3, "backoffLimit": 2}, "status": {"active": 1, "succeeded": 1, "failed": 1}});
        let state = of_job(&job, NOW);
        assert_eq!(state.word, "Running: 1 active, 1 of 3 succeeded, 1 failed");
        assert_eq!(state.problems, ["1 of its pods failed; it gives up after 2 retries."]);
        let suspended = of_cron_job(&json!({"metadata": {}, "spec": {"suspend": true}}), &[], NOW);
        assert_eq!((suspended.word.as_str(), suspended.problems.len()), ("Suspended", 0));
    }
}
