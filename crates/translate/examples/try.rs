//! temporary
use kubechat_translate::{Context, translate};
use kubechat_kubectl::Command;
#[path = "../tests/support/same.rs"]
mod same;
fn main() {
    let rows = std::fs::read_to_string(std::env::args().nth(1).unwrap()).unwrap();
    let (mut n, mut ok, mut wrong, mut un) = (0, 0, 0, 0);
    for l in rows.lines() {
        let r: serde_json::Value = serde_json::from_str(l).unwrap();
        let (q, c) = (r["request"].as_str().unwrap(), r["command"].as_str().unwrap());
        n += 1;
        let said = translate(q, &Context::default());
        let got: Vec<String> = said.commands.iter().map(ToString::to_string).collect();
        match Command::parse(c) {
            Ok(e) if said.commands.len() == 1 && same::same(&e, &said.commands[0]) => ok += 1,
            Ok(_) => { wrong += 1; println!("{q}\n   got {} {:?}\n   exp {c}", got.join(" ;; "), said.message) }
            Err(_) => { un += 1;
                let m = said.message.unwrap_or_default();
                println!("~ {q}\n   {} {m}\n   exp {c}", got.join(" ;; ")) }
        }
    }
    println!("{n} ok {ok} wrong {wrong} unparsed {un}");
}
