//! Prints `docs/commands.md`: every verb with its flags, what it does and its level, all as the code says it.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    print!("{}", page::page()?);
    Ok(())
}

#[path = "commands/page.rs"]
mod page;
