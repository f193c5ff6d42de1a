//! Signs and numbers that were dictated: `web dash zero`, `disk equals fast`, `port eighty eighty`.

/// Words for the signs inside of names, versions and pairs.
const SIGNS: &[(&str, &str)] = &[
    ("dash", "-"),
    ("hyphen", "-"),
    ("minus", "-"),
    ("dot", "."),
    ("point", "."),
    ("slash", "/"),
    ("colon", ":"),
    ("underscore", "_"),
    ("equals", "="),
    ("equal", "="),
];

/// Numbers by their words: below ten, the teens, the tens.
const SMALL: &[&str] = &[
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: &[&str] = &["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

/// The text as one would write it; `None` where nothing was dictated.
pub(crate) fn written(said: &str) -> Option<String> {
    if !is_dictated(said) {
        return None;
    }
    let words: Vec<&str> = said.split_whitespace().collect();
    let mut out: Vec<String> = Vec::with_capacity(words.len());
    let (mut at, mut changed) = (0, false);
    while at < words.len() {
        if let Some(sign) = sign(words[at])
            && let Some(last) = out.last_mut()
            && let Some((next, taken)) = part(&words[at + 1..])
            && is_part(last)
            && fits(sign, words[at], last, &next)
        {
            if let Some(number) = number(std::slice::from_ref(&last.as_str())) {
                *last = number.0;
            }
            last.push_str(sign);
            last.push_str(&next);
            at += 1 + taken;
            changed = true;
            continue;
        }
        match number(&words[at..]) {
            Some((value, taken)) if taken > 1 || value.len() > 1 => {
                out.push(value);
                at += taken;
                changed = true;
            }
            _ => {
                out.push(words[at].to_owned());
                at += 1;
            }
        }
    }
    changed.then(|| out.join(" "))
}

/// Whether a word for a sign is in the text, or two words for numbers side by side.
fn is_dictated(said: &str) -> bool {
    let mut before = false;
    said.split_whitespace().any(|word| {
        let counts = value(word).is_some();
        let found = counts && before || sign(word).is_some() || TENS.contains(&word);
        before = counts;
        found
    })
}

fn sign(word: &str) -> Option<&'static str> {
    SIGNS.iter().find(|(name, _)| *name == word).map(|(_, sign)| *sign)
}

/// What can stand beside a sign: a word or a number, without marks inside.
fn is_part(word: &str) -> bool {
    const NONE: &[&str] = &[
        "the", "a", "an", "is", "to", "of", "in", "and", "with", "be", "are", "for", "by", "or", "at",
        "that", "no", "not", "should", "must", "named", "called",
    ];
    !NONE.contains(&word) && word.chars().all(|c| c.is_ascii_alphanumeric() || "-._/:=".contains(c))
}

/// `point` and `dot` stand between numbers or names, the pair's sign behind a key.
fn fits(sign: &str, said: &str, before: &str, next: &str) -> bool {
    let numeric = |text: &str| {
        text.bytes().next_back().is_some_and(|b| b.is_ascii_digit()) || number(&[text]).is_some()
    };
    match said {
        "point" => numeric(before) && next.bytes().all(|b| b.is_ascii_digit()),
        "minus" | "equal" | "equals" => sign != "-" || numeric(next),
        _ => true,
    }
}

/// The next word or number behind a sign, with how many words it is; a mark at its end stays with it.
fn part(words: &[&str]) -> Option<(String, usize)> {
    if let Some(found) = number(words) {
        return Some(found);
    }
    let first = words.first()?;
    is_part(first.trim_end_matches(['.', ',', '?', '!'])).then(|| ((*first).to_owned(), 1))
}

/// A number in words, as long as it goes: `seventy five`, `nine thousand ninety`, `eighty eighty`.
fn number(words: &[&str]) -> Option<(String, usize)> {
    let (mut sum, mut group, mut taken) = (0u32, 0u32, 0);
    let mut before = Kind::None;
    for word in words {
        let Some((kind, value)) = value(word) else { break };
        let fits = match (before, kind) {
            (Kind::None, Kind::Small | Kind::Teen | Kind::Ten)
            | (Kind::Hundred | Kind::Thousand, Kind::Small | Kind::Teen | Kind::Ten) => {
                group += value;
                true
            }
            (Kind::Ten, Kind::Small) if value > 0 => {
                group += value;
                true
            }
            // `eighty eighty`, `fifty four thirty two`
            (Kind::Ten | Kind::Teen | Kind::Done, Kind::Ten) if (10..100).contains(&group) && sum == 0 => {
                group = group * 100 + value;
                true
            }
            (Kind::Small | Kind::Teen, Kind::Hundred) => {
                group *= 100;
                true
            }
            (Kind::Small | Kind::Teen | Kind::Ten | Kind::Done | Kind::Hundred, Kind::Thousand)
                if sum == 0 =>
            {
                sum = group * 1000;
                group = 0;
                true
            }
            _ => false,
        };
        if !fits {
            break;
        }
        before = if before == Kind::Ten && kind == Kind::Small { Kind::Done } else { kind };
        taken += 1;
    }
    (taken > 0).then(|| ((sum + group).to_string(), taken))
}

/// What a word adds to a number.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    None,
    Small,
    Teen,
    Ten,
    /// Tens with ones.
    Done,
    Hundred,
    Thousand,
}

fn value(word: &str) -> Option<(Kind, u32)> {
    if !(3..=9).contains(&word.len()) {
        return None;
    }
    if let Some(value) = SMALL.iter().position(|small| *small == word) {
        return Some((if value < 10 { Kind::Small } else { Kind::Teen }, value as u32));
    }
    if let Some(ten) = TENS.iter().position(|ten| *ten == word) {
        return Some((Kind::Ten, (ten as u32 + 2) * 10));
    }
    match word {
        "hundred" => Some((Kind::Hundred, 100)),
        "thousand" => Some((Kind::Thousand, 1000)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::written;

    #[test]
    fn what_was_dictated_is_written() {
        for (said, text) in [
            ("logs of web dash zero please", "logs of web-0 please"),
            ("pods in kube dash system", "pods in kube-system"),
            ("give node worker dash 3 the label disk equals fast", "give node worker-3 the label disk=fast"),
            ("seventy five percent", "75 percent"),
            ("port nine thousand ninety", "port 9090"),
            ("port eighty eighty to port eighty", "port 8080 to port 80"),
            ("chat to chat colon two point one", "chat to chat:2.1"),
            ("fifty four thirty two", "5432"),
            ("two hundred fifty six", "256"),
        ] {
            assert_eq!(written(said).as_deref(), Some(text), "{said}");
        }
        for plain in
            ["the image of web at two replicas", "a dash", "scale web to three", "all pods are equal to me"]
        {
            assert_eq!(written(plain), None, "{plain}");
        }
    }
}
