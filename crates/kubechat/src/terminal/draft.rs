//! An answer that is still being written, at the end of a terminal: it grows, and is taken away for the checked one.

use std::io::{IsTerminal as _, Write};

use kubechat_chat::view::DraftView;
use rustix::termios::tcgetwinsize;
use textwrap::{Options, WordSplitter, wrap};

const HEAD: &str = "Being written; not checked yet:";
/// A terminal with fewer columns or rows shows no draft.
const NARROWEST: usize = 40;
const LOWEST: usize = 6;

/// What of a draft is on a screen. Everything else that is printed goes above it: [`Screen::show`] nothing first.
pub struct Screen<W> {
    out: W,
    size: fn() -> Option<(usize, usize)>,
    drawn_at: (usize, usize),
    lines: Vec<String>,
}

impl Screen<std::io::Stdout> {
    /// Standard output, if that is a terminal which can be written over.
    pub fn of_terminal() -> Option<Self> {
        let plain = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
        (std::io::stdout().is_terminal() && !plain).then(|| Self::of(std::io::stdout(), size))
    }
}

impl<W: Write> Screen<W> {
    fn of(out: W, size: fn() -> Option<(usize, usize)>) -> Self {
        Self { out, size, drawn_at: (0, 0), lines: Vec::new() }
    }

    /// Shows this in place of what was shown before.
    pub fn show(&mut self, draft: Option<DraftView>) {
        let Some(size) = (self.size)() else { return };
        if size != self.drawn_at {
            // Where the lines are now only the terminal knows: they stay.
            self.lines.clear();
            self.drawn_at = size;
        }
        let lines = draft.map_or_else(Vec::new, |draft| lines(&draft, size));
        let same = self.lines.iter().zip(&lines).take_while(|(old, new)| old == new).count();
        let mut text = match self.lines.len() - same {
            0 => String::new(),
            up => format!("\u{1b}[{up}A\r\u{1b}[J"),
        };
        for line in &lines[same..] {
            text.push_str(line);
            text.push('\n');
        }
        self.lines = lines;
        // A terminal that has gone is noticed by whoever prints the answer.
        let _ = self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush());
    }
}

fn size() -> Option<(usize, usize)> {
    let size = tcgetwinsize(std::io::stdout()).ok()?;
    Some((size.ws_col.into(), size.ws_row.into()))
}

/// The end of the draft, as much as fits: only what is on the screen can be written over.
fn lines(draft: &DraftView, (columns, rows): (usize, usize)) -> Vec<String> {
    if columns < NARROWEST || rows < LOWEST {
        return Vec::new();
    }
    let options = Options::new(columns - 1).word_splitter(WordSplitter::NoHyphenation);
    let mut all: Vec<String> = wrap(&draft.message, &options).into_iter().map(Into::into).collect();
    let item = options.initial_indent("- ").subsequent_indent("  ");
    all.extend(draft.claims.iter().flat_map(|claim| wrap(claim, &item)).map(String::from));
    let first = all.len().saturating_sub(rows - 2);
    std::iter::once(HEAD.to_owned()).chain(all.drain(first..)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(message: &str, claims: &[&str]) -> Option<DraftView> {
        let claims = claims.iter().map(|claim| (*claim).to_owned()).collect();
        Some(DraftView { message: message.to_owned(), claims })
    }

    /// A terminal of 40 columns and 8 rows that holds this already.
    fn terminal(before: &str) -> (vt100::Parser, Screen<Vec<u8>>) {
        let mut parser = vt100::Parser::new(8, 40, 100);
        parser.process(before.replace('\n', "\r\n").as_bytes());
        (parser, Screen::of(Vec::new(), || Some((40, 8))))
    }

    fn shown(parser: &mut vt100::Parser, screen: &mut Screen<Vec<u8>>) -> String {
        // What a terminal's driver does to the end of a line.
        let text = String::from_utf8(std::mem::take(&mut screen.out)).unwrap().replace('\n', "\r\n");
        parser.process(text.as_bytes());
        parser.screen().contents()
    }

    #[test]
    fn a_draft_grows_and_leaves_nothing_behind() {
        let (mut parser, mut screen) = terminal("1. kubectl get pods: 3 lines\n");
        screen.show(draft("The shop is slow", &[]));
        let first = shown(&mut parser, &mut screen);
        assert_eq!(first, format!("1. kubectl get pods: 3 lines\n{HEAD}\nThe shop is slow"));
        screen.show(draft(
            "The shop is slow since its database is far away.",
            &["It is in another region, beyond the sea."],
        ));
        assert_eq!(
            shown(&mut parser, &mut screen).lines().skip(2).collect::<Vec<_>>(),
            [
                "The shop is slow since its database is",
                "far away.",
                "- It is in another region, beyond the",
                "  sea."
            ]
        );
        screen.show(draft("It is slow.", &[]));
        assert!(shown(&mut parser, &mut screen).ends_with(&format!("{HEAD}\nIt is slow.")));
        screen.show(None);
        assert_eq!(shown(&mut parser, &mut screen), "1. kubectl get pods: 3 lines");
        assert_eq!(parser.screen().cursor_position(), (1, 0));
    }

    #[test]
    fn a_draft_that_is_longer_than_the_screen_shows_its_end_and_goes_too() {
        let before = "a\nb\nc\nd\n";
        let (mut parser, mut screen) = terminal(before);
        let claims: Vec<String> = (0..20).map(|n| format!("finding {n}")).collect();
        for count in 0..20 {
            let claims: Vec<&str> = claims[..count].iter().map(String::as_str).collect();
            screen.show(draft("It is so.", &claims));
            let all = shown(&mut parser, &mut screen);
            let last = claims.last().map_or("It is so.".to_owned(), |claim| format!("- {claim}"));
            assert!(all.contains(HEAD) && all.ends_with(&last), "{all}");
        }
        screen.show(None);
        assert_eq!(shown(&mut parser, &mut screen).trim_end(), "");
        parser.screen_mut().set_scrollback(4);
        assert_eq!(parser.screen().contents().trim_end(), before.trim_end());
    }

    #[test]
    fn what_the_terminal_has_moved_itself_is_left_alone() {
        let (mut parser, mut screen) = terminal("");
        screen.show(draft("It is so.", &[]));
        screen.size = || Some((60, 8));
        screen.show(None);
        assert!(shown(&mut parser, &mut screen).contains("It is so."));
        screen.size = || Some((10, 3));
        screen.show(draft("It is so.", &[]));
        assert_eq!(screen.out, b"");
    }
}
