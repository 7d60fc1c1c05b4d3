//! What people and programs read: tables and JSON on standard output, notes on standard error.

use std::io::{self, Write as _};
use std::time::Duration;

use serde::Serialize;
use starfold_primitives::quantities::{Address, Amount};

/// Prints text on standard output.
pub(crate) fn print(text: &str) -> io::Result<()> {
    let mut output = io::stdout().lock();
    output.write_all(text.as_bytes())?;
    output.write_all(b"\n")?;
    output.flush()
}

/// Prints one JSON object on standard output.
pub(crate) fn print_json<T: Serialize>(value: &T) -> io::Result<()> {
    print(&serde_json::to_string_pretty(value).map_err(io::Error::other)?)
}

/// Prints a note on standard error, which may be closed.
pub(crate) fn note(text: &str) {
    let _closed = writeln!(io::stderr().lock(), "{text}");
}

/// Lines of a name and a value.
#[derive(Debug, Default)]
pub(crate) struct Table {
    rows: Vec<(String, String)>,
}

impl Table {
    pub(crate) fn row(&mut self, name: impl Into<String>, value: impl ToString) -> &mut Self {
        self.rows.push((name.into(), value.to_string()));
        self
    }

    pub(crate) fn print(&self) -> io::Result<()> {
        let width = self.rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
        let lines: Vec<String> =
            self.rows.iter().map(|(name, value)| format!("  {name:width$}  {value}")).collect();
        print(&lines.join("\n"))
    }
}

/// Rows of equally many cells under a heading; numbers stand right.
pub(crate) fn columns(heading: &[&str], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.chain([heading[column].chars().count()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..heading.len()).map(width).collect();
    let line = |cells: Vec<&str>| {
        let mut text = String::new();
        for ((column, cell), width) in cells.into_iter().enumerate().zip(&widths) {
            let gap = "  ";
            let padding = " ".repeat(width - cell.chars().count());
            text += &if column == 0 {
                format!("{gap}{cell}{padding}")
            } else {
                format!("{gap}{padding}{cell}")
            };
        }
        text.trim_end().to_owned()
    };
    let mut lines = vec![line(heading.to_vec())];
    lines.extend(rows.iter().map(|row| line(row.iter().map(String::as_str).collect())));
    lines.join("\n")
}

/// A length in bytes, in the unit that suits it.
pub(crate) fn bytes(length: u64) -> String {
    match length {
        0..1024 => format!("{length} B"),
        1024..0x10_0000 => format!("{:.1} KiB", length as f64 / 1024.0),
        0x10_0000..0x4000_0000 => format!("{:.1} MiB", length as f64 / 1_048_576.0),
        _ => format!("{:.2} GiB", length as f64 / 1_073_741_824.0),
    }
}

/// A time, in the unit that suits it.
pub(crate) fn seconds(seconds: f64) -> String {
    let milliseconds = seconds * 1e3;
    if milliseconds < 1.0 {
        format!("{milliseconds:.2} ms")
    } else if seconds < 1.0 {
        format!("{milliseconds:.0} ms")
    } else if seconds < 120.0 {
        format!("{seconds:.1} s")
    } else {
        let whole = Duration::from_secs_f64(seconds).as_secs();
        format!("{} min {:02} s", whole / 60, whole % 60)
    }
}

/// An amount: of ETH, whose decimals are known, in ETH; of other tokens in base units.
pub(crate) fn amount(amount: Amount, l1_token: Address) -> String {
    if l1_token != Address::ZERO {
        return format!("{amount} base units");
    }
    const WEI: u128 = 1_000_000_000_000_000_000;
    let (whole, rest) = (amount.get() / WEI, amount.get() % WEI);
    if rest == 0 {
        return format!("{whole} ETH");
    }
    let decimals = format!("{rest:018}");
    format!("{whole}.{} ETH", decimals.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_of_eth_have_decimals_and_others_base_units() {
        let eth = |wei: u128| amount(Amount::new(wei), Address::ZERO);
        assert_eq!(eth(0), "0 ETH");
        assert_eq!(eth(1), "0.000000000000000001 ETH");
        assert_eq!(eth(1_500_000_000_000_000_000), "1.5 ETH");
        assert_eq!(eth(u128::MAX), "340282366920938463463.374607431768211455 ETH");
        assert_eq!(amount(Amount::new(7), Address([1; 20])), "7 base units");
    }

    #[test]
    fn sizes_and_times_have_the_unit_that_suits_them() {
        assert_eq!(bytes(1023), "1023 B");
        assert_eq!(bytes(133_440), "130.3 KiB");
        assert_eq!(bytes(3 << 30), "3.00 GiB");
        assert_eq!(seconds(0.0123), "12 ms");
        assert_eq!(seconds(0.0001), "0.10 ms");
        assert_eq!(seconds(12.34), "12.3 s");
        assert_eq!(seconds(125.0), "2 min 05 s");
    }

    #[test]
    fn columns_are_aligned() {
        let rows = [vec!["a".to_owned(), "10".to_owned()], vec!["bcd".to_owned(), "7".to_owned()]];
        assert_eq!(columns(&["name", "n"], &rows), "  name   n\n  a     10\n  bcd    7");
    }
}
