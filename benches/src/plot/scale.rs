//! Where values stand on an axis.

/// An axis from the value `low` at one pixel to `high` at another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Scale {
    low: f64,
    high: f64,
    from: i32,
    to: i32,
    logarithmic: bool,
}

/// The least and the most of the finite values; none where there are none.
fn range(values: impl IntoIterator<Item = f64>) -> Option<(f64, f64)> {
    let wider = |range: Option<(f64, f64)>, value: f64| {
        let (low, high) = range.unwrap_or((value, value));
        Some((low.min(value), high.max(value)))
    };
    values.into_iter().filter(|value| value.is_finite()).fold(None, wider)
}

impl Scale {
    /// A linear axis from 0 to the most of the values.
    pub(crate) fn from_zero(values: impl IntoIterator<Item = f64>, from: i32, to: i32) -> Self {
        let most = range(values).map_or(0.0, |(_, high)| high);
        let high = if most > 0.0 { most } else { 1.0 };
        Self { low: 0.0, high, from, to, logarithmic: false }
    }

    /// The same linear axis with `room` of its length free at each end.
    pub(crate) fn widened(self, room: f64) -> Self {
        let spare = room * (self.high - self.low);
        Self { low: self.low - spare, high: self.high + spare, ..self }
    }

    /// A logarithmic axis over the values above 0. At each end some room is free, in lengths of the axis.
    pub(crate) fn logarithmic(
        values: impl IntoIterator<Item = f64>,
        (below, above): (f64, f64),
        from: i32,
        to: i32,
    ) -> Self {
        let positive = values.into_iter().filter(|value| *value > 0.0);
        let (low, high) = range(positive).unwrap_or((1.0, 10.0));
        // A single value stands in the middle.
        let (low, high) = if low < high { (low, high) } else { (low / 2.0, high * 2.0) };
        let spare = |room: f64| (high / low).powf(room);
        let (low, high) = (low / spare(below), high * spare(above));
        Self { low, high, from, to, logarithmic: true }
    }

    /// The same values between other pixels.
    pub(crate) fn moved(self, from: i32, to: i32) -> Self {
        Self { from, to, ..self }
    }

    /// The pixel of a value; that of the nearer end where it is outside.
    pub(crate) fn at(&self, value: f64) -> i32 {
        let place = |value: f64| if self.logarithmic { value.max(self.low).ln() } else { value };
        let (low, high) = (place(self.low), place(self.high));
        let share = ((place(value) - low) / (high - low)).clamp(0.0, 1.0);
        self.from + (share * f64::from(self.to - self.from)).round() as i32
    }

    /// Both ends in pixels, the low one first.
    pub(crate) fn ends(&self) -> (i32, i32) {
        (self.from, self.to)
    }

    /// Round values to mark: 3 to some 10 of them.
    pub(crate) fn ticks(&self) -> Vec<f64> {
        if self.logarithmic { self.logarithmic_ticks() } else { self.linear_ticks() }
    }

    fn linear_ticks(&self) -> Vec<f64> {
        let rough = self.high / 5.0;
        let power = 10f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].map(|factor| factor * power);
        let step = step.into_iter().find(|step| *step >= rough).unwrap_or(rough);
        (0..=10).map(|i| f64::from(i) * step).take_while(|value| *value <= self.high).collect()
    }

    fn logarithmic_ticks(&self) -> Vec<f64> {
        let (first, last) = (self.low.log10().floor() as i32, self.high.log10().ceil() as i32);
        let decades = (self.high / self.low).log10();
        let factors: &[f64] = if decades > 3.0 { &[1.0] } else { &[1.0, 2.0, 5.0] };
        let ticks = (first..=last)
            .flat_map(|power| factors.iter().map(move |factor| factor * 10f64.powi(power)));
        ticks.filter(|tick| (self.low..=self.high).contains(tick)).collect()
    }
}

/// Moves heights apart until each is at least `gap` from the next, as little as may be, and none is above `least` or
/// below `most` where there is room. Keeps their order.
pub(crate) fn apart(heights: &[i32], gap: i32, least: i32, most: i32) -> Vec<i32> {
    let mut order: Vec<usize> = (0..heights.len()).collect();
    order.sort_by_key(|&i| heights[i]);
    let mut moved = heights.to_vec();
    let mut free = least;
    for &i in &order {
        moved[i] = heights[i].max(free);
        free = moved[i] + gap;
    }
    let mut free = most;
    for &i in order.iter().rev() {
        moved[i] = moved[i].min(free);
        free = moved[i] - gap;
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_where_they_belong() {
        let linear = Scale::from_zero([3.0, 10.0, f64::NAN], 100, 0);
        assert_eq!([0.0, 5.0, 10.0, 20.0, -1.0].map(|v| linear.at(v)), [100, 50, 0, 0, 100]);
        let log = Scale::logarithmic([0.0, 1.0, 100.0, f64::INFINITY], (0.0, 0.0), 0, 200);
        assert_eq!([1.0, 10.0, 100.0, 0.0].map(|v| log.at(v)), [0, 100, 200, 0]);
        assert_eq!(Scale::logarithmic([7.0], (0.1, 0.1), 0, 200).at(7.0), 100);
        let wide = linear.widened(0.5);
        assert_eq!([-5.0, 5.0, 15.0].map(|v| wide.at(v)), [100, 50, 0]);
        assert_eq!(log.moved(10, 110).at(10.0), 60);
    }

    #[test]
    fn ticks_are_round_and_inside() {
        assert_eq!(Scale::from_zero([10.0], 0, 1).ticks(), [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]);
        assert_eq!(Scale::from_zero([0.0], 0, 1).ticks().len(), 6);
        let ticks = |low, high| Scale::logarithmic([low, high], (0.0, 0.0), 0, 1).ticks();
        assert_eq!(ticks(0.5, 12.0), [0.5, 1.0, 2.0, 5.0, 10.0]);
        assert_eq!(ticks(1.0, 10_000.0), [1.0, 10.0, 100.0, 1000.0, 10_000.0]);
    }

    #[test]
    fn labels_are_moved_apart() {
        assert_eq!(apart(&[50, 52, 10], 10, 0, 100), [50, 60, 10]);
        assert_eq!(apart(&[99, 98], 10, 0, 100), [100, 90]);
        assert_eq!(apart(&[-5, 50], 10, 0, 100), [0, 50]);
    }
}
