//! Kubernetes quantities: `250m`, `1.5Gi`, `2e3`.

use std::fmt;
use std::ops::{Add, Neg, Sub};

/// An amount, exact to a billionth, which is as fine as Kubernetes counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quantity {
    nanos: i128,
}

const NANO: i128 = 1_000_000_000;

/// Suffixes with the number that one of them is, in billionths.
const SUFFIXES: [(&str, i128); 15] = [
    ("Ki", NANO << 10),
    ("Mi", NANO << 20),
    ("Gi", NANO << 30),
    ("Ti", NANO << 40),
    ("Pi", NANO << 50),
    ("Ei", NANO << 60),
    ("n", 1),
    ("u", 1_000),
    ("m", 1_000_000),
    ("k", NANO * 1_000),
    ("M", NANO * 1_000_000),
    ("G", NANO * 1_000_000_000),
    ("T", NANO * 1_000_000_000_000),
    ("P", NANO * 1_000_000_000_000_000),
    ("E", NANO * 1_000_000_000_000_000_000),
];

impl Quantity {
    /// Reads a quantity; what is finer than a billionth is rounded up, as Kubernetes does.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let end = unsigned.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(unsigned.len());
        let (number, suffix) = unsigned.split_at(end);
        let nanos = match suffix {
            "" => scaled(number, NANO)?,
            _ => match SUFFIXES.iter().find(|(known, _)| *known == suffix) {
                Some((_, factor)) => scaled(number, *factor)?,
                None => scaled(number, power(suffix.strip_prefix(['e', 'E'])?)?)?,
            },
        };
        Some(Self { nanos: if negative { -nanos } else { nanos } })
    }

    /// A whole number.
    pub fn whole(number: i64) -> Self {
        Self { nanos: i128::from(number) * NANO }
    }

    /// As a floating-point number, for display and percentages.
    pub fn as_f64(self) -> f64 {
        self.nanos as f64 / NANO as f64
    }

    /// As a whole number, where it is one that fits.
    pub fn as_i64(self) -> Option<i64> {
        (self.nanos % NANO == 0).then(|| i64::try_from(self.nanos / NANO).ok()).flatten()
    }

    /// -1, 0 or 1.
    pub fn sign(self) -> i64 {
        self.nanos.signum() as i64
    }
}

/// Digits with at most one point times the factor, rounded up.
fn scaled(number: &str, factor: i128) -> Option<i128> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() && fraction.is_empty() || fraction.contains('.') {
        return None;
    }
    let digits = |text: &str| if text.is_empty() { Some(0_i128) } else { text.parse().ok() };
    // More digits than this say nothing in billionths of the largest unit.
    let fraction = &fraction[..fraction.len().min(18)];
    let scale = 10_i128.pow(u32::try_from(fraction.len()).ok()?);
    let part = digits(fraction)?.checked_mul(factor)?;
    let part = part / scale + i128::from(part % scale != 0);
    digits(whole)?.checked_mul(factor)?.checked_add(part)
}

/// The factor of a decimal exponent, in billionths.
fn power(exponent: &str) -> Option<i128> {
    let exponent: i32 = exponent.parse().ok()?;
    10_i128.checked_pow(u32::try_from(exponent.checked_add(9)?).ok()?)
}

impl Add for Quantity {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { nanos: self.nanos.saturating_add(other.nanos) }
    }
}

impl Sub for Quantity {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Neg for Quantity {
    type Output = Self;

    fn neg(self) -> Self {
        Self { nanos: self.nanos.saturating_neg() }
    }
}

impl std::iter::Sum for Quantity {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), Add::add)
    }
}

impl fmt::Display for Quantity {
    /// In the largest unit that leaves a whole number.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units =
            [("Gi", NANO << 30), ("Mi", NANO << 20), ("Ki", NANO << 10), ("", NANO), ("m", NANO / 1_000)];
        let fits = |(_, factor): &&(&str, i128)| self.nanos % factor == 0;
        match units.iter().find(fits).filter(|_| self.nanos != 0) {
            Some((suffix, factor)) => write!(f, "{}{suffix}", self.nanos / factor),
            None if self.nanos == 0 => f.write_str("0"),
            None => write!(f, "{}n", self.nanos),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_is_exact() {
        for (text, nanos) in [
            ("250m", 250_000_000),
            ("2", 2 * NANO),
            ("-1.5", -1_500_000_000),
            (".5", 500_000_000),
            ("1Ki", 1024 * NANO),
            ("0.5Mi", 524_288 * NANO),
            ("1500000n", 1_500_000),
            ("1e3", 1000 * NANO),
            ("1E3", 1000 * NANO),
            ("1e-3", 1_000_000),
            ("2E", 2_000_000_000 * NANO * NANO),
            ("0.0000000001", 1),
        ] {
            assert_eq!(Quantity::parse(text), Some(Quantity { nanos }), "{text}");
        }
        for text in ["", "much", "1.2.3", "1KiB", "1 Gi", "--1", "1e99", "e3", "."] {
            assert_eq!(Quantity::parse(text), None, "{text}");
        }
    }

    #[test]
    fn quantities_are_written_as_people_write_them() {
        for text in ["0", "500Mi", "250m", "3", "2Gi", "1n", "-4Ki"] {
            assert_eq!(Quantity::parse(text).unwrap().to_string(), text);
        }
    }
}
