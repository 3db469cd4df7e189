//! One measured figure and how it is printed.

/// Samples of one quantity; never empty when printed.
#[derive(Debug, Default)]
pub(crate) struct Figure(Vec<f64>);

impl Figure {
    /// Adds a sample.
    pub(crate) fn add(&mut self, sample: f64) {
        self.0.push(sample);
    }

    /// Each sample divided by its counterpart of the same round.
    pub(crate) fn over(&self, other: &Self) -> Self {
        self.0
            .iter()
            .zip(&other.0)
            .map(|(this, that)| this / that)
            .collect()
    }

    /// `bench <name> <median> <unit> (<min>..<max>)`
    pub(crate) fn print(mut self, name: &str, unit: &str) {
        self.0.sort_by(f64::total_cmp);
        if let (Some(least), Some(most)) = (self.0.first(), self.0.last()) {
            println!(
                "bench {name} {:.3} {unit} ({least:.3}..{most:.3})",
                self.0[self.0.len() / 2]
            );
        }
    }
}

impl FromIterator<f64> for Figure {
    fn from_iter<I: IntoIterator<Item = f64>>(samples: I) -> Self {
        Self(samples.into_iter().collect())
    }
}
