//! Generated secrets, planted wherever a cluster shows text: none of them reaches a provider.

use kubechat_models::{Prompt, Role, connect, redacted};
use serde_json::Value;

use crate::server::Server;
use crate::{said, settings};

/// Draws as programs draw, and always the same.
struct Drawn(u64);

impl Drawn {
    fn next(&mut self) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize
    }

    fn of(&mut self, alphabet: &str, count: usize) -> String {
        let letters: Vec<char> = alphabet.chars().collect();
        (0..count).map(|_| letters[self.next() % letters.len()]).collect()
    }
}

const ALNUM: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const BASE64: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL64: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const HEX: &str = "0123456789abcdef";
const LOWER: &str = "abcdefghijklmnopqrstuvwxyz0123456789";

/// What may not leave, and the text around it. One line per shape.
fn shape(kind: usize, drawn: &mut Drawn) -> (String, String) {
    let mut own = |alphabet: &str, count: usize, text: &str| {
        let secret = drawn.of(alphabet, count);
        (secret.clone(), text.replace('@', &secret).replace('§', "@"))
    };
    match kind {
        0 => own(ALNUM, 12, "DB_PASSWORD=@"),
        1 => own(ALNUM, 16, "  password: \"@\""),
        2 => own(ALNUM, 24, "starting with --token=@ --verbose"),
        3 => own(URL64, 60, "session eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0@.c2lnbmF0dXJl opened"),
        4 => own(UPPER, 16, "using AKIA@ in eu-west-1"),
        5 => own(BASE64, 40, "aws_secret_access_key = @"),
        6 => own(ALNUM, 36, "cloning with ghp_@"),
        7 => own(ALNUM, 40, "remote said github_pat_@ expired"),
        8 => own(URL64, 20, "CI_JOB used glpat-@ today"),
        9 => own(ALNUM, 24, "slack bot xoxb-123456789012-@ connected"),
        10 => own(ALNUM, 24, "POST https://hooks.slack.com/services/T0AAAAAAA/B0BBBBBBB/@"),
        11 => own(ALNUM, 24, "stripe key sk_live_@ loaded"),
        12 => own(ALNUM, 40, "openai sk-proj-@ rejected"),
        13 => own(ALNUM, 60, "anthropic sk-ant-api03-@ rejected"),
        14 => own(URL64, 35, "maps AIza@ ok"),
        15 => own(URL64, 50, "oauth ya29.@ refreshed"),
        16 => own(ALNUM, 36, "//registry/:_authToken=npm_@"),
        17 => own(URL64, 43, "mail via SG.abcdefghijklmnopqrstuv.@"),
        18 => own(HEX, 32, "TWILIO_AUTH_TOKEN=@"),
        19 => {
            own(BASE64, 86, "DefaultEndpointsProtocol=https;AccountName=x;AccountKey=@==;EndpointSuffix=core")
        }
        20 => own(ALNUM, 43, "GET https://x.blob/a?sv=2022&sig=@%3D 200"),
        21 => own(ALNUM, 14, "postgres://app:@§db.shop:5432/orders?sslmode=disable"),
        22 => own(ALNUM, 18, "mongodb+srv://root:@§cluster0.abc.example/admin"),
        23 => own(ALNUM, 20, "redis://:@§cache:6379/0"),
        24 => own(BASE64, 64, "-----BEGIN RSA PRIVATE KEY-----\n@\n-----END RSA PRIVATE KEY-----"),
        25 => own(BASE64, 64, "-----BEGIN CERTIFICATE-----\n@\n-----END CERTIFICATE-----"),
        26 => own(BASE64, 24, "> Authorization: Basic @"),
        27 => own(URL64, 40, "curl -H 'Authorization: Bearer @' https://api"),
        28 => own(BASE64, 28, "{\"auths\":{\"r.example\":{\"auth\":\"@==\"}}}"),
        29 => own(BASE64, 20, "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\ndata:\n  whatever: @=="),
        30 => own(
            LOWER,
            10,
            "{\"apiVersion\":\"v1\",\"data\":{\"plain\":\"@\"},\"kind\":\"Secret\",\"metadata\":{\"name\":\"x\"}}",
        ),
        31 => own(LOWER, 14, "kubeadm join 10.0.0.1:6443 --token abcdef.0@1"),
        32 => own(URL64, 40, "vault login hvs.@"),
        33 => own(HEX, 64, "the signing key is @"),
        34 => own(ALNUM, 12, "dsn root:@§tcp(mysql:3306)/shop"),
        35 => own(ALNUM, 16, "jdbc:postgresql://db/x?user=app&password=@&ssl=true"),
        36 => own(URL64, 33, "telegram 123456789:AA@ polling"),
        37 => own(ALNUM, 9, "kubectl create secret generic x --from-literal=pin=@"),
        38 => own(ALNUM, 26, "set-cookie: sid=@; Path=/; HttpOnly"),
        _ => own(ALNUM, 40, "blob @ read"),
    }
}

const SHAPES: usize = 40;

/// The places that text comes from.
fn carriers(text: &str) -> [String; 6] {
    let indented = text.replace('\n', "\n    ");
    [
        text.to_owned(),
        format!("2026-11-21T05:00:00Z stdout F {text}"),
        format!("Events:\n  Warning  Failed  2m  kubelet  {text}\n  Normal  Pulled  1m  kubelet  Pulled"),
        format!("    env:\n    - name: EXTRA\n      value: {indented}\n    image: shop/web:1.2"),
        format!("Annotations:  note: {indented}\nStatus: Running"),
        serde_json::json!({ "metadata": { "annotations": { "note": text } } }).to_string(),
    ]
}

#[tokio::test]
async fn of_a_thousand_secrets_in_every_place_none_leaves() {
    let server = Server::saying(said("openai")).await;
    let provider = connect("p", &settings("openai", &server.url, ""), false).unwrap();
    let mut drawn = Drawn(42);
    let (mut secrets, mut leaked) = (Vec::new(), Vec::new());
    for n in 0..1000 {
        let (secret, text) = shape(n % SHAPES, &mut drawn);
        let places = carriers(&text);
        for (place, text) in places.iter().enumerate() {
            if redacted(text).0.contains(&secret) {
                leaked.push(format!("shape {} in place {place}: {text}", n % SHAPES));
            }
        }
        secrets.push((secret, places.join("\n---\n")));
    }
    leaked.sort();
    leaked.dedup_by_key(|line| line.split(':').next().map(str::to_owned));
    assert!(leaked.is_empty(), "{} kinds of leak:\n{}", leaked.len(), leaked.join("\n"));
    for some in secrets.chunks(100) {
        let turns = some.iter().map(|(_, text)| (Role::User, text.clone())).collect();
        let clean = Prompt { system: some[0].1.clone(), turns, ..Prompt::default() }.clean();
        assert!(clean.removed() >= some.len());
        provider.chat(&clean, &mut |_| ()).await.unwrap();
    }
    let sent: String = server.asked().iter().map(|asked| asked.body.to_string()).collect();
    for (secret, _) in &secrets {
        assert!(!sent.contains(secret.as_str()), "{secret} reached the provider");
    }
}

#[test]
fn ordinary_text_stays_as_it_is() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../");
    let mut lines: Vec<String> = Vec::new();
    for file in ["open", "fresh-1", "fresh-2", "fresh-3", "fresh-4"] {
        let text = std::fs::read_to_string(format!("{root}tests/eval/{file}.jsonl")).unwrap();
        let rows = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        lines.extend(rows.filter_map(|row| row["request"].as_str().map(str::to_owned)));
    }
    for file in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "docs/audit.md"] {
        lines.extend(std::fs::read_to_string(format!("{root}{file}")).unwrap().lines().map(str::to_owned));
    }
    lines.extend(OUTPUT.lines().map(str::to_owned));
    let changed: Vec<&String> = lines.iter().filter(|line| redacted(line).1 > 0).collect();
    // What is said to be a password is one, also in a question: those are not counted as mistakes.
    let wrong: Vec<&&String> = changed
        .iter()
        .filter(|line| {
            !["password", "token", "secret", "from-literal", "key"]
                .iter()
                .any(|word| line.to_lowercase().contains(word))
        })
        .collect();
    assert!(lines.len() > 1000, "{}", lines.len());
    assert!(wrong.len() * 1000 <= lines.len(), "{wrong:#?}");
    assert!(changed.len() * 100 <= lines.len(), "{} of {}: {changed:#?}", changed.len(), lines.len());
}

/// What kubectl and programs print.
const OUTPUT: &str = r#"NAME                            READY   STATUS             RESTARTS      AGE
web-7d4b9c6f5d-x2x9z            1/1     Running            0             3h12m
checkout-5f6d8b9c7-abcde        0/1     CrashLoopBackOff   17 (2m ago)   64m
Image ID:  docker.io/library/nginx@sha256:0d17b565c37bcbd895e9d92315a05c1c3c9a29f762b011a10c54a66cd53c9b31
uid: 3f2c1b7a-9d4e-4c6f-8a2b-1e0d9c8b7a65
  resourceVersion: "184467440737"
Controlled By:  ReplicaSet/web-7d4b9c6f5d
  Warning  BackOff    4m (x26 over 9m)  kubelet  Back-off restarting failed container server in pod checkout-5f6d8b9c7-abcde_shop(3f2c1b7a-9d4e-4c6f-8a2b-1e0d9c8b7a65)
  Warning  FailedMount  10s  kubelet  MountVolume.SetUp failed for volume "tls" : secret "checkout-tls" not found
java.lang.NullPointerException: Cannot invoke "com.example.shop.CheckoutService.getCustomerRepositoryFactory()" because "service" is null
	at org.springframework.web.servlet.FrameworkServlet.processRequest(FrameworkServlet.java:1014)
2026-11-21T05:00:00.000Z INFO  [main] o.s.b.w.e.tomcat.TomcatWebServer : Tomcat started on port(s): 8080 (http)
{"level":"error","ts":1700000000.123,"caller":"server/handler.go:214","msg":"upstream timed out","request_id":"0192f5c1-7f3e-7abc-8def-0123456789ab","duration_ms":30012}
ts=2026-11-21T05:00:00Z level=warn trace_id=4bf92f3577b34da6a3ce929d0e0e4736 span_id=00f067aa0ba902b7 msg="retrying"
GET /api/v1/namespaces/shop/pods/web-7d4b9c6f5d-x2x9z/log?container=server&follow=true 200 12ms
panic: runtime error: index out of range [5] with length 3
goroutine 1 [running]: main.(*ShoppingCartCheckoutController).applyDiscounts(0xc0000b4000, 0x5)
Readiness probe failed: Get "http://10.244.0.12:8080/healthz": context deadline exceeded (Client.Timeout exceeded while awaiting headers)
0/3 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/unreachable: }, 2 Insufficient memory. preemption: 0/3 nodes are available
  serviceAccountName: checkout
  automountServiceAccountToken: false
  imagePullPolicy: IfNotPresent
  nodeSelector: {kubernetes.io/os: linux}
config.kubernetes.io/local-config: "true"
/var/lib/kubelet/pods/3f2c1b7a-9d4e-4c6f-8a2b-1e0d9c8b7a65/volumes/kubernetes.io~projected/kube-api-access-x2x9z
Error from server (Forbidden): pods is forbidden: User "alice" cannot list resource "pods" in API group "" in the namespace "kube-system"
"#;
