//! Kubernetes quantities and ages, as people read them.

use jiff::Timestamp;
use serde_json::Value;

/// `250m`, `1.5Gi`, `2e3` as a number; nothing for what is no quantity.
pub(crate) fn parse(text: &str) -> Option<f64> {
    const SUFFIXES: [(&str, f64); 15] = [
        ("Ki", 1024.0),
        ("Mi", 1_048_576.0),
        ("Gi", 1_073_741_824.0),
        ("Ti", 1_099_511_627_776.0),
        ("Pi", 1_125_899_906_842_624.0),
        ("Ei", 1_152_921_504_606_846_976.0),
        ("n", 1e-9),
        ("u", 1e-6),
        ("m", 1e-3),
        ("k", 1e3),
        ("M", 1e6),
        ("G", 1e9),
        ("T", 1e12),
        ("P", 1e15),
        ("E", 1e18),
    ];
    let text = text.trim();
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    let (suffix, factor) = SUFFIXES.iter().find(|(suffix, _)| text.ends_with(suffix))?;
    let number: f64 = text.strip_suffix(suffix)?.parse().ok()?;
    Some(number * factor)
}

/// The quantity at a value, zero where there is none.
pub(crate) fn of(value: &Value) -> f64 {
    match value {
        Value::String(text) => parse(text).unwrap_or(0.0),
        Value::Number(number) => number.as_f64().unwrap_or(0.0),
        _ => 0.0,
    }
}

/// Cores as `120m`.
pub(crate) fn millicores(cores: f64) -> String {
    // A sum of parts is not exact; less than a millionth of a core is noise.
    format!("{:.0}m", ((cores * 1e6).round() / 1e3).ceil())
}

/// Bytes as `85Mi`.
pub(crate) fn mebibytes(bytes: f64) -> String {
    format!("{:.0}Mi", (bytes / 1_048_576.0).floor())
}

/// How long ago an RFC 3339 time was, as kubectl writes it.
pub(crate) fn age(time: Option<&str>, now: Timestamp) -> String {
    match time.and_then(|time| time.parse::<Timestamp>().ok()) {
        Some(then) => span(now.as_second() - then.as_second()),
        None => "<unknown>".to_owned(),
    }
}

/// Seconds as kubectl writes a duration: two units while the first is small.
pub(crate) fn span(seconds: i64) -> String {
    let seconds = seconds.max(0);
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    let pair = |big: i64, unit: &str, small: i64, other: &str| {
        if small == 0 { format!("{big}{unit}") } else { format!("{big}{unit}{small}{other}") }
    };
    match seconds {
        0..120 => format!("{seconds}s"),
        120..600 => pair(minutes, "m", seconds % 60, "s"),
        600..10_800 => format!("{minutes}m"),
        10_800..28_800 => pair(hours, "h", minutes % 60, "m"),
        28_800..172_800 => format!("{hours}h"),
        172_800..691_200 => pair(days, "d", hours % 24, "h"),
        691_200..63_072_000 => format!("{days}d"),
        _ => pair(days / 365, "y", days % 365, "d"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_read_in_every_unit() {
        for (text, value) in
            [("250m", 0.25), ("2", 2.0), ("1Ki", 1024.0), ("1500000n", 0.0015), ("1e3", 1000.0), ("2E", 2e18)]
        {
            assert_eq!(parse(text), Some(value), "{text}");
        }
        assert_eq!(parse("much"), None);
        assert_eq!(millicores(0.1201), "121m");
        assert_eq!(mebibytes(1024.0 * 1024.0 * 85.9), "85Mi");
    }

    #[test]
    fn ages_read_like_kubectl() {
        for (seconds, text) in [
            (-5, "0s"),
            (119, "119s"),
            (125, "2m5s"),
            (600, "10m"),
            (10_860, "3h1m"),
            (90_000, "25h"),
            (180_000, "2d2h"),
            (900_000, "10d"),
            (63_072_000, "2y"),
        ] {
            assert_eq!(span(seconds), text);
        }
        assert_eq!(age(None, Timestamp::UNIX_EPOCH), "<unknown>");
    }
}
