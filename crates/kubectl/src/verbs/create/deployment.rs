//! `create deployment`.

use serde_json::{Value, json};

use crate::flags::Parsed;
use crate::line::Line;
use crate::refusal::Refusal;
use crate::select::join_and;
use crate::verbs::set::is_image;

/// What a new Deployment runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Deployment {
    /// One container for each image.
    pub images: Vec<String>,
    /// `--replicas`.
    pub replicas: i64,
    /// `--port`.
    pub port: Option<i64>,
    /// The command after `--`.
    pub command: Vec<String>,
}

impl Deployment {
    pub(super) fn read(words: &Parsed, command: &[String]) -> Result<Self, Refusal> {
        let images = words.list("image");
        if images.is_empty() {
            return Err(Refusal::new("missing-value", "`kubectl create deployment` needs `--image=IMAGE`."));
        }
        if let Some(image) = images.iter().find(|image| !is_image(image)) {
            return Err(Refusal::new("bad-value", format!("`{image}` is not the name of an image.")));
        }
        if images.len() > 1 && !command.is_empty() {
            return Err(Refusal::new("bad-value", "A command after `--` needs a single `--image`."));
        }
        let replicas = words.int("replicas").unwrap_or(1);
        if !(0..=i64::from(i32::MAX)).contains(&replicas) {
            return Err(Refusal::new("bad-value", "`--replicas` takes a number from 0 up."));
        }
        let port = words.int("port").filter(|port| *port >= 0);
        if port.is_some_and(|port| !(1..=65535).contains(&port)) {
            return Err(Refusal::new("bad-value", "`--port` takes a number from 1 to 65535."));
        }
        Ok(Self { images, replicas, port, command: command.to_vec() })
    }

    pub(super) fn phrase(&self) -> String {
        let copies = if self.replicas == 1 { String::new() } else { format!(", {} replicas", self.replicas) };
        format!(" that runs {}{copies}", join_and(&self.images))
    }

    pub(super) fn write(&self, line: &mut Line) {
        line.values("--image", &self.images)
            .value("--replicas", (self.replicas != 1).then_some(self.replicas))
            .value("--port", self.port);
        if !self.command.is_empty() {
            line.switch("--", true).words(&self.command);
        }
    }

    pub(super) fn body(&self, name: &str) -> Value {
        let mut containers: Vec<Value> =
            self.images.iter().map(|image| json!({"name": container_name(image), "image": image})).collect();
        if let Some(first) = containers.first_mut() {
            if let Some(port) = self.port {
                first["ports"] = json!([{"containerPort": port}]);
            }
            if !self.command.is_empty() {
                first["command"] = json!(self.command);
            }
        }
        json!({
            "metadata": {"labels": {"app": name}},
            "spec": {
                "replicas": self.replicas,
                "selector": {"matchLabels": {"app": name}},
                "template": {"metadata": {"labels": {"app": name}}, "spec": {"containers": containers}},
            },
        })
    }
}

/// `registry.example.com/web/nginx:1.27` runs as container `nginx`.
fn container_name(image: &str) -> String {
    let last = image.rsplit('/').next().unwrap_or(image);
    let name = last.split(['@', ':']).next().unwrap_or(last).to_lowercase();
    let name: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    name.trim_matches('-').to_owned()
}
