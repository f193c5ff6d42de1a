//! A running server, and just enough HTTP and WebSocket to speak with it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::case::{Case, Running};

pub const PASSWORD: &str = "correct horse battery";

/// `kubechat serve` on a free port.
pub struct Server {
    pub process: Running,
    pub address: String,
    cookie: String,
}

/// An answer over HTTP.
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Value,
    /// The same, as it came.
    pub text: String,
}

impl Server {
    pub fn start(case: &Case<'_>) -> Self {
        Self::of(&mut Self::command(case))
    }

    /// What starts it.
    pub fn command(case: &Case<'_>) -> Command {
        case.command(&["serve", "--listen", "127.0.0.1:0"])
    }

    /// The one that this starts.
    pub fn of(command: &mut Command) -> Self {
        let mut process = Running::start(command.env("KUBECHAT_ADMIN_PASSWORD", PASSWORD));
        let mut lines = BufReader::new(process.0.stdout.take().unwrap()).lines();
        let address = loop {
            let Some(Ok(line)) = lines.next() else {
                let mut said = String::new();
                let _ = process.0.stderr.take().unwrap().read_to_string(&mut said);
                panic!("the server did not start: {said}");
            };
            if let Some((_, address)) = line.split_once(" at http://") {
                break address.trim_end_matches('/').to_owned();
            }
        };
        // Whatever else it says must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, address, cookie: String::new() }
    }

    /// Logs the first administrator in.
    pub fn log_in(&mut self) {
        let body = serde_json::json!({"username": "admin", "password": PASSWORD});
        let answer = self.send("POST", "/api/v1/auth/login", &[], Some(&body));
        assert_eq!(answer.status, 200, "{}", answer.body);
        let cookie = answer.head.lines().find(|line| line.to_lowercase().starts_with("set-cookie:")).unwrap();
        for part in ["HttpOnly", "SameSite=Strict"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        let (_, value) = cookie.split_once(':').unwrap();
        self.cookie = value.split(';').next().unwrap().trim().to_owned();
    }

    /// Exactly this request.
    pub fn send(&self, method: &str, path: &str, headers: &[&str], body: Option<&Value>) -> Answer {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(180))).unwrap();
        let body = body.map(Value::to_string).unwrap_or_default();
        let mut request =
            format!("{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n", self.address);
        for header in headers {
            request.push_str(&format!("{header}\r\n"));
        }
        request.push_str(&format!(
            "content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        ));
        stream.write_all(request.as_bytes()).unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let parsed = serde_json::from_str(body).unwrap_or(Value::Null);
        Answer { status, head: head.to_owned(), body: parsed, text: body.to_owned() }
    }

    fn cookie(&self) -> String {
        format!("cookie: {}", self.cookie)
    }

    /// As the page in the browser asks.
    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[&self.cookie()], None)
    }

    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, &[&self.cookie(), "x-kubechat: 1"], Some(body))
    }

    /// The same with more headers.
    pub fn post_as(&self, path: &str, headers: &[&str], body: &Value) -> Answer {
        let cookie = self.cookie();
        let all = [&[cookie.as_str(), "x-kubechat: 1"], headers].concat();
        self.send("POST", path, &all, Some(body))
    }

    pub fn put(&self, path: &str, body: &Value) -> Answer {
        self.send("PUT", path, &[&self.cookie(), "x-kubechat: 1"], Some(body))
    }

    /// The same without the header that other sites can't send.
    pub fn post_unguarded(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, &[&self.cookie()], Some(body))
    }

    /// A new conversation in a namespace; the path of its queries.
    pub fn conversation(&self, namespace: &str) -> String {
        let session = self.post("/api/v1/sessions", &serde_json::json!({"namespace": namespace}));
        assert_eq!(session.status, 201, "{}", session.body);
        format!("/api/v1/sessions/{}/queries", session.body["id"].as_str().unwrap())
    }

    /// Opens the WebSocket as the logged-in person.
    pub fn socket(&self) -> Socket {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(180))).unwrap();
        write!(
            stream,
            "GET /api/v1/ws HTTP/1.1\r\nhost: {}\r\nupgrade: websocket\r\nconnection: Upgrade\r\n\
             sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n{}\r\n\r\n",
            self.address,
            self.cookie()
        )
        .unwrap();
        let mut stream = BufReader::new(stream);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert_ne!(stream.read_line(&mut head).unwrap(), 0, "{head}");
        }
        assert!(head.starts_with("HTTP/1.1 101"), "{head}");
        Socket(stream)
    }
}

/// The page's end of a WebSocket.
pub struct Socket(BufReader<TcpStream>);

impl Socket {
    /// The payload of the next message of this type.
    pub fn next(&mut self, kind: &str) -> Value {
        loop {
            let message = self.message();
            if message["type"] == kind {
                return message["payload"].clone();
            }
        }
    }

    /// The same, of those that it is true for.
    pub fn next_where(&mut self, kind: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            let payload = self.next(kind);
            if wanted(&payload) {
                return payload;
            }
        }
    }

    /// Sends a message of less than 64 KiB, masked with zeros.
    pub fn say(&mut self, message: &Value) {
        let text = message.to_string();
        let length = u16::try_from(text.len()).unwrap();
        let mut frame = vec![0x81];
        match u8::try_from(length) {
            Ok(short) if short < 126 => frame.push(0x80 | short),
            _ => {
                frame.push(0x80 | 126);
                frame.extend(length.to_be_bytes());
            }
        }
        frame.extend([0; 4]);
        frame.extend(text.as_bytes());
        self.0.get_mut().write_all(&frame).unwrap();
    }

    fn message(&mut self) -> Value {
        loop {
            let mut head = [0; 2];
            self.0.read_exact(&mut head).unwrap();
            let mut length = u64::from(head[1] & 0x7f);
            let wide = match length {
                126 => 2,
                127 => 8,
                _ => 0,
            };
            if wide > 0 {
                let mut bytes = [0; 8];
                self.0.read_exact(&mut bytes[8 - wide..]).unwrap();
                length = u64::from_be_bytes(bytes);
            }
            let mut payload = vec![0; usize::try_from(length).unwrap()];
            self.0.read_exact(&mut payload).unwrap();
            if head[0] & 0x0f == 1 {
                return serde_json::from_slice(&payload).unwrap();
            }
        }
    }
}
