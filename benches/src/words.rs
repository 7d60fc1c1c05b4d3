//! Figures as people read them.

/// 1024 as `1,024`.
pub(crate) fn count(value: usize) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A figure with three digits that count, or more where it has more before the point.
pub(crate) fn figure(value: f64) -> String {
    if !value.is_finite() {
        return "?".to_owned();
    }
    if value.abs() >= 100.0 {
        let sign = if value < 0.0 { "-" } else { "" };
        return format!("{sign}{}", count(value.abs().round() as usize));
    }
    let magnitude = if value == 0.0 { 0 } else { value.abs().log10().floor() as i32 };
    format!("{value:.*}", (2 - magnitude).clamp(0, 9) as usize)
}

/// The same without zeros at the end, for the marks of an axis.
pub(crate) fn mark(value: f64) -> String {
    let text = figure(value);
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

/// Seconds with their unit.
pub(crate) fn seconds(value: f64) -> String {
    format!("{} s", figure(value))
}

/// Bytes in units of 1000.
pub(crate) fn bytes(value: u64) -> String {
    match value {
        0..1_000 => format!("{value} B"),
        1_000..1_000_000 => format!("{} kB", figure(value as f64 / 1e3)),
        1_000_000..1_000_000_000 => format!("{} MB", figure(value as f64 / 1e6)),
        _ => format!("{} GB", figure(value as f64 / 1e9)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_short() {
        let figures = [0.0, 0.031_25, 0.5, 1.0, 12.34, 99.99, 100.0, 1234.4, -2.0, -1500.0];
        let words =
            ["0.00", "0.0312", "0.500", "1.00", "12.3", "100.0", "100", "1,234", "-2.00", "-1,500"];
        assert_eq!(figures.map(figure), words);
        assert_eq!([0.5, 10.0, 0.02, 1000.0].map(mark), ["0.5", "10", "0.02", "1,000"]);
        assert_eq!(figure(f64::INFINITY), "?");
        assert_eq!([7, 999, 1000, 1_234_567].map(count), ["7", "999", "1,000", "1,234,567"]);
        let sizes = [12, 133_000, 700_000_000, 2_500_000_000].map(bytes);
        assert_eq!(sizes, ["12 B", "133 kB", "700 MB", "2.50 GB"]);
    }
}
