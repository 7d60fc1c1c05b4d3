//! A pair of axes.

use super::canvas::{Canvas, DrawError, SMALL, STRONG, Side, palette};
use super::scale::Scale;
use crate::words;

/// Closer marks than this would have words that touch.
const MARK_ROOM: i32 = 34;

/// A pair of axes and what they say.
pub(crate) struct Panel<'a> {
    /// The values across.
    pub(crate) x: Scale,
    /// The values upwards.
    pub(crate) y: Scale,
    /// What is marked across.
    pub(crate) x_ticks: &'a [usize],
    /// What stands below.
    pub(crate) x_title: &'a str,
    /// What stands above, with the unit of the values upwards.
    pub(crate) y_title: &'a str,
    /// The head, where there are several.
    pub(crate) head: Option<&'a str>,
}

impl Panel<'_> {
    /// Where a point stands.
    pub(crate) fn at(&self, x: f64, y: f64) -> (i32, i32) {
        (self.x.at(x), self.y.at(y))
    }

    /// Draws the axes.
    pub(crate) fn draw(&self, canvas: &Canvas<'_>) -> Result<(), DrawError> {
        let ((left, right), (bottom, top)) = (self.x.ends(), self.y.ends());
        if let Some(head) = self.head {
            canvas.text((left, top - 34), head, STRONG, Side::Right)?;
        }
        canvas.text((left, top - 16), self.y_title, SMALL, Side::Right)?;
        for tick in self.y.ticks() {
            let y = self.y.at(tick);
            canvas.line(vec![(left, y), (right, y)], palette::GRID, 1)?;
            canvas.text((left - 8, y), &words::mark(tick), SMALL, Side::Left)?;
        }
        canvas.line(vec![(left, bottom), (right, bottom)], palette::MUTED, 1)?;
        let mut free = i32::MIN;
        for &tick in self.x_ticks {
            let x = self.x.at(tick as f64);
            if x < free {
                continue;
            }
            free = x + MARK_ROOM;
            canvas.line(vec![(x, bottom), (x, bottom + 5)], palette::MUTED, 1)?;
            canvas.text((x, bottom + 16), &words::count(tick), SMALL, Side::Middle)?;
        }
        let middle = i32::midpoint(left, right);
        canvas.text((middle, bottom + 36), self.x_title, SMALL, Side::Middle)
    }
}
