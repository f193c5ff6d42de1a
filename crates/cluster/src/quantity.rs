//! Kubernetes quantities and ages, as people read them.

use jiff::Timestamp;
use kubechat_kubectl::Quantity;
use serde_json::Value;

/// A quantity as a number; nothing for what is none.
pub(crate) fn parse(text: &str) -> Option<f64> {
    Quantity::parse(text).map(Quantity::as_f64)
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
    fn usage_is_rounded_as_kubectl_rounds_it() {
        assert_eq!(parse("1500000n"), Some(0.0015));
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
