//! Boots a practice cluster a few times and prints how long it took and what it holds in memory.

use kubechat_practice::{Error, Options, Practice};

#[tokio::main]
async fn main() -> Result<(), Error> {
    for _ in 0..3 {
        let practice = Practice::start(Options::default()).await?;
        println!("{:?}", practice.timings());
        for id in practice.process_ids() {
            let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
            let field =
                |name| status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().trim();
            println!("  {} {}", field("Name:"), field("VmRSS:"));
        }
        practice.stop().await;
    }
    Ok(())
}
